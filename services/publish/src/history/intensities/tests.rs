use footprint::fixtures::SchoolFixture;
use footprint::{BaselineScope, Method};

use super::*;
use crate::config::{BaselineSettings, TargetSettings, TrustSettings};

const TRUST: &str = "golden";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// 210 pupils by the census of October 2025, 200 before; a meter that has sent every half-hour since September 2024.
fn school() -> SchoolFixture {
    let mut school = SchoolFixture::school(210, "2025-10-02");
    school.counted(200, "2024-10-03", "autumn census");
    let meter = "mpan:2200012767323";
    school.sends_daily(
        meter,
        events::Fuel::Electricity,
        "2024-09-01",
        "2026-11-21",
        50_000_000,
    );
    school.heated_by(events::Heating::Electricity);
    school
}

fn store() -> FootprintStore {
    FootprintStore::of(school().as_of(&Method::published().unwrap(), day("2026-11-22")))
}

fn config() -> Config {
    let settings = TrustSettings {
        baseline: Some(BaselineSettings {
            tco2e_per_pupil: 0.02,
            year: "2024/25".parse().unwrap(),
            scope: BaselineScope::StatutoryGross,
            factor_year: 2025,
        }),
        targets: [(
            AcademicYear::beginning(2025),
            TargetSettings {
                tco2e_per_pupil: Some(0.018),
                recycling_ratio: None,
            },
        )]
        .into(),
        ..TrustSettings::default()
    };
    Config {
        trusts: [(TRUST.to_owned(), settings)].into(),
        ..crate::fixtures::config()
    }
}

/// Every month has 100 kg, or 96 kg at the baseline's factors.
fn amounts(from: &str, count: u32) -> Vec<Amount> {
    let from = day(from);
    let of = |n| {
        let month = from.checked_add_months(Months::new(n)).unwrap();
        Amount {
            trust: TRUST.to_owned(),
            urn: "900100".parse().unwrap(),
            month,
            member_days: days_of(month),
            reported: Some(100.0),
            own_year: Some(101.0),
            constant: Some(96.0),
        }
    };
    (0..count).map(of).collect()
}

fn made(amounts: &[Amount]) -> Wanted {
    let amounts: Vec<&Amount> = amounts.iter().collect();
    wanted(TRUST, &amounts, &store(), &config())
}

fn value(wanted: &Wanted, metric: Metric, factors: &str, month: &str) -> Option<f64> {
    let of = |series: &&Series| {
        series.metric == metric
            && series
                .labels
                .get("factors")
                .is_none_or(|label| label == factors)
    };
    let series = wanted.keys().find(of)?;
    wanted[series].get(&stamp(day(month))).copied()
}

fn check(found: Option<f64>, expected: Option<f64>) {
    match (found, expected) {
        (Some(found), Some(expected)) => {
            assert!((found - expected).abs() < 1e-9, "{found} and {expected}");
        }
        _ => assert_eq!(found, expected),
    }
}

#[test]
fn a_month_is_divided_by_the_pupils_of_its_academic_year() {
    let wanted = made(&amounts("2024-09-01", 26));
    let of = |month| value(&wanted, Metric::SchoolMonth, "reported", month);
    check(of("2025-08-01"), Some(100.0 / 200.0));
    check(of("2025-09-01"), Some(100.0 / 210.0));
    check(of("2026-11-01"), None);
    let before = |month| value(&wanted, Metric::SchoolMonthLastYear, "reported", month);
    check(before("2025-08-01"), None);
    check(before("2025-09-01"), Some(100.0 / 200.0));
    check(
        value(&wanted, Metric::TrustMonth, "baseline", "2025-09-01"),
        Some(96.0 / 210.0),
    );
}

#[test]
fn twelve_months_are_divided_by_the_last_census_held_in_them() {
    let wanted = made(&amounts("2024-09-01", 26));
    let of = |metric, factors, month| value(&wanted, metric, factors, month);
    for metric in [Metric::SchoolTrailing, Metric::TrustTrailing] {
        check(of(metric, "reported", "2025-07-01"), None);
        check(
            of(metric, "reported", "2025-08-01"),
            Some(12.0 * 101.0 / 200.0),
        );
        // To the end of September 2025 the last census is still that of October 2024.
        check(
            of(metric, "reported", "2025-09-01"),
            Some(12.0 * 101.0 / 200.0),
        );
        check(
            of(metric, "reported", "2025-10-01"),
            Some(12.0 * 101.0 / 210.0),
        );
        check(
            of(metric, "baseline", "2026-10-01"),
            Some(12.0 * 96.0 / 210.0),
        );
    }
    check(
        of(Metric::TrustTrailingLastYear, "reported", "2026-08-01"),
        Some(12.0 * 101.0 / 200.0),
    );
}

#[test]
fn a_month_that_is_missing_or_has_no_constant_factor_makes_no_year() {
    let mut amounts = amounts("2024-09-01", 26);
    amounts[14].constant = None;
    amounts.remove(3);
    let wanted = made(&amounts);
    let of = |factors, month| value(&wanted, Metric::TrustTrailing, factors, month);
    check(of("reported", "2025-08-01"), None);
    check(of("reported", "2025-11-01"), None);
    check(of("reported", "2025-12-01"), Some(12.0 * 101.0 / 210.0));
    check(of("baseline", "2026-10-01"), None);
    assert!(of("baseline", "2026-09-01").is_none());
}

#[test]
fn the_baseline_and_the_targets_stand_at_every_month_they_are_of() {
    let wanted = made(&amounts("2025-07-01", 4));
    check(
        value(&wanted, Metric::Baseline, "", "2025-07-01"),
        Some(20.0),
    );
    check(value(&wanted, Metric::Target, "", "2025-08-01"), None);
    check(value(&wanted, Metric::Target, "", "2025-09-01"), Some(18.0));
    assert!(made(&[]).is_empty());
}
