use std::sync::Arc;

use chrono::NaiveDate;
use events::{Channel, MICRO, Place, Unit};

use super::*;
use crate::ledger::{Origin, Slots};
use crate::view::{Withdrawals, day_view};

const ISSUED: i64 = 1_794_375_000_000_000;

/// A row whose half-hours from `from` on have these values in kWh.
fn row(source: &str, id: &str, stated: Option<i64>, from: usize, values: &[f64]) -> MeterDay {
    let mut row = MeterDay {
        urn: 100_001_u32.try_into().unwrap(),
        meter: "mpan:2200012767323".parse().unwrap(),
        channel: Channel::AI,
        unit: Unit::KilowattHours,
        day: NaiveDate::from_ymd_opt(2026, 11, 10).unwrap(),
        slots: Slots::default(),
        issued: ISSUED + stated.unwrap_or_default(),
        issue_stated: stated.is_some(),
        identity: Identity {
            source: Arc::from(source),
            id: id.into(),
        },
        origin: Origin {
            received: ISSUED + 100 + id.len() as i64,
            place: Place {
                partition: 0,
                offset: 0,
            },
            token: Arc::from("tests"),
        },
    };
    for (at, kwh) in values.iter().enumerate() {
        let micro = (kwh * MICRO as f64).round() as i64;
        row.slots.set(from + at, micro, Quality::Actual);
    }
    row
}

fn spread(mut row: MeterDay) -> MeterDay {
    let values = row.slots.options().enumerate();
    let spread = values.filter_map(|(slot, value)| Some((slot, value?, Quality::Spread)));
    row.slots = spread.collect();
    row
}

fn found(rows: &[MeterDay]) -> Contradictions {
    let rows: Vec<&MeterDay> = rows.iter().collect();
    let view = day_view(&rows, &Withdrawals::default()).expect("a view");
    let backwards: Vec<&MeterDay> = rows.iter().rev().copied().collect();
    assert_eq!(
        day_view(&backwards, &Withdrawals::default()).as_ref(),
        Some(&view)
    );
    view.contradictions
}

/// The contradictions between values: kind, the event that counts, the other event, half-hours and the two sums in kWh.
fn values(rows: &[MeterDay]) -> Vec<(ContradictionKind, String, String, u8, i64, i64)> {
    let named = |identity: &Identity| format!("{}/{}", identity.source, identity.id);
    let all = found(rows).values;
    all.iter()
        .map(|one| {
            (
                one.kind,
                named(&one.stands),
                named(&one.against),
                one.half_hours,
                one.stands_sum / MICRO,
                one.against_sum / MICRO,
            )
        })
        .collect()
}

fn one(
    kind: ContradictionKind,
    stands: &str,
    against: &str,
    half_hours: u8,
    kwh: (i64, i64),
) -> Vec<(ContradictionKind, String, String, u8, i64, i64)> {
    let (stands_kwh, against_kwh) = kwh;
    vec![(
        kind,
        stands.into(),
        against.into(),
        half_hours,
        stands_kwh,
        against_kwh,
    )]
}

#[test]
fn two_sources_that_differ_contradict_and_two_that_agree_do_not() {
    let one_source = row("a", "1", Some(1), 4, &[3.0, 5.0, 7.0]);
    let differs = [
        one_source.clone(),
        row("b", "1", Some(2), 4, &[3.0, 6.0, 8.0]),
    ];
    assert_eq!(
        values(&differs),
        one(ContradictionKind::Differs, "b/1", "a/1", 2, (14, 12))
    );
    let rounded = [one_source, row("b", "1", Some(2), 4, &[3.05, 4.96, 7.069])];
    assert!(found(&rounded).is_empty());
}

/// The bounds: half a tenth, and a hundredth of the greater.
#[test]
fn values_differ_by_more_than_rounding_from_a_twentieth_and_from_a_hundredth_on() {
    assert!(!differs(1_000_000, 1_050_000) && differs(1_000_000, 1_050_001));
    assert!(!differs(100_000_000, 99_000_000) && differs(100_000_000, 98_999_999));
    assert!(!differs(0, 50_000) && differs(0, 50_001));
}

#[test]
fn a_correction_of_one_source_contradicts_nothing_but_where_zeros_take_the_place_of_values() {
    let earlier = row("a", "1", Some(1), 0, &[1.0, 1.0, 1.0]);
    let corrected = [earlier.clone(), row("a", "2", Some(2), 0, &[2.0, 2.0, 2.0])];
    assert!(found(&corrected).is_empty());
    let zeros = [earlier.clone(), row("a", "2", Some(2), 0, &[0.0, 0.0, 2.0])];
    assert_eq!(
        values(&zeros),
        one(ContradictionKind::ZeroStands, "a/2", "a/1", 2, (0, 2))
    );
    // The same event with a later time corrects itself.
    let revised = [earlier, row("a", "1", Some(2), 0, &[0.0, 0.0, 2.0])];
    assert!(found(&revised).is_empty());
}

#[test]
fn two_events_of_one_source_without_an_order_contradict() {
    let rows = [
        row("a", "1", None, 10, &[5.0, 5.0]),
        row("a", "22", None, 10, &[6.0, 5.0]),
    ];
    assert_eq!(
        values(&rows),
        one(ContradictionKind::Differs, "a/22", "a/1", 1, (6, 5))
    );
    let same_time = [
        row("a", "1", Some(5), 10, &[5.0]),
        row("a", "22", Some(5), 10, &[6.0]),
    ];
    assert_eq!(values(&same_time).len(), 1);
    let ordered = [
        row("a", "1", None, 10, &[5.0]),
        row("a", "22", Some(5), 10, &[6.0]),
    ];
    assert!(found(&ordered).is_empty());
}

/// Three events of one source without an order: each half-hour counts once, against the event that ranks next.
#[test]
fn a_half_hour_counts_once_for_a_source() {
    let rows = [
        row("a", "1", None, 0, &[5.0]),
        row("a", "22", None, 0, &[6.0]),
        row("a", "333", None, 0, &[7.0]),
    ];
    assert_eq!(
        values(&rows),
        one(ContradictionKind::Differs, "a/333", "a/22", 1, (7, 6))
    );
}

#[test]
fn an_estimate_contradicts_nothing() {
    let mut estimate = row("b", "1", Some(2), 0, &[9.0]);
    estimate.slots.set(0, 9 * MICRO, Quality::Estimated);
    assert!(found(&[row("a", "1", Some(1), 0, &[1.0]), estimate]).is_empty());
}

#[test]
fn a_longer_interval_is_summed_over_the_half_hours_that_have_an_actual_value_too() {
    for (source, spread_stands) in [("register", false), ("a", true)] {
        let rows = [
            row("a", "1", Some(1), 0, &[2.0, 4.0]),
            spread(row(source, "week", Some(2), 0, &[1.0, 1.0, 1.0])),
        ];
        let found = found(&rows);
        assert!(found.values.is_empty());
        assert_eq!(found.intervals.len(), 1);
        let one = &found.intervals[0];
        assert_eq!((&*one.spread.id, &*one.actual.id), ("week", "1"));
        assert_eq!(one.spread_stands, spread_stands);
        assert_eq!((one.half_hours, one.compared), (3, 2));
        assert_eq!((one.spread_sum, one.actual_sum), (2 * MICRO, 6 * MICRO));
    }
}
