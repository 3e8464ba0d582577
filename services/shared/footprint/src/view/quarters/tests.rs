use std::sync::Arc;

use chrono::NaiveDate;
use events::{Channel, Place, Quality, Quantity, Unit};

use crate::ledger::{Identity, MeterDay, Origin, Slots};
use crate::view::{Withdrawals, day_view};

const ISSUED: i64 = 1_794_375_000_000_000;

/// The event of a source, issued and received so many minutes late, with one quarter of half-hour 10: the first or the second.
fn quarter(source: &str, late: i64, half: u8, value: Quantity, quality: Quality) -> MeterDay {
    let mut slots = Slots::default();
    slots.set_quarter(20 + half, value, quality);
    row(source, late, slots)
}

/// The same with all of half-hour 10.
fn whole(source: &str, late: i64, value: Quantity) -> MeterDay {
    row(
        source,
        late,
        Slots::from_iter([(10, value, Quality::Actual)]),
    )
}

fn row(source: &str, late: i64, slots: Slots) -> MeterDay {
    MeterDay {
        urn: 100_001_u32.try_into().unwrap(),
        meter: "mpan:2200012767323".parse().unwrap(),
        channel: Channel::AI,
        unit: Unit::KilowattHours,
        day: NaiveDate::from_ymd_opt(2026, 11, 10).unwrap(),
        slots,
        issued: ISSUED + late,
        issue_stated: true,
        identity: Identity {
            source: Arc::from(source),
            id: format!("{late}").into(),
        },
        origin: Origin {
            received: ISSUED + late,
            place: Place {
                partition: 0,
                offset: late,
            },
            token: Arc::from("tests"),
        },
    }
}

/// Checks the value that counts, its quality, and whether it is known by half instead, in either order of the rows.
fn check(rows: &[MeterDay], wanted: Option<(Quantity, Quality)>, by_half: bool) {
    let mut rows: Vec<&MeterDay> = rows.iter().collect();
    for _ in 0..2 {
        let view = day_view(&rows, &Withdrawals::default()).unwrap();
        let found = view.slots.value(10).zip(view.slots.quality(10));
        assert_eq!(found, wanted, "{rows:?}");
        assert_eq!(view.slots.known_by_half() != 0, by_half, "{rows:?}");
        assert_eq!(view.sum().sum, wanted.map_or(0, |(value, _)| value));
        rows.reverse();
    }
}

use Quality::{Actual, Estimated, Spread};

#[test]
fn two_quarters_of_one_source_make_a_half_hour_and_one_alone_makes_none() {
    let first = quarter("s", 1, 0, 3, Actual);
    check(std::slice::from_ref(&first), None, true);
    let second = |late, value, quality| quarter("s", late, 1, value, quality);
    check(
        &[first.clone(), second(2, 4, Actual)],
        Some((7, Actual)),
        false,
    );
    check(
        &[first.clone(), second(0, 4, Estimated)],
        Some((7, Estimated)),
        false,
    );
    check(
        &[first.clone(), second(2, 4, Spread)],
        Some((7, Spread)),
        false,
    );
    // A later revision of either quarter counts.
    let rows = [first.clone(), second(2, 4, Actual), second(3, 5, Estimated)];
    check(&rows, Some((8, Estimated)), false);
    check(&[first, quarter("other", 2, 1, 4, Actual)], None, true);
}

#[test]
fn quarters_and_whole_half_hours_of_one_source_yield_to_what_it_said_last() {
    let quarters = |late| {
        [
            quarter("s", 1, 0, 3, Actual),
            quarter("s", late, 1, 4, Actual),
        ]
    };
    let [first, second] = quarters(3);
    check(
        &[first.clone(), second.clone(), whole("s", 2, 9)],
        Some((7, Actual)),
        false,
    );
    check(
        &[first.clone(), second, whole("s", 4, 9)],
        Some((9, Actual)),
        false,
    );
    check(&[first, whole("s", 0, 9)], Some((9, Actual)), false);
}
