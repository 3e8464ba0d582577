use std::collections::HashSet;
use std::slice::from_ref;

use super::*;
use crate::testing::now;

fn event(id: &str, payload: &str) -> Record {
    Record {
        topic: Topic::Readings,
        partition: Some(0),
        key: "100001".to_owned(),
        headers: vec![("ce_source", "s".to_owned()), ("ce_id", id.to_owned())],
        payload: Some(payload.into()),
    }
}

fn refused(id: &str, rule: &str) -> Record {
    Record {
        payload: Some(format!(r#"{{"refusals": [{{"rule": "{rule}"}}]}}"#).into()),
        ..tombstone(rejected_key("s", id))
    }
}

fn rows(requests: &[&[Record]]) -> Vec<(u64, Row)> {
    let row = |(number, records): (u64, &&[Record])| {
        let lines = records
            .iter()
            .map(|record| record::Line::of(record).unwrap().to_json().unwrap());
        let rows = record::rows(&lines.collect::<Vec<_>>(), now());
        rows.into_iter().map(move |row| (number, row))
    };
    (0..).zip(requests).flat_map(row).collect()
}

#[test]
fn a_contradicting_event_is_sent_after_the_earlier_one_is_kept() {
    let check = |requests: &[&[Record]], sent_at_once: usize| {
        let batch = Batch::of(rows(requests)).unwrap();
        assert_eq!(
            (batch.rows, batch.records.len()),
            (sent_at_once, sent_at_once)
        );
    };
    let (a, other_a, b) = (event("a", "1"), event("a", "2"), event("b", "1"));
    check(
        &[from_ref(&a), from_ref(&b), from_ref(&other_a), from_ref(&b)],
        2,
    );
    check(&[from_ref(&a), from_ref(&b)], 2);
    check(
        &[
            &[refused("a", "future")],
            &[tombstone(rejected_key("s", "a"))],
        ],
        1,
    );
    // Days of one event share its identity.
    let batch = Batch::of(rows(&[&[a, other_a], &[b]])).unwrap();
    assert_eq!((batch.rows, batch.records.len()), (2, 3));
}

#[test]
fn an_accepted_event_leaves_rejected_in_any_order_of_arrival() {
    let check = |known: &[&str], drained: &[Record], gone: &[&str], left: &[&str]| {
        let numbers = |ids: &[&str]| -> HashSet<u128> {
            ids.iter()
                .map(|id| key_number(&rejected_key("s", id)))
                .collect()
        };
        let mut keys = numbers(known);
        let tombstones = left_rejected(drained, &mut keys);
        let found: HashSet<u128> = tombstones.iter().map(|one| key_number(&one.key)).collect();
        assert!(tombstones.iter().all(|one| one.payload.is_none()));
        assert_eq!((found, keys), (numbers(gone), numbers(left)));
    };
    let taken = event("a", "1");
    check(&["a", "b"], from_ref(&taken), &["a"], &["b"]);
    check(&[], &[refused("a", "future"), taken.clone()], &["a"], &[]);
    check(
        &["a"],
        &[taken.clone(), refused("a", "future")],
        &[],
        &["a"],
    );
    check(
        &["a"],
        &[tombstone(rejected_key("s", "a")), taken.clone()],
        &[],
        &[],
    );
    // With the bad values it arrived with before, unless it arrives with some again.
    check(&["a#values"], from_ref(&taken), &["a#values"], &[]);
    let bad_again = [taken.clone(), refused("a#values", "negative")];
    check(&["a#values"], &bad_again, &[], &["a#values"]);
    // A rejection that aggregate found after the event was accepted stays.
    check(&["b"], &[refused("a", "conflict"), taken], &[], &["b"]);
}
