use std::sync::Arc;

use chrono::NaiveDate;
use events::{EventType, Place, Quality, Unit};
use serde_json::{Value, json};

use super::*;
use crate::ledger::{Origin, Slots};
use crate::view::views;

const METER: &str = "mpan:2200012767323";

/// A day of ones, received at this microsecond.
fn row(source: &str, id: &str, day: &str, received: i64) -> MeterDay {
    let day: NaiveDate = day.parse().unwrap();
    let ones = std::iter::repeat_n(1, SettlementDay(day).slots());
    MeterDay {
        urn: 100_001_u32.try_into().unwrap(),
        meter: METER.parse().unwrap(),
        channel: Channel::AI,
        unit: Unit::KilowattHours,
        day,
        slots: Slots::of_quality(Quality::Actual, ones),
        issued: received,
        issue_stated: true,
        identity: Identity {
            source: Arc::from(source),
            id: id.into(),
        },
        origin: origin(received),
    }
}

fn origin(received: i64) -> Origin {
    Origin {
        received,
        place: Place {
            partition: 0,
            offset: received,
        },
        token: Arc::from("tests"),
    }
}

fn event(id: &str, issued: i64, received: i64, what: Value) -> LedgerEvent {
    let mut data = json!({ "meter": METER, "channel": "AI", "reason": "wrong", "by": "office" });
    let fields = data.as_object_mut().unwrap();
    fields.extend(what.as_object().unwrap().clone());
    LedgerEvent {
        urn: 100_001_u32.try_into().unwrap(),
        kind: EventType::ReadingsWithdrawn,
        day: NaiveDate::default(),
        issued,
        identity: Identity {
            source: Arc::from("office"),
            id: id.into(),
        },
        data: data.to_string().into(),
        origin: origin(received),
    }
}

/// The number of half-hours that remain of these rows.
fn left(rows: &[MeterDay], events: &[LedgerEvent]) -> i64 {
    let withdrawals = Withdrawals::from_events(events);
    let views = views(rows, &withdrawals);
    views
        .values()
        .map(|view| i64::from(view.sum().present))
        .sum()
}

fn days(from: &str, to: &str) -> Value {
    json!({ "from": from, "to": to })
}

#[test]
fn a_withdrawal_removes_values_received_before_it_and_none_received_later() {
    let (early, late) = (
        row("s", "1", "2026-11-10", 5),
        row("s", "2", "2026-11-10", 9),
    );
    let withdrawn = event("w", 1, 7, days("2026-11-10", "2026-11-10"));
    assert_eq!(
        left(
            std::slice::from_ref(&early),
            std::slice::from_ref(&withdrawn)
        ),
        0
    );
    assert_eq!(left(&[early, late], &[withdrawn]), 48);
}

#[test]
fn an_outranked_value_counts_again_when_the_counting_one_is_withdrawn() {
    let rows = [
        row("a", "1", "2026-11-10", 5),
        row("b", "1", "2026-11-10", 6),
    ];
    let of_source = json!({ "from": "2026-11-10", "to": "2026-11-10", "source": "b" });
    let events = [event("w", 1, 9, of_source)];
    assert_eq!(left(&rows, &events), 48);
    let withdrawals = Withdrawals::from_events(&events);
    assert_eq!(withdrawals.mask(&rows[0]), 0);
    assert!(withdrawals.left_of(&rows[1]).is_none());
    assert_eq!(withdrawals.left_of(&rows[0]), Some(rows[0].clone()));
}

#[test]
fn days_half_hours_events_and_files_can_be_named() {
    let check = |what: Value, wanted: i64| {
        let rows = [
            row("s", "1", "2026-10-24", 5),
            row("s", "2", "2026-10-25", 5),
            row(
                "urn:greenledger:file:f",
                "0123456789abcdef-0000002",
                "2026-10-26",
                5,
            ),
        ];
        assert_eq!(
            left(&rows, &[event("w", 1, 9, what.clone())]),
            146 - wanted,
            "{what}"
        );
    };
    check(days("2026-10-24", "2026-10-26"), 146);
    check(days("2026-10-25", "2026-10-25"), 50);
    // The hour that the clocks repeat, on the day of 50 half-hours.
    check(
        json!({ "start": "2026-10-25T00:00:00Z", "end": "2026-10-25T02:00:00Z" }),
        4,
    );
    // Over midnight.
    check(
        json!({ "start": "2026-10-24T22:00:00Z", "end": "2026-10-25T01:00:00Z" }),
        6,
    );
    let all = |what: Value| {
        let mut named = days("2026-10-01", "2026-10-31");
        let fields = named.as_object_mut().unwrap();
        fields.extend(what.as_object().unwrap().clone());
        named
    };
    check(all(json!({ "source": "s", "id": "2" })), 50);
    check(all(json!({ "source": "s" })), 98);
    check(all(json!({ "source": "another" })), 0);
    let file = "0123456789abcdef".to_owned() + &"0".repeat(48);
    check(all(json!({ "file_sha256": file })), 48);
    check(all(json!({ "channel": "AE" })), 0);
}

#[test]
fn a_withdrawal_revised_later_withdraws_by_its_last_revision() {
    let rows = [
        row("s", "1", "2026-11-10", 5),
        row("s", "2", "2026-11-11", 5),
    ];
    let first = event("w", 1, 7, days("2026-11-10", "2026-11-11"));
    let revised = event("w", 2, 9, days("2026-11-11", "2026-11-11"));
    for events in [[first.clone(), revised.clone()], [revised, first]] {
        assert_eq!(left(&rows, &events), 48);
    }
}
