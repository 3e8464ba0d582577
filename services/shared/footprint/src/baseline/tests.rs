#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use events::ActivityKind;

use super::*;
use crate::scoreboard::fixtures::{emitting, school, trailing};

fn of_2025(scope: BaselineScope) -> Baseline {
    Baseline {
        tco2e_per_pupil: 0.24,
        basis: Some(BaselineBasis {
            year: "2024/25".parse().unwrap(),
            scope,
            factor_year: 2025,
        }),
    }
}

/// 40 t of gas at 0.2 kg per kWh are 200,000 kWh, at 0.25 of 2025 they are 50 t: over 200 pupils 0.25. Two schools together
/// are their sum over the sum of their pupils: (50 + 37.5) / 400 = 0.21875.
#[test]
fn an_intensity_at_the_baselines_factors_is_every_line_priced_again() {
    let baseline = of_2025(BaselineScope::StatutoryGross);
    let (one, other) = (school(1, trailing()), emitting(2, 30_000_000_000));
    let at = |schools: &[&Footprint]| baseline.intensity_of(schools.iter().copied());
    assert_eq!(at(&[&one]).tonnes_per_pupil(), Some(0.25));
    assert_eq!(at(&[&one, &other]).tonnes_per_pupil(), Some(0.21875));
    assert_eq!(at(&[]), AtBaseline::NothingKnown);
    // A school without pupils is in neither intensity.
    let mut uncounted = school(3, trailing());
    uncounted.pupil_millionths = None;
    assert_eq!(at(&[&one, &uncounted]).tonnes_per_pupil(), Some(0.25));
}

#[test]
fn a_line_without_a_factor_of_that_year_leaves_the_figure_partial_and_is_named() {
    let mut oil = school(1, trailing());
    let mut line = oil.lines[0].clone();
    line.item = Item::Activity(ActivityKind::BurningOil);
    line.factor_by_year.remove(&2025);
    oil.lines.push(line);
    let at = of_2025(BaselineScope::StatutoryGross).intensity_of([&oil]);
    assert_eq!(at.tonnes_per_pupil(), None);
    assert_eq!(
        at.lacks().unwrap(),
        "more than 0.250 tCO2e per pupil at the 2025 factors of the baseline, which have none for burning oil"
    );
}

#[test]
fn a_baseline_without_stated_factors_or_with_another_scope_is_not_compared() {
    let school = school(1, trailing());
    let lacks = |baseline: Baseline| baseline.intensity_of([&school]).lacks().unwrap();
    assert_eq!(
        lacks(0.24.into()),
        "not comparable at constant factors: the baseline does not say its factors"
    );
    assert_eq!(
        lacks(of_2025(BaselineScope::Scopes1And2)),
        "not comparable at constant factors: the baseline counts scopes 1 and 2, the intensity the statutory gross"
    );
}

#[test]
fn a_baseline_carries_its_value_year_scope_and_factors() {
    assert_eq!(
        of_2025(BaselineScope::StatutoryGross).to_string(),
        "0.24 tCO2e per pupil (2024/25, statutory gross, 2025 factors)"
    );
    assert_eq!(
        Baseline::from(0.24).to_string(),
        "0.24 tCO2e per pupil (its year, scope and factors are not stated)"
    );
    let year = |text: &str| text.parse::<BaselineYear>().map(|year| year.to_string());
    assert_eq!(year("2024").unwrap(), "2024");
    assert_eq!(year("2024-25").unwrap(), "2024/25");
    for wrong in ["24/25", "2024/26", "20245", "", "+024"] {
        assert!(year(wrong).is_err(), "{wrong}");
    }
}
