//! `greenledger replay` does not give events the authority of the operator who runs it.

use std::process::Output;

use events::{Event, Topic};
use footprint::ledger::{events_from_frame, readings_from_frame};
use serde_json::Value;

use super::{BOTH, EGRET, HERON, MPAN, OPERATOR, day, meter, refused, school, send, taken, world};
use crate::flow::deployment::{Deployment, Embedded};
use crate::flow::files;
use crate::flow::rejected::replayed::reject_by_hand;

/// A meter that is not registered when its first reading arrives.
const NEW: &str = "2200012030374";

/// Runs `greenledger replay` with a token.
fn replay(world: &Embedded, token: &str, more: &[&str]) -> Output {
    let url = world.ingest();
    let holder = ["replay", "--format", "json", "--url", url, "--token", token];
    let mut command = world.command(&[&holder, more].concat());
    command.output().expect("greenledger")
}

/// The same on the given pipeline, with the numbers of accepted and refused events.
fn replayed(world: &Embedded, more: &[&str]) -> (Value, Value, Value) {
    let output = replay(world, OPERATOR, more);
    let error = String::from_utf8_lossy(&output.stderr);
    let answer: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {error}"));
    let counts = &answer["counts"];
    let count = |names: &[&str]| -> u64 {
        let counted = names.iter().filter_map(|name| counts[name].as_u64());
        counted.sum()
    };
    let refusals = answer["events"].as_array().into_iter().flatten();
    let refusals = refusals.filter_map(|event| event["refusals"].as_array());
    (
        count(&["new", "revisions", "known"]).into(),
        count(&["refused", "put_aside", "pending"]).into(),
        refusals.flatten().cloned().collect(),
    )
}

/// The token of each refused event.
async fn rejected(world: &Embedded) -> Vec<(String, String)> {
    let kept = cli::rejected(&world.kafka()).await.expect("rejected");
    let mut kept: Vec<_> = kept
        .into_values()
        .map(|one| {
            (
                one.event["id"].as_str().unwrap_or_default().to_owned(),
                one.by,
            )
        })
        .collect();
    kept.sort();
    kept
}

/// The tokens of the rows of an event.
async fn tokens_of(world: &Embedded, topic: Topic, id: &str) -> Vec<String> {
    (world as &dyn Deployment).wait_until_settled().await;
    let lake = world.lake();
    let mut tokens = Vec::new();
    for folder in lake.ledger_folders(topic, |_| true).await.expect("folders") {
        for object in lake.read_folder(folder).await.expect("objects") {
            let rows: Vec<_> = match topic {
                Topic::Readings => readings_from_frame(&object.rows)
                    .expect("rows")
                    .into_iter()
                    .map(|row| (row.identity, row.origin))
                    .collect(),
                _ => events_from_frame(&object.rows)
                    .expect("rows")
                    .into_iter()
                    .map(|row| (row.identity, row.origin))
                    .collect(),
            };
            let of_event = rows
                .into_iter()
                .filter(|(identity, _)| identity.id.contains(id));
            tokens.extend(of_event.map(|(_, origin)| origin.token.to_string()));
        }
    }
    tokens.sort();
    tokens.dedup();
    tokens
}

async fn two_schools() -> Embedded {
    let world = world().await;
    taken(
        &world,
        HERON,
        &[
            school(0, "heron", "2018-09-01", None),
            meter(0, MPAN, "2018-09-01"),
        ],
    )
    .await;
    taken(&world, EGRET, &[school(1, "egret", "2018-09-01", None)]).await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_event_is_judged_by_its_own_token() {
    let world = two_schools().await;
    // Unknown when it arrived, and another trust's since.
    let strange = day("strange", NEW, "2026-10-30");
    let answer = send(&world, EGRET, std::slice::from_ref(&strange)).await;
    assert_eq!(answer.refusals[0].rule, events::Rule::UnknownMeter);
    taken(&world, HERON, &[meter(0, NEW, "2018-09-01")]).await;
    let (accepted, refused, refusals) = replayed(&world, &[]);
    assert_eq!((&accepted, &refused), (&0.into(), &1.into()), "{refusals}");
    assert_eq!(refusals[0]["rule"], "out-of-scope");
    let egrets = [("strange".to_owned(), EGRET.to_owned())];
    assert_eq!(rejected(&world).await, egrets);
    assert_eq!(
        tokens_of(&world, Topic::Readings, "strange").await,
        Vec::<String>::new()
    );

    // Taken over deliberately, it belongs to the named token.
    let (accepted, refused, refusals) = replayed(&world, &["--as", HERON]);
    assert_eq!((&accepted, &refused), (&1.into(), &0.into()), "{refusals}");
    assert_eq!(rejected(&world).await, []);
    assert_eq!(tokens_of(&world, Topic::Readings, "strange").await, [HERON]);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_registrations_that_were_refused_come_back_by_their_own_tokens() {
    let world = two_schools().await;
    let client = cli::IngestClient::new(world.ingest(), HERON).expect("a client");
    let file = files::day_rows();
    let answer = client
        .send_file(file.format, file.content.as_bytes())
        .await
        .expect("an answer");
    assert_eq!(answer.accepted, 0, "{answer:#?}");
    let joins = school(0, "egret", "2026-11-01", None);
    refused(&world, EGRET, std::slice::from_ref(&joins)).await;

    let mut leaves = school(0, "heron", "2018-09-01", Some("2026-10-31"));
    leaves.time = "2026-11-03T00:00:00Z".parse().expect("a time");
    taken(
        &world,
        HERON,
        &[leaves, meter(0, &files::mpan(0), "2018-09-01")],
    )
    .await;
    let (accepted, _, refusals) = replayed(&world, &[]);
    // Two days of the one meter that is registered, and the membership; the other meters are still unknown.
    assert_eq!(accepted, 3, "{refusals}");
    assert_eq!(tokens_of(&world, Topic::Readings, "-000").await, [HERON]);
    assert_eq!(
        tokens_of(&world, Topic::Register, "0-egret-2026-11-01").await,
        [EGRET]
    );
    let left = rejected(&world).await;
    assert!(left.iter().all(|(_, by)| by == HERON), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_no_longer_configured_is_named_and_takes_nothing_in() {
    let world = two_schools().await;
    let event = day("orphan", MPAN, "2026-10-30");
    reject_by_hand(&world, &event, "heron-before").await;
    let (accepted, refused, refusals) = replayed(&world, &[]);
    assert_eq!((&accepted, &refused), (&0.into(), &1.into()), "{refusals}");
    assert_eq!(refusals[0]["seen"], "token heron-before", "{refusals}");
    assert_eq!(
        rejected(&world).await,
        [("orphan".to_owned(), "heron-before".to_owned())]
    );
    let (accepted, ..) = replayed(&world, &["--as", HERON]);
    assert_eq!(accepted, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_no_operators_replays_its_own_and_names_no_other() {
    let world = two_schools().await;
    let unknown = |id: &str| -> [Event; 1] { [day(id, NEW, "2026-10-30")] };
    send(&world, EGRET, &unknown("egrets")).await;
    send(&world, HERON, &unknown("herons")).await;
    taken(&world, HERON, &[meter(0, NEW, "2018-09-01")]).await;
    for (token, more) in [(BOTH, vec!["--as", HERON]), (HERON, vec![])] {
        let output = replay(&world, token, &more);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains("operator = true"), "{error}");
    }
    assert_eq!(rejected(&world).await.len(), 2);
    let output = replay(&world, HERON, &["--as", HERON, "--rule", "unknown-meter"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(tokens_of(&world, Topic::Readings, "herons").await, [HERON]);
}
