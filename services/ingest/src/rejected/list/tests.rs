use events::{Place, RejectedEvent, Rule, Topic, rejected_key};
use serde_json::json;

use super::*;

fn at(second: u32) -> DateTime<Utc> {
    format!("2026-11-20T09:00:{second:02}Z").parse().unwrap()
}

fn record(source: &str, id: &str, payload: Option<Vec<u8>>) -> StoredRecord {
    StoredRecord {
        topic: Topic::Rejected,
        place: Place {
            partition: 0,
            offset: 0,
        },
        key: rejected_key(source, id),
        headers: Vec::new(),
        payload,
    }
}

fn rejected(by: &str, id: &str, second: u32) -> StoredRecord {
    let refusal = Refusal::new("/data/meter", Rule::UnknownMeter, "mpan:1", "register it");
    let rejected = RejectedEvent {
        refusals: vec![refusal],
        received: at(second),
        by: by.to_owned(),
        source: "meter".to_owned(),
        id: id.to_owned(),
        event: json!({ "type": "meter.readings.v1", "id": id, "subject": "900001" }),
    };
    record("meter", id, serde_json::to_vec(&rejected).ok())
}

fn ids(listed: &Listed) -> Vec<&str> {
    listed.rejected.iter().map(|one| one.id.as_str()).collect()
}

#[test]
fn a_token_lists_its_own_rejections_newest_first() {
    let mut rejections = Rejections::default();
    for (by, id, second) in [("heron", "1", 1), ("egret", "2", 2), ("heron", "3", 3)] {
        rejections.take(&rejected(by, id, second));
    }
    let all = rejections.listed("heron", None, 100);
    assert_eq!((ids(&all), all.more), (vec!["3", "1"], false));
    let one = rejections.listed("heron", None, 1);
    assert_eq!((ids(&one), one.more), (vec!["3"], true));
    let late = rejections.listed("heron", Some(at(2)), 100);
    assert_eq!((ids(&late), late.more), (vec!["3"], false));
    assert_eq!(ids(&rejections.listed("egret", None, 100)), ["2"]);
    assert_eq!(ids(&rejections.listed("nobody", None, 100)), [""; 0]);
    let first = serde_json::to_value(&all.rejected[0]).unwrap();
    assert_eq!(
        first,
        json!({
            "received": "2026-11-20T09:00:03Z", "source": "meter", "id": "3", "type": "meter.readings.v1",
            "subject": "900001", "taken_since": false,
            "refusals": [{
                "pointer": "/data/meter", "rule": "unknown-meter", "seen": "mpan:1", "hint": "register it"
            }],
        })
    );
}

#[test]
fn an_event_accepted_since_is_marked_until_it_is_rejected_again() {
    let mut rejections = Rejections::default();
    rejections.take(&rejected("heron", "1", 1));
    rejections.take(&record("meter", "1", None));
    rejections.take(&record("meter", "never rejected", None));
    let taken = |rejections: &Rejections| -> Vec<bool> {
        let listed = rejections.listed("heron", None, 100).rejected;
        listed.into_iter().map(|one| one.taken_since).collect()
    };
    assert_eq!(taken(&rejections), [true]);
    rejections.take(&rejected("heron", "1", 2));
    assert_eq!(taken(&rejections), [false]);
    // Sent by another token, it belongs to that token.
    rejections.take(&rejected("egret", "1", 3));
    assert_eq!(taken(&rejections), [true; 0]);
    assert_eq!(rejections.by_key.len(), 1);
}

#[test]
fn the_oldest_rejections_are_dropped_and_the_list_reports_that_there_were_more() {
    let mut rejections = Rejections::bounded(2, usize::MAX);
    for second in [1, 2, 3] {
        rejections.take(&rejected("heron", &second.to_string(), second));
    }
    let all = rejections.listed("heron", None, 100);
    assert_eq!((ids(&all), all.more), (vec!["3", "2"], true));
    assert!(!rejections.listed("heron", Some(at(2)), 100).more);
    assert_eq!(rejections.by_key.len(), 2);

    // The same from the start again, as after a lost broker, changes nothing.
    for second in [1, 2, 3] {
        rejections.take(&rejected("heron", &second.to_string(), second));
    }
    assert_eq!(rejections.listed("heron", None, 100), all);
}

#[test]
fn of_all_memory_the_token_with_the_most_gives_up_some() {
    let mut rejections = Rejections::default();
    rejections.take(&rejected("heron", "1", 0));
    let each = rejections.bytes;
    let mut rejections = Rejections::bounded(1000, 4 * each);
    rejections.take(&rejected("egret", "0", 0));
    for second in 1..9 {
        rejections.take(&rejected("heron", &second.to_string(), second));
    }
    assert_eq!(rejections.bytes, 4 * each);
    assert_eq!(ids(&rejections.listed("heron", None, 100)), ["8", "7", "6"]);
    assert_eq!(ids(&rejections.listed("egret", None, 100)), ["0"]);
}

#[test]
fn a_row_of_a_file_names_its_line_and_anything_may_have_been_sent() {
    let mut rejections = Rejections::default();
    let source = "urn:greenledger:file:day-rows-kwh48";
    for (id, event) in [
        ("9f2c41d07be35a18-0000017", json!({ "row": 17 })),
        (
            "9f2c41d07be35a18-20261101T090000Z-0000021#values",
            json!("x"),
        ),
        ("9f2c41d07be35a18", json!({ "type": 7, "subject": [] })),
    ] {
        let rejected = RejectedEvent {
            refusals: Vec::new(),
            received: at(0),
            by: "heron".to_owned(),
            source: source.to_owned(),
            id: id.to_owned(),
            event,
        };
        rejections.take(&record(source, id, serde_json::to_vec(&rejected).ok()));
    }
    rejections.take(&record("s", "1", Some(b"{}".to_vec())));
    let mut listed = rejections.listed("heron", None, 100).rejected;
    listed.sort_by(|a, b| a.id.cmp(&b.id));
    let rows = listed
        .iter()
        .map(|one| one.file.as_ref().map(|file| file.row));
    assert_eq!(rows.collect::<Vec<_>>(), [None, Some(17), Some(21)]);
    assert!(
        listed
            .iter()
            .all(|one| one.kind.is_none() && one.subject.is_none())
    );
}
