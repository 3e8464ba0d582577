//! A token may do nothing to a school or a meter of another trust, not even with `replay`.

mod disputed;
mod replayed;

use std::collections::BTreeMap;

use cli::{Answer, IngestClient};
use events::{Data, Event, MICRO, Urn};
use ingest::{Scope, Token, token_sha256};

use super::deployment::{Deployment, Embedded};
use super::files;

pub const MPAN: &str = "2200012767323";
pub const HERON: &str = "heron-office";
pub const EGRET: &str = "egret-office";
pub const BOTH: &str = "both-offices";
pub const OPERATOR: &str = "operator";

/// A token has the name of its secret.
fn token(name: &str, scope: Scope, operator: bool) -> Token {
    Token {
        name: name.to_owned(),
        sha256: token_sha256(name),
        scope,
        may_register: true,
        may_send_grid: true,
        operator,
    }
}

/// Senders of two trusts, of both, and an operator whose own token reaches everything.
pub async fn world() -> Embedded {
    let both = ["heron", "egret"].map(str::to_owned).into();
    Embedded::start_for(vec![
        token(HERON, Scope::Trust("heron".to_owned()), false),
        token(EGRET, Scope::Trust("egret".to_owned()), false),
        token(BOTH, Scope::Trusts(both), false),
        token(OPERATOR, Scope::All, true),
    ])
    .await
}

/// School `at`, a member of `trust` from a day to another.
pub fn school(at: u32, trust: &str, from: &str, to: Option<&str>) -> Event {
    let mut event = files::school(at);
    event.id = format!("{at}-{trust}-{from}-{to:?}");
    event.time = "2026-11-01T00:00:00Z".parse().expect("a time");
    if let Data::SchoolRegistered(school) = &mut event.data {
        school.trust.id = trust.to_owned();
        school.member_from = from.parse().expect("a day");
        school.member_to = to.map(|to| to.parse().expect("a day"));
    }
    event
}

/// The meter at school `at`, from a day on.
pub fn meter(at: u32, mpan: &str, from: &str) -> Event {
    let mut event = files::meter(at, mpan);
    event.id = format!("{at}-{mpan}-{from}");
    event.time = "2026-11-02T00:00:00Z".parse().expect("a time");
    if let Data::MeterRegistered(meter) = &mut event.data {
        meter.from = from.parse().expect("a day");
    }
    event
}

/// A day of 48 kWh.
pub fn day(id: &str, mpan: &str, day: &str) -> Event {
    let (time, values) = ("2026-11-20T00:00:00Z", vec![1.0; 48]);
    files::readings(id, "hall-meter", time, mpan, (day, values))
}

pub async fn send(world: &Embedded, token: &str, events: &[Event]) -> Answer {
    let client = IngestClient::new(world.ingest(), token).expect("a client");
    client.send(events).await.expect("an answer")
}

/// Sends each event by itself: all are accepted.
pub async fn taken(world: &Embedded, token: &str, events: &[Event]) {
    for event in events {
        let answer = send(world, token, std::slice::from_ref(event)).await;
        assert_eq!(answer.accepted, 1, "{token}: {event:?}\n{answer:#?}");
    }
}

/// Sends each event by itself: all are out of the token's scope.
pub async fn refused(world: &Embedded, token: &str, events: &[Event]) {
    for event in events {
        let answer = send(world, token, std::slice::from_ref(event)).await;
        let rules: Vec<_> = answer.refusals.iter().map(|refusal| refusal.rule).collect();
        assert_eq!(
            (answer.accepted, rules.as_slice()),
            (0, [events::Rule::OutOfScope].as_slice()),
            "{token}: {event:?}\n{answer:#?}"
        );
    }
}

