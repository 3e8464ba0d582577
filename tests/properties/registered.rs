//! A meter's registrations at one school give the same answer for every day, in any order and repeated.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use events::{Data, Fuel, MeterRegistered, Place};
use footprint::ledger::{Identity, Origin};
use footprint::{Register, SchoolEvent, SchoolHistory};
use proptest::option::of;
use proptest::prelude::*;

use super::METERS;

const SPAN: u64 = 12;

fn day(after: u64) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day");
    first.checked_add_days(Days::new(after)).expect("a day")
}

/// Registrations of few days, so that they overlap: some open, some ended, some taken back on their first day.
fn registrations() -> impl Strategy<Value = Vec<(i64, MeterRegistered)>> {
    let one = (1u64..SPAN, of(0u64..SPAN), 0i64..4, 0u32..3);
    proptest::collection::vec(one, 1..10).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(place, (from, length, issued, value))| {
                let registered = MeterRegistered {
                    meter: METERS[2].parse().expect("a meter"),
                    name: None,
                    fuel: Fuel::Gas,
                    from: day(from),
                    // A length of zero ends it on the day before it begins.
                    to: length.map(|length| day(from + length - 1)),
                    calorific_value: Some(38.0 + f64::from(value)),
                    capacity: None,
                    unit: None,
                    direction: None,
                    statuses: Default::default(),
                    tariffs: Vec::new(),
                    moved_to: None,
                };
                // No two issue times are equal: those could be revisions of one event.
                (issued * 100 + place as i64, registered)
            })
            .collect()
    })
}

fn register(all: &[(i64, MeterRegistered)], order: &[usize]) -> Register {
    let mut history = SchoolHistory::default();
    for place in order {
        let (issued, registered) = &all[*place];
        let origin = Origin {
            received: 0,
            place: Place {
                partition: 0,
                offset: *place as i64,
            },
            token: "test".into(),
        };
        let identity = Identity {
            source: "office".into(),
            id: (place % 3).to_string().into(),
        };
        let school_event = SchoolEvent {
            day: registered.from,
            issued: *issued,
            origin,
            data: Data::MeterRegistered(registered.clone()),
        };
        history.add(identity, school_event);
    }
    Register::of(&history)
}

/// Of registrations with the same first day the one issued last stands. Of those not taken back, a day belongs to the one
/// that began last, unless it has ended.
fn stands(all: &[(i64, MeterRegistered)], on: NaiveDate) -> Option<&MeterRegistered> {
    let mut by_first: BTreeMap<NaiveDate, (i64, &MeterRegistered)> = BTreeMap::new();
    for (issued, registered) in all {
        let latest = by_first.get(&registered.from);
        if latest.is_none_or(|(latest, _)| issued > latest) {
            by_first.insert(registered.from, (*issued, registered));
        }
    }
    let began = by_first
        .into_values()
        .map(|(_, registered)| registered)
        .filter(|one| one.from <= on && one.to != one.from.pred_opt());
    let last = began.max_by_key(|one| one.from)?;
    last.to.is_none_or(|to| on <= to).then_some(last)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn registrations_in_any_order_and_repeated_say_the_same_of_every_day(
        all in registrations(),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let once: Vec<usize> = (0..all.len()).collect();
        let mut again: Vec<usize> = order.iter().map(|index| index.index(all.len())).collect();
        again.extend(once.iter().rev());
        let known = register(&all, &once);
        prop_assert_eq!(&register(&all, &again).meters, &known.meters);
        let meter = &known.meters[0];
        let whole = footprint::Days { from: day(0), to: day(3 * SPAN) };
        let mut owned = 0;
        for after in 0..=3 * SPAN {
            let on = day(after);
            prop_assert_eq!(meter.on(on), stands(&all, on), "{}", on);
            prop_assert!(meter.registrations.iter().filter(|stay| stay.days.contains(on)).count() < 2);
            owned += i64::from(meter.owns(on));
        }
        let runs = meter.runs(whole);
        prop_assert_eq!(runs.iter().map(|run| run.count()).sum::<i64>(), owned);
        prop_assert!(runs.is_sorted_by(|one, next| one.to.succ_opt() < Some(next.from)));
    }
}
