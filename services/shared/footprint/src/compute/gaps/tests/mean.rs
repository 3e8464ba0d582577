//! Gaps that are estimated by similar days.

use chrono::{Datelike, NaiveDate, Weekday};
use events::Fuel::{Electricity, Gas, Solar};
use events::MilligramsCo2e;

use super::meter_fixture::{MeterFixture, day};
use crate::{EstimateBasis, GapMethod};

/// Wednesdays have the given values, other days 50 kWh.
fn wednesdays(values: &'static [(&str, f64)]) -> impl Fn(NaiveDate) -> f64 {
    move |on| {
        let known = values.iter().find(|(wednesday, _)| day(wednesday) == on);
        match known {
            Some((_, kwh)) => *kwh,
            None if on.weekday() == Weekday::Wed => 9_999.0,
            None => 50.0,
        }
    }
}

const NEAREST: &[(&str, f64)] = &[
    ("2026-02-25", 110.0),
    ("2026-03-04", 100.0),
    ("2026-03-18", 120.0),
    ("2026-03-25", 131.0),
];

/// Wednesday, 11 March: the Wednesdays a week and two weeks before and after had 110, 100, 120 and 131 kWh, their mean is
/// 115.25. At 0.13096 kg, the factor of 2026, that is 15.09314 kg.
#[test]
fn a_missing_day_is_estimated_by_the_mean_of_the_four_nearest_alike() {
    let school = MeterFixture::meter(Electricity, "2025-12-01", "2026-05-31")
        .days("2025-12-01", "2026-05-31", wednesdays(NEAREST))
        .without("2026-03-11");
    let estimate = school.estimate();
    assert_eq!((estimate.half_hours, estimate.left), (48, 0));
    assert_eq!(estimate.energy, 115_250_000);
    assert_eq!(estimate.co2e, Some(MilligramsCo2e(15_093_140)));
    assert_eq!(
        estimate.methods,
        [GapMethod {
            basis: EstimateBasis::SameWeekdayWithoutTerms,
            days: 1,
            fewest: 4,
            most: 4
        }]
    );
}

/// A quarter of the day is missing: a quarter of 115.25 kWh. The received part is in the figures unchanged.
#[test]
fn a_day_that_is_partly_missing_gets_its_missing_share() {
    let mut school = MeterFixture::meter(Electricity, "2025-12-01", "2026-05-31").days(
        "2025-12-01",
        "2026-05-31",
        wednesdays(NEAREST),
    );
    let whole = school.footprint("2025-26").gross;
    school.sum(day("2026-03-11"), 70.0, |sum| sum.present = 36);
    let (footprint, estimate) = (school.footprint("2025-26"), school.estimate());
    assert_eq!((estimate.half_hours, estimate.energy), (12, 28_812_500));
    // 9,999 kWh became 70, at 0.13096 kg.
    let less = (9_999 - 70) * 130_960;
    assert_eq!(
        footprint.gross.0,
        whole.0 - less,
        "the estimate is no part of it"
    );
    let with = footprint.gross_with_gap_estimate().map(|gross| gross.0);
    assert_eq!(with, Some(footprint.gross.0 + 3_773_285));
}

/// Of the Wednesdays about 11 March only one before and one after, 25 February and 25 March, are out of term like it.
#[test]
fn a_day_out_of_term_is_compared_with_days_out_of_term() {
    let terms = [
        ("2026-01-05", "2026-02-24"),
        ("2026-02-26", "2026-03-10"),
        ("2026-03-12", "2026-03-24"),
        ("2026-03-26", "2026-05-31"),
    ];
    let school = MeterFixture::meter(Electricity, "2026-01-05", "2026-05-31")
        .terms(&terms)
        .days("2026-01-05", "2026-05-31", wednesdays(NEAREST))
        .without("2026-03-11");
    let estimate = school.estimate();
    assert_eq!(estimate.energy, 120_500_000, "the mean of 110 and 131");
    assert_eq!(
        estimate.methods,
        [GapMethod {
            basis: EstimateBasis::SameWeekday,
            days: 1,
            fewest: 2,
            most: 2
        }]
    );
}