/// Kilowatt-hours of 2026/27 by trust and school.
pub async fn counted(world: &Embedded) -> BTreeMap<(String, Urn), i64> {
    let footprint_store = (world as &dyn Deployment).wait_until_settled().await;
    let mut counted = BTreeMap::new();
    for trust in ["heron", "egret"] {
        let view = footprint_store.view(trust, "2026-27", 0.24);
        for school in view.into_iter().flat_map(|view| view.schools) {
            let kwh: i64 = school.meters.iter().map(|meter| meter.import).sum();
            counted.insert((trust.to_owned(), school.urn), kwh / MICRO);
        }
    }
    counted
}

pub fn expected(trust: &str, at: u32, kwh: i64) -> ((String, Urn), i64) {
    ((trust.to_owned(), files::urn(at)), kwh)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_trust_takes_neither_school_nor_meter_of_another() {
    let world = world().await;
    let herons = [
        school(0, "heron", "2018-09-01", None),
        meter(0, MPAN, "2018-09-01"),
    ];
    taken(&world, HERON, &herons).await;
    taken(&world, EGRET, &[school(1, "egret", "2018-09-01", None)]).await;
    taken(&world, HERON, &[day("mine", MPAN, "2026-10-30")]).await;

    let takes = [
        school(0, "egret", "2018-09-01", None),
        school(0, "egret", "2026-11-01", None),
        day("theirs", MPAN, "2026-10-31"),
        meter(1, MPAN, "2026-11-01"),
        meter(0, MPAN, "2019-09-01"),
    ];
    refused(&world, EGRET, &takes).await;
    assert_eq!(
        counted(&world).await,
        [expected("heron", 0, 48), expected("egret", 1, 0)].into()
    );

    // A token of both trusts may move the meter.
    taken(
        &world,
        BOTH,
        &[
            meter(1, MPAN, "2026-11-01"),
            day("moved", MPAN, "2026-11-02"),
        ],
    )
    .await;
    assert_eq!(
        counted(&world).await,
        [expected("heron", 0, 48), expected("egret", 1, 48)].into()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_that_leaves_takes_its_days_along_and_each_trust_keeps_its_own() {
    let world = world().await;
    let herons = [
        school(0, "heron", "2018-09-01", None),
        meter(0, MPAN, "2018-09-01"),
    ];
    taken(&world, HERON, &herons).await;
    let mut leaves = school(0, "heron", "2018-09-01", Some("2026-10-31"));
    leaves.time = "2026-11-03T00:00:00Z".parse().expect("a time");
    let joins = |from: &str| school(0, "egret", from, None);
    refused(&world, EGRET, &[joins("2026-11-01")]).await;
    taken(&world, HERON, &[leaves]).await;
    refused(&world, EGRET, &[joins("2026-10-31")]).await;
    taken(&world, EGRET, &[joins("2026-11-01")]).await;

    let (before, after) = (
        day("before", MPAN, "2026-10-31"),
        day("after", MPAN, "2026-11-01"),
    );
    refused(&world, EGRET, std::slice::from_ref(&before)).await;
    refused(&world, HERON, std::slice::from_ref(&after)).await;
    taken(&world, HERON, &[before]).await;
    taken(&world, EGRET, &[after]).await;
    assert_eq!(
        counted(&world).await,
        [expected("heron", 0, 48), expected("egret", 0, 48)].into()
    );
    // The former school cannot get it back, and may repeat its first registration.
    let mut back = school(0, "heron", "2018-09-01", None);
    back.time = "2026-11-04T00:00:00Z".parse().expect("a time");
    back.id = "back".to_owned();
    refused(&world, HERON, &[back]).await;
    taken(&world, HERON, &herons).await;
    assert_eq!(
        counted(&world).await,
        [expected("heron", 0, 48), expected("egret", 0, 48)].into()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_trusts_that_register_one_school_at_once_one_is_refused() {
    let world = world().await;
    for at in 0..20 {
        let heron = [school(at, "heron", "2018-09-01", None)];
        let egret = [school(at, "egret", "2018-09-01", None)];
        let (one, other) = tokio::join!(send(&world, HERON, &heron), send(&world, EGRET, &egret));
        assert_eq!(one.accepted + other.accepted, 1, "{one:#?}\n{other:#?}");
    }
}
