//! Days far above the same meter's past year.

use chrono::NaiveDate;
use events::Fuel::{Electricity, Gas};

use super::meter_fixture::{MeterFixture, day};
use crate::FindingKind::AbovePastYear;
use crate::Odd;

/// A year and two months of 100 kWh a day, except for some days.
fn two_years(from: &str, odd: &'static [(&'static str, f64)]) -> MeterFixture {
    let kwh = |on: NaiveDate| {
        let odd = odd.iter().find(|(of, _)| day(of) == on);
        odd.map_or(
            100.0 + f64::from(chrono::Datelike::ordinal(&on) % 5),
            |(_, kwh)| *kwh,
        )
    };
    MeterFixture::meter(Electricity, from, "2026-08-31").days(from, "2026-08-31", kwh)
}

fn odd_days(school: &MeterFixture) -> Vec<(String, String)> {
    let found = school.findings().into_iter();
    found
        .filter(|(kind, ..)| *kind == AbovePastYear)
        .map(|(_, from, to)| (from, to))
        .collect()
}

/// The highest days of the year before are 104 kWh: five times that is 520.
#[test]
fn a_day_five_times_the_third_highest_of_the_past_year_is_odd() {
    assert!(odd_days(&two_years("2024-09-01", &[("2026-03-04", 519.9)])).is_empty());
    let school = two_years("2024-09-01", &[("2026-03-04", 520.0)]);
    let expected = [("2026-03-04".to_owned(), "2026-03-04".to_owned())];
    assert_eq!(odd_days(&school), expected);
    assert_eq!(
        school.footprint("2025-26").findings[0].what,
        Odd::AbovePastYear {
            energy: 520_000_000,
            reference: 104_000_000
        }
    );
}

#[test]
fn days_in_a_row_are_one_finding_and_two_wrong_days_hide_no_third() {
    let school = two_years(
        "2024-09-01",
        &[
            ("2025-11-04", 9_000.0),
            ("2026-01-10", 9_000.0),
            ("2026-03-04", 5_000.0),
            ("2026-03-05", 6_000.0),
        ],
    );
    let expected = [
        ("2025-11-04", "2025-11-04"),
        ("2026-01-10", "2026-01-10"),
        ("2026-03-04", "2026-03-05"),
    ];
    let expected = expected.map(|(from, to)| (from.to_owned(), to.to_owned()));
    assert_eq!(odd_days(&school), expected);
}

/// Since 1 June 2025 there are fewer than 300 whole days before March 2026.
#[test]
fn without_a_past_year_nothing_is_far_above_it() {
    assert!(odd_days(&two_years("2025-06-01", &[("2026-03-04", 9_000.0)])).is_empty());
}

/// A winter day is many times a summer day, but no more than the winter before.
#[test]
fn a_boiler_in_winter_is_not_far_above_its_past_year() {
    let heat = |on: NaiveDate| match chrono::Datelike::month(&on) {
        11 | 12 | 1..=3 => 900.0,
        _ => 5.0,
    };
    let school =
        MeterFixture::meter(Gas, "2024-09-01", "2026-08-31").days("2024-09-01", "2026-08-31", heat);
    assert!(odd_days(&school).is_empty());
}
