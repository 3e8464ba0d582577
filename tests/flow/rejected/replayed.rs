//! The outcomes that `greenledger replay` reports.

use std::collections::BTreeMap;
use std::process::Output;
use std::time::Duration;

use bus::{Producer, Record};
use events::{Data, Event, Refusal, RejectedEvent, Rule, Topic, rejected_key};
use serde_json::{Value, json};

use super::super::authority::{HERON, MPAN, OPERATOR, day, meter, school, send, taken, world};
use super::super::deployment::{Deployment, Embedded};
use super::{NEW, greenledger, values};

/// The output, and the outcome of each event.
fn replay(world: &Embedded, more: &[&str]) -> (Output, Value, BTreeMap<String, String>) {
    let config = world.config();
    let config = config.to_string_lossy();
    let fixed = ["replay", "--format", "json", "--config", &config];
    let output = greenledger(world, OPERATOR, &[&fixed, more].concat());
    let summary: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&output.stderr)));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let events = summary["events"].as_array().expect("events").iter();
    let fared = events.map(|event| (text(&event["id"]), text(&event["outcome"])));
    let fared = fared.collect();
    (output, summary, fared)
}

fn fared<const N: usize>(wanted: [(&str, &str); N]) -> BTreeMap<String, String> {
    wanted
        .map(|(id, outcome)| (id.to_owned(), outcome.to_owned()))
        .into()
}

/// Writes an event into `rejected` that the ledger has.
pub async fn reject_by_hand(world: &Embedded, event: &Event, by: &str) {
    let rejected = RejectedEvent {
        refusals: vec![Refusal::new(
            "/data/meter",
            Rule::UnknownMeter,
            MPAN,
            "register it",
        )],
        received: event.time,
        by: by.to_owned(),
        source: event.source.clone(),
        id: event.id.clone(),
        event: serde_json::from_str(&event.to_json().expect("JSON")).expect("JSON"),
    };
    let record = Record {
        topic: Topic::Rejected,
        partition: None,
        key: rejected_key(&event.source, &event.id),
        headers: Vec::new(),
        payload: serde_json::to_vec(&rejected).ok(),
    };
    let producer = Producer::new(&world.kafka(), Duration::from_secs(30)).expect("a producer");
    producer.send(&[record]).await.expect("kept");
}

/// The meter again, with a larger capacity.
fn larger() -> Event {
    let mut event = meter(0, MPAN, "2018-09-01");
    event.id = "larger".to_owned();
    event.time = "2026-11-03T00:00:00Z".parse().expect("a time");
    if let Data::MeterRegistered(meter) = &mut event.data {
        meter.capacity = Some(12_500.0);
    }
    event
}

#[tokio::test(flavor = "multi_thread")]
async fn replay_reports_the_outcome_of_every_event() {
    let world = world().await;
    let heron = [
        school(0, "heron", "2018-09-01", None),
        meter(0, MPAN, "2018-09-01"),
    ];
    taken(&world, HERON, &heron).await;
    let one = day("one", MPAN, "2026-10-28");
    let first = day("revised", MPAN, "2026-10-27");
    let known = day("known", MPAN, "2026-10-26");
    let kept = [one.clone(), values(one, 2.0), first.clone(), known.clone()];
    taken(&world, HERON, &kept).await;
    // Too much for a school's meter without a registered capacity.
    let mut revision = values(first, 3_000.0);
    revision.time = "2026-11-20T06:00:00Z".parse().expect("a time");
    let early = day("early", NEW, "2026-10-30");
    let never = day("never", "1710035168313", "2026-10-30");
    for event in [revision, early, never] {
        assert_eq!(send(&world, HERON, &[event]).await.refused, 1);
    }
    taken(&world, HERON, &[larger(), meter(0, NEW, "2018-09-01")]).await;
    (&world as &dyn Deployment).wait_until_settled().await;
    reject_by_hand(&world, &known, HERON).await;

    let (output, summary, outcomes) = replay(&world, &[]);
    let wanted = fared([
        ("one", "put-aside"),
        ("revised", "revision"),
        ("early", "new"),
        ("never", "refused-by-ingest"),
        ("known", "known"),
    ]);
    assert_eq!(outcomes, wanted, "{summary}");
    let counts = json!({
        "sent": 5, "new": 1, "revisions": 1, "known": 1, "refused": 1, "put_aside": 1,
        "accepted_outside_ledger": 0, "pending": 0
    });
    assert_eq!(summary["counts"], counts);
    assert_eq!(output.status.code(), Some(3), "two are not in the ledger");
    let events = summary["events"].as_array().expect("events");
    let aside = events.iter().find(|event| event["id"] == "one");
    let reasons = &aside.expect("the one put aside")["refusals"];
    assert_eq!(reasons[0]["rule"], "conflict", "{summary}");

    // The events still rejected, sent again without waiting.
    let (output, summary, outcomes) = replay(&world, &["--rule", "conflict", "--no-wait"]);
    assert_eq!(outcomes, fared([("one", "pending")]), "{summary}");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

/// Bad values are rejected under the event's id and a suffix: also if the id has the maximum length.
#[tokio::test(flavor = "multi_thread")]
async fn bad_values_of_an_event_with_the_longest_id_are_replayed() {
    let world = world().await;
    let heron = [
        school(0, "heron", "2018-09-01", None),
        meter(0, MPAN, "2018-09-01"),
    ];
    taken(&world, HERON, &heron).await;
    let mut event = day(&"x".repeat(200), MPAN, "2026-10-28");
    if let Data::MeterReadings(readings) = &mut event.data {
        readings.values[7] = Some(3_000.0);
    }
    taken(&world, HERON, &[event, larger()]).await;
    let (output, summary, outcomes) = replay(&world, &[]);
    let outcomes: Vec<_> = outcomes.into_iter().collect();
    let [(id, outcome)] = outcomes.as_slice() else {
        panic!("{summary}");
    };
    assert_eq!(
        (id.chars().count(), outcome.as_str()),
        (200, "new"),
        "{summary}"
    );
    assert!(output.status.success(), "{output:?}");
    let kept = cli::rejected(&world.kafka()).await.expect("rejected");
    assert!(kept.is_empty(), "{kept:?}");
}
