//! Contradicting registrations that are in Kafka already.

use bus::Producer;
use chrono::{DateTime, Utc};
use std::time::Duration;

use super::{EGRET, HERON, MPAN, counted, day, expected, meter, refused, school, taken, world};
use crate::flow::deployment::{Deployment, Embedded, SHARDING};
use crate::servers::Waiting;
use crate::servers::http;
use footprint::Note;

const PATIENCE: Duration = Duration::from_secs(30);

/// Writes a registration to its topic without the checks of ingest, as an earlier version did.
async fn put(world: &Embedded, event: &events::Event, received: &str, token: &str) {
    let received: DateTime<Utc> = received.parse().expect("a time");
    let record = ingest::record_again(event, received, token, SHARDING).expect("a record");
    let producer = Producer::new(&world.kafka(), PATIENCE).expect("a producer");
    producer.send(&[record]).await.expect("kept");
}

async fn until_contains(world: &Embedded, path: &str, wanted: &str) -> String {
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let answer = http::get(format!("{}{path}", world.ingest())).await;
        let text = answer.expect("an answer").text().await.expect("a body");
        if text.contains(wanted) {
            return text;
        }
        assert!(waiting.once_more().await, "no {wanted} in {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_that_two_trusts_have_in_the_ledger_counts_once_and_is_reported() {
    let world = world().await;
    let herons = school(0, "heron", "2018-09-01", None);
    let egrets = school(0, "egret", "2018-09-01", None);
    // The registration received later is read first.
    put(&world, &egrets, "2026-05-02T00:00:00Z", EGRET).await;
    until_contains(&world, "/metrics", "ingest_register_disputed_schools 0").await;
    put(&world, &herons, "2026-05-01T00:00:00Z", HERON).await;
    until_contains(&world, "/metrics", "ingest_register_disputed_schools 1").await;
    let text = until_contains(
        &world,
        "/readyz",
        "memberships: schools registered with two trusts",
    )
    .await;
    assert!(text.starts_with("ready\n"), "{text}");
    for name in ["heron", "egret", "900100"] {
        assert!(!text.contains(name), "{text}");
    }

    taken(
        &world,
        HERON,
        &[
            meter(0, MPAN, "2018-09-01"),
            day("mine", MPAN, "2026-10-30"),
        ],
    )
    .await;
    refused(&world, EGRET, &[day("theirs", MPAN, "2026-10-31")]).await;
    assert_eq!(counted(&world).await, [expected("heron", 0, 48)].into());
    let footprint_store = (&world as &dyn Deployment).wait_until_settled().await;
    let heron = footprint_store
        .view("heron", "2026-27", 0.24)
        .expect("figures");
    let notes = &heron.schools[0].notes;
    let is_disputed = |note: &Note| matches!(note, Note::DisputedMembership { .. });
    assert!(notes.iter().any(is_disputed), "{notes:?}");

    // Egret takes its registration back, by ending it on a day before any figures.
    let mut ended = school(0, "egret", "2018-09-01", Some("2018-09-01"));
    ended.time = "2026-11-05T00:00:00Z".parse().expect("a time");
    taken(&world, EGRET, &[ended]).await;
    assert_eq!(counted(&world).await, [expected("heron", 0, 48)].into());
}
