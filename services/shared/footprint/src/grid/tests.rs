#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use chrono::{DateTime, Utc};
use events::{GridIntensity, GridRegion, MICRO};

use super::*;

fn day(text: &str) -> SettlementDay {
    SettlementDay(text.parse().unwrap())
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn region(number: u8) -> GridRegion {
    number.try_into().unwrap()
}

/// A day of which every half-hour has the kWh and the g/kWh that `of` gives its number.
fn whole(day: SettlementDay, of: impl Fn(usize) -> (i64, u16)) -> Vec<HalfHour> {
    let half_hour = |slot| {
        let (kwh, grams_per_kwh) = of(slot);
        let basis = Basis::Actual;
        HalfHour {
            day,
            slot,
            energy: Some(kwh * MICRO),
            intensity: Some(Intensity {
                grams_per_kwh,
                basis,
            }),
        }
    };
    (0..day.slots()).map(half_hour).collect()
}

fn kilograms(whole: i64, thousandths: i64) -> MilligramsCo2e {
    MilligramsCo2e(whole * 1_000_000 + thousandths * 1_000)
}

/// By hand: a school uses 2 kWh in each of the 20 half-hours from 08:00 to 18:00 and 1 kWh in each of the other 28. The grid has
/// 300 g/kWh in the 8 half-hours from 16:00 to 20:00, 100 g/kWh in the 12 from 00:00 to 06:00 and 200 g/kWh in the other 28.
fn by_hand(slot: usize) -> (i64, u16) {
    let kwh = if (16..36).contains(&slot) { 2 } else { 1 };
    let grams = match slot {
        0..12 => 100,
        32..40 => 300,
        _ => 200,
    };
    (kwh, grams)
}

#[test]
fn a_day_is_worked_out_as_by_hand() {
    let found = GridUse::of(&whole(day("2026-03-02"), by_hand));
    assert_eq!(
        (found.half_hours, found.known, found.by_forecast),
        (48, 48, 0)
    );
    // 20 × 2 + 28 × 1 = 68 kWh.
    assert_eq!(found.energy, 68 * MICRO);
    // Night: 12 × 1 × 100 = 1,200 g. Peak: 16:00 to 18:00 is 4 × 2 × 300 = 2,400 g, 18:00 to 20:00 is 4 × 1 × 300 = 1,200 g.
    // The rest: 68 − 12 − 8 − 4 = 44 kWh × 200 = 8,800 g. Together 13,600 g.
    assert_eq!(found.emissions, kilograms(13, 600));
    // 13,600 / 68 = 200 g/kWh, and (12 × 100 + 8 × 300 + 28 × 200) / 48 = 9,200 / 48 = 191.666… g/kWh.
    assert_eq!(found.mean_of_use, Some(200_000));
    assert_eq!(found.mean_of_time, Some(191_667));
    assert_eq!(found.extremes(), Some((32, 0)));
    // The dirtiest quarter is 12 half-hours: the 8 of 300 g, and the last 4 of 200 g, 22:00 to 24:00. Their use: 4 × 2 + 4 × 1 + 4 × 1
    // = 16 kWh, which emits 2,400 + 1,200 + 800 = 4,400 g. In the cleanest quarter, at 100 g/kWh, it would emit 1,600 g. A tenth of
    // the difference of 2,800 g is 280 g, for 1.6 kWh moved.
    let shift = found.shift.unwrap();
    assert_eq!((shift.days, shift.moved), (1, 16 * MICRO / 10));
    assert_eq!(shift.saved, kilograms(0, 280));
    // The four half-hours of 300 g with 2 kWh come before those with 1 kWh.
    let slots: Vec<_> = found.dirtiest.iter().map(|one| one.slot).collect();
    assert_eq!(slots, [32, 33, 34, 35, 36]);
    assert_eq!(found.dirtiest[0].emissions(), Some(kilograms(0, 600)));
}

#[test]
fn days_of_46_48_and_50_half_hours_are_moved_by_their_own_quarters() {
    // 1 kWh in every half-hour; the last quarter of the day has 200 g/kWh and the others 100. So a day moves a tenth of its quarter,
    // 11, 12 and 12 half-hours, and saves 100 g for every kWh moved.
    for (text, quarter) in [("2026-03-29", 11), ("2026-06-01", 12), ("2026-10-25", 12)] {
        let slots = day(text).slots();
        let found = GridUse::of(&whole(day(text), |slot| {
            (1, if slot >= slots - quarter { 200 } else { 100 })
        }));
        let shift = found.shift.unwrap();
        assert_eq!(shift.moved, quarter as i64 * MICRO / 10, "{text}");
        assert_eq!(shift.saved.0, quarter as i64 * 10_000, "{text}");
    }
}

#[test]
fn the_hour_that_the_clocks_repeat_counts_twice_at_its_time_of_day() {
    let found = GridUse::of(&whole(day("2026-10-25"), |slot| (slot as i64, 100)));
    // Half-hours 2 and 4 both show 01:00.
    let one_o_clock = found.clock[2];
    assert_eq!(
        (one_o_clock.known, one_o_clock.energy),
        (2, Some(3 * MICRO))
    );
    let found = GridUse::of(&whole(day("2026-03-29"), |_| (1, 100)));
    assert_eq!(found.clock[2], ClockHalfHour::default());
}

#[test]
fn what_is_not_known_is_in_no_figure_and_no_day_is_scaled_up() {
    let mut two = whole(day("2026-03-02"), by_hand);
    let mut second = whole(day("2026-03-03"), by_hand);
    second[5].energy = None;
    second[6].intensity = None;
    second[7].intensity = second[7].intensity.map(|intensity| Intensity {
        basis: Basis::Forecast,
        ..intensity
    });
    two.extend(second);
    let found = GridUse::of(&two);
    assert_eq!(
        (found.half_hours, found.known, found.by_forecast),
        (96, 94, 1)
    );
    // Without two half-hours of 1 kWh at 100 g/kWh each.
    assert_eq!(found.energy, 134 * MICRO);
    assert_eq!(found.emissions, kilograms(27, 0));
    let shift = found.shift.unwrap();
    assert_eq!((shift.days, shift.saved), (1, kilograms(0, 280)));
}

#[test]
fn without_anything_known_there_is_no_figure() {
    let mut none = whole(day("2026-03-02"), by_hand);
    none.iter_mut().for_each(|one| one.intensity = None);
    let found = GridUse::of(&none);
    assert_eq!((found.half_hours, found.known), (48, 0));
    assert_eq!((found.mean_of_use, found.mean_of_time), (None, None));
    assert_eq!((found.shift, found.extremes()), (None, None));
    assert!(found.dirtiest.is_empty());
    let unused = GridUse::of(&whole(day("2026-03-02"), |_| (0, 100)));
    assert_eq!(
        (unused.mean_of_use, unused.mean_of_time),
        (None, Some(100_000))
    );
    assert_eq!(GridUse::of(&[]).half_hours, 0);
}

fn event(
    region_number: u8,
    start: &str,
    forecast: &[Option<u16>],
    actual: &[Option<u16>],
) -> GridIntensity {
    GridIntensity {
        region: region(region_number),
        start: start.parse().unwrap(),
        forecast: forecast.to_vec(),
        actual: actual.to_vec(),
    }
}

#[test]
fn the_value_issued_last_counts_and_actual_before_forecast() {
    let mut known = Intensities::default();
    let check = |known: &Intensities, starts: &str, wanted: Option<(u16, Basis)>| {
        let found = known.at(region(13), at(starts));
        let found = found.map(|found| (found.grams_per_kwh, found.basis));
        assert_eq!(found, wanted, "{starts}");
    };
    let first = event(13, "2026-03-01T23:30:00Z", &[Some(200), Some(210)], &[]);
    known.merge(&first, at("2026-03-01T12:00:00Z"));
    check(&known, "2026-03-01T23:30:00Z", Some((200, Basis::Forecast)));
    check(&known, "2026-03-02T00:00:00Z", Some((210, Basis::Forecast)));
    check(&known, "2026-03-02T00:30:00Z", None);
    assert_eq!(known.at(region(18), at("2026-03-02T00:00:00Z")), None);
    // An earlier forecast that arrives late changes nothing, and a null erases nothing.
    let late = event(13, "2026-03-01T23:30:00Z", &[Some(150), None], &[]);
    known.merge(&late, at("2026-03-01T06:00:00Z"));
    check(&known, "2026-03-01T23:30:00Z", Some((200, Basis::Forecast)));
    let nothing = event(13, "2026-03-01T23:30:00Z", &[None, None], &[]);
    known.merge(&nothing, at("2026-03-02T06:00:00Z"));
    check(&known, "2026-03-02T00:00:00Z", Some((210, Basis::Forecast)));
    // The actual value stands before a later forecast.
    let actual = event(13, "2026-03-02T00:00:00+00:00", &[], &[Some(190)]);
    known.merge(&actual, at("2026-03-02T01:00:00Z"));
    let forecast = event(13, "2026-03-02T01:00:00+01:00", &[Some(230)], &[]);
    known.merge(&forecast, at("2026-03-03T00:00:00Z"));
    check(&known, "2026-03-02T00:00:00Z", Some((190, Basis::Actual)));
    let days = known
        .days(region(13))
        .map(|(first, last)| (first.to_string(), last.to_string()));
    assert_eq!(
        days,
        Some(("2026-03-01".to_owned(), "2026-03-02".to_owned()))
    );
}