/// Days with estimated, missing or spread half-hours are not used for comparison.
#[test]
fn only_whole_and_actual_days_are_compared_with() {
    let mut school = MeterFixture::meter(Electricity, "2025-12-01", "2026-05-31")
        .days("2025-12-01", "2026-05-31", wednesdays(NEAREST))
        .without("2026-03-11");
    school.sum(day("2026-03-04"), 900.0, |sum| sum.estimated = 1);
    school.sum(day("2026-03-18"), 900.0, |sum| sum.present = 47);
    school.sum(day("2026-02-25"), 900.0, |sum| sum.spread = 48);
    school.sum(day("2026-02-18"), 103.0, |_| ());
    school.sum(day("2026-04-01"), 104.0, |_| ());
    school.sum(day("2026-02-11"), 106.0, |_| ());
    // 11 March: 25 March (131), then 18 February (103), 1 April (104) and 11 February (106). One half-hour of 18 March is
    // missing as well: 25 March (131), 1 April (104), 8 April (9,999) and 18 February (103).
    let estimate = school.estimate();
    let of_the_11th = (131_000_000 + 103_000_000 + 104_000_000 + 106_000_000) / 4;
    let of_the_18th = (131_000_000 + 104_000_000 + 9_999_000_000_i64 + 103_000_000) / 4;
    assert_eq!(estimate.half_hours, 49);
    assert_eq!(estimate.energy, of_the_11th + (of_the_18th + 24) / 48);
}

/// A meter read by the hour has only spread half-hours, but its days still count as measured.
#[test]
fn a_meter_that_is_read_by_the_hour_is_compared_with_itself() {
    let mut school = MeterFixture::meter(Electricity, "2026-03-02", "2026-03-29");
    for on in super::meter_fixture::each("2026-03-02", "2026-03-29") {
        school.sum(on, 48.0, |sum| sum.spread = sum.present);
    }
    assert_eq!(school.without("2026-03-11").estimate().energy, 48_000_000);
}

/// Eight weeks either side of Wednesday, 11 March, from 14 January to 6 May: days beyond are too far away to compare.
#[test]
fn a_gap_without_comparable_days_stays_missing() {
    let mut school = MeterFixture::meter(Electricity, "2026-01-01", "2026-05-31");
    school.sum(day("2026-01-07"), 100.0, |_| ());
    school.sum(day("2026-05-13"), 100.0, |_| ());
    let footprint = school.footprint("2025-26");
    let estimate = school.estimate();
    let missing = footprint.coverage.expected - footprint.coverage.present;
    assert_eq!(estimate.half_hours + estimate.left, missing);
    // Only two of the 21 Wednesdays came; 14 January to 4 March and 18 March to 27 May are near one of them.
    assert_eq!(estimate.half_hours, 18 * 48);
    assert!(estimate.left > 0);
}

#[test]
fn nothing_at_all_to_compare_with_is_no_estimate_of_zero() {
    let school = MeterFixture::meter(Electricity, "2026-03-01", "2026-03-31").without("2026-03-11");
    let footprint = school.footprint("2025-26");
    let totals = footprint.gap_estimate().unwrap();
    // 31 days, one of 46 half-hours.
    assert_eq!((totals.half_hours, totals.left), (0, 31 * 48 - 2));
    assert_eq!((totals.energy, totals.co2e), (None, None));
    assert_eq!(footprint.gross_with_gap_estimate(), None);
}

#[test]
fn a_meter_without_gaps_has_no_estimate() {
    let school = MeterFixture::meter(Electricity, "2026-03-01", "2026-03-31").days(
        "2026-03-01",
        "2026-03-31",
        |_| 10.0,
    );
    assert_eq!(school.footprint("2025-26").estimates, []);
    assert_eq!(school.footprint("2025-26").gap_estimate(), None);
}

/// The day the clocks go back has 50 half-hours; half of them are missing.
#[test]
fn half_of_a_long_day_is_half_of_the_mean() {
    let mut school = MeterFixture::meter(Electricity, "2025-10-01", "2025-11-30").days(
        "2025-10-01",
        "2025-11-30",
        |_| 48.0,
    );
    school.sum(day("2025-10-26"), 20.0, |sum| sum.present = 25);
    let estimate = school.estimate();
    assert_eq!((estimate.half_hours, estimate.energy), (25, 24_000_000));
}

/// 100 m³ a day at 39.5 MJ/m³ are 1,122.063333 kWh, at 0.18231 kg 204.563366 kg.
#[test]
fn gas_in_cubic_metres_is_estimated_in_kilowatt_hours() {
    let mut school = MeterFixture::meter(Gas, "2026-03-02", "2026-03-29");
    for on in super::meter_fixture::each("2026-03-02", "2026-03-29") {
        school.sum(on, 100.0, |sum| sum.unit = events::Unit::CubicMetres);
    }
    let estimate = school.without("2026-03-11").estimate();
    assert_eq!(estimate.energy, 1_122_063_333);
    assert_eq!(estimate.co2e, Some(MilligramsCo2e(204_563_366)));
}

#[test]
fn estimated_generation_of_panels_is_zero_carbon() {
    let school = MeterFixture::meter(Solar, "2026-03-02", "2026-03-29")
        .days("2026-03-02", "2026-03-29", |_| 30.0)
        .without("2026-03-11");
    let estimate = school.estimate();
    assert_eq!(
        (estimate.energy, estimate.co2e),
        (30_000_000, Some(MilligramsCo2e(0)))
    );
}
