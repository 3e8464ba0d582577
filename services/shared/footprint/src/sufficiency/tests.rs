#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use events::Fuel;

use super::*;

fn gap(present: i64, expected: i64) -> FuelGap {
    FuelGap {
        fuel: Fuel::Gas,
        expected,
        present,
        unmetered_days: 0,
        silent_since: None,
        meters: vec![MeterGap {
            meter: "mprn:3938424403".parse().unwrap(),
            from: "2025-09-01".parse().unwrap(),
            expected,
            present,
            silent_since: None,
            months: ["2025-09", "2025-10", "2026-01"]
                .map(|month| MonthGap {
                    month: month.to_owned(),
                    expected: 1440,
                    present: 0,
                })
                .into(),
        }],
    }
}

fn check(missing: Missing, sentence: &str) {
    let sufficiency = Sufficiency {
        least_coverage: LeastCoverage::default(),
        fuels: Vec::new(),
        missing: vec![missing],
    };
    assert_eq!(sufficiency.sentence().as_deref(), Some(sentence));
}

#[test]
fn what_is_missing_is_stated_with_its_fuel_its_share_and_its_day() {
    let silent = FuelGap {
        silent_since: "2025-09-01".parse().ok(),
        ..gap(0, 17_520)
    };
    check(
        Missing::HalfHours(silent),
        "Not enough data: gas has sent nothing since 1 Sep 2025 (0 of 17,520 half-hours).",
    );
    let stopped = FuelGap {
        silent_since: "2026-03-09".parse().ok(),
        unmetered_days: 31,
        ..gap(8_760, 17_520)
    };
    check(
        Missing::HalfHours(stopped),
        "Not enough data: gas has sent 8,760 of 17,520 half-hours (50.0%), nothing since 9 Mar 2026, \
         no gas meter is registered on 31 days.",
    );
    let none = FuelGap {
        meters: Vec::new(),
        ..gap(0, 17_520)
    };
    check(
        Missing::HalfHours(none),
        "Not enough data: no gas meter is registered.",
    );
    check(
        Missing::HeatingSource,
        "Not enough data: nothing says what heats the school (no gas meter, no heating fuel, no electric heating).",
    );
}

#[test]
fn a_share_just_below_is_never_shown_as_reached() {
    // 1,752 short of 17,520 are exactly a tenth; one more is 89.994%.
    let sentence = |present| {
        let sufficiency = Sufficiency {
            least_coverage: LeastCoverage::default(),
            fuels: Vec::new(),
            missing: vec![Missing::HalfHours(gap(present, 17_520))],
        };
        sufficiency.sentence().unwrap()
    };
    assert!(sentence(15_767).contains("89.9%"), "{}", sentence(15_767));
    assert!(sentence(1).contains("under 0.1%"), "{}", sentence(1));
}

#[test]
fn details_name_the_meter_its_share_and_its_months() {
    let sufficiency = Sufficiency {
        least_coverage: LeastCoverage::default(),
        fuels: Vec::new(),
        missing: vec![Missing::HalfHours(gap(13_200, 17_520))],
    };
    assert_eq!(
        sufficiency.details(),
        [
            "gas meter mprn:3938424403 has sent 13,200 of 17,520 half-hours (75.3%), with gaps in Sep 2025 to Oct 2025 and Jan 2026"
        ]
    );
}

#[test]
fn a_least_share_is_kept_exactly_and_one_that_nothing_can_reach_is_refused() {
    let least = LeastCoverage::try_from(0.9).unwrap();
    assert_eq!(least, LeastCoverage::default());
    assert!(least.is_reached(15_768, 17_520) && !least.is_reached(15_767, 17_520));
    assert!(least.is_reached(0, 0));
    assert!(least.is_reached(i64::MAX, i64::MAX));
    assert_eq!(f64::from(least), 0.9);
    for seen in [0.0, -0.1, 1.000_001, 90.0, f64::NAN, f64::INFINITY] {
        assert!(LeastCoverage::try_from(seen).is_err(), "{seen}");
    }
    assert!(least.rule().contains("at least 90% of"));
    let odd = LeastCoverage::try_from(0.925).unwrap();
    assert!(odd.rule().contains("92.5%"), "{}", odd.rule());
}
