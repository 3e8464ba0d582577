//! The intensity of the grid: in any order and with any repetition the same, and never a saving out of nothing.

use chrono::{DateTime, TimeDelta, Utc};
use events::{GridIntensity, MICRO, SettlementDay};
use footprint::grid::{Basis, GridUse, HalfHour, Intensities, Intensity};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// Events about a few half-hours of two regions, so that they meet often, and when each was issued.
fn event() -> impl Strategy<Value = (GridIntensity, DateTime<Utc>)> {
    let values = || vec(of(0..400_u16), 0..5);
    (1..=2_u8, 0..4_i32, values(), values(), 0..4_i64).prop_map(
        |(region, later, forecast, actual, issued)| {
            let start = at("2026-03-01T22:30:00Z") + TimeDelta::minutes(30) * later;
            let event = GridIntensity {
                region: region.try_into().expect("a region"),
                start: start.fixed_offset(),
                forecast,
                actual,
            };
            (event, at("2026-03-01T00:00:00Z") + TimeDelta::hours(issued))
        },
    )
}

fn merged<'a>(events: impl IntoIterator<Item = &'a (GridIntensity, DateTime<Utc>)>) -> Intensities {
    let mut known = Intensities::default();
    for (event, issued) in events {
        known.merge(event, *issued);
    }
    known
}

proptest! {
    #[test]
    fn intensities_in_any_order_and_repeated_are_the_same(
        (events, shuffled, places) in vec(event(), 1..12).prop_flat_map(|events| {
            let places = vec(0..events.len(), 0..12);
            (Just(events.clone()), Just(events).prop_shuffle(), places)
        }),
    ) {
        let repeated = places.iter().map(|place| &shuffled[*place]);
        prop_assert_eq!(merged(&events), merged(shuffled.iter().chain(repeated)));
    }

    #[test]
    fn a_shift_saves_no_less_than_nothing_and_no_more_than_is_emitted(
        values in vec((0..500_i64, 0..600_u16), 50),
        day in select(vec!["2026-03-29", "2026-06-01", "2026-10-25"]),
    ) {
        let day = SettlementDay(day.parse().expect("a day"));
        let half_hours: Vec<HalfHour> = (0..day.slots())
            .map(|slot| HalfHour {
                day,
                slot,
                energy: Some(values[slot].0 * MICRO),
                intensity: Some(Intensity { grams_per_kwh: values[slot].1, basis: Basis::Actual }),
            })
            .collect();
        let found = GridUse::of(&half_hours);
        let shift = found.shift.expect("a whole day");
        prop_assert!(shift.saved.0 >= 0 && shift.saved <= found.emissions);
        prop_assert!(shift.moved >= 0 && shift.moved * 10 <= found.energy);
        let by_clock: usize = found.clock.iter().map(|one| one.known).sum();
        prop_assert_eq!(by_clock, found.known);
    }
}
