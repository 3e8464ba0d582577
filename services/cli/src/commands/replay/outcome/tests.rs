#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use events::Event;

use super::*;

const EVENT: &str = r#"{"specversion":"1.0","id":"1","source":"s","type":"meter.readings.v1","time":"2026-03-03T00:00:00Z",
    "data":{"meter":"serial:A1","unit":"kWh","day":"2026-03-02","values":[1.5]}}"#;

fn rejected(rule: Rule, received: &str) -> RejectedEvent {
    RejectedEvent {
        refusals: vec![Refusal::new("/id", rule, "1", "hint")],
        received: received.parse().unwrap(),
        by: "heron".to_owned(),
        source: "s".to_owned(),
        id: "1".to_owned(),
        event: serde_json::from_str(EVENT).unwrap(),
    }
}

fn first() -> RejectedEvent {
    rejected(Rule::UnknownMeter, "2026-03-03T00:00:00Z")
}

fn sent() -> ToSend {
    ToSend {
        key: String::new(),
        token: "heron".to_owned(),
        text: EVENT.to_owned(),
        rejected: first(),
        event: Event::parse(EVENT).ok(),
    }
}

/// Rows of the event, each issued on a day of March.
fn rows(days: &[u32]) -> Rows {
    let mut rows = Rows::default();
    for day in days {
        let issued: chrono::DateTime<chrono::Utc> =
            format!("2026-03-{day:02}T00:00:00Z").parse().unwrap();
        let row = (
            "900001".parse().unwrap(),
            "2026-03-02".parse().unwrap(),
            None,
            issued.timestamp_micros(),
        );
        rows.add(sent().identity(), row);
    }
    rows
}

#[test]
fn the_outcome_of_an_event_follows_from_ledger_and_rejected() {
    let taken = Ok(());
    let check = |rejected: Option<&RejectedEvent>, before: &[u32], after: &[u32], wanted| {
        let outcome = judged(&sent(), &taken, rejected, &rows(before), &rows(after));
        assert_eq!(outcome, wanted, "{before:?} {after:?}");
    };
    check(None, &[], &[3], Outcome::New);
    check(None, &[2], &[2, 3], Outcome::Revision);
    check(None, &[3], &[3], Outcome::Known);
    check(None, &[], &[], Outcome::Pending);
    check(None, &[2], &[2], Outcome::Pending);
    // The record that the event was replayed from is not evidence of the new outcome.
    check(Some(&first()), &[], &[3], Outcome::New);
    let aside = rejected(Rule::Conflict, "2026-03-04T00:00:00Z");
    let refusals = aside.refusals.clone();
    check(Some(&aside), &[3], &[3], Outcome::PutAside { refusals });
    let refused = rejected(Rule::UnknownMeter, "2026-03-04T00:00:00Z");
    let refusals = refused.refusals.clone();
    check(
        Some(&refused),
        &[],
        &[],
        Outcome::RefusedByIngest { refusals },
    );
}

#[test]
fn an_event_refused_by_ingest_is_refused_with_any_ledger() {
    let refusals = first().refusals;
    let outcome = judged(
        &sent(),
        &Err(refusals.clone()),
        None,
        &rows(&[]),
        &rows(&[3]),
    );
    assert_eq!(outcome, Outcome::RefusedByIngest { refusals });
}

#[test]
fn sums_agree_with_the_lines() {
    let refusals = first().refusals;
    let replayed: Vec<Replayed> = [
        Outcome::New,
        Outcome::New,
        Outcome::Known,
        Outcome::PutAside { refusals },
        Outcome::Pending,
    ]
    .into_iter()
    .map(|outcome| Replayed {
        source: "s".to_owned(),
        id: "1".to_owned(),
        token: "heron".to_owned(),
        outcome,
    })
    .collect();
    let wanted = Counts {
        sent: 5,
        new: 2,
        known: 1,
        put_aside: 1,
        pending: 1,
        ..Counts::default()
    };
    assert_eq!(Counts::of(&replayed), wanted);
    assert_eq!((failed(&replayed, false), failed(&replayed, true)), (2, 1));
    assert_eq!(
        describe(&replayed[3].outcome),
        "rejected by the ledger, /id [unknown-meter]: 1; hint"
    );
    assert_eq!(
        serde_json::to_value(&replayed[0]).unwrap(),
        json!({ "source": "s", "id": "1", "token": "heron", "outcome": "new" })
    );
}
