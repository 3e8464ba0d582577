//! Target 7 at the factors of the baseline.

use events::ActivityKind;

use super::super::super::{Clause, IntensityReason, Limit, TargetVerdict, Targets};
use super::super::verdict_on;
use super::{against, intensity, nothing_missing};
use crate::baseline::AtBaseline;
use crate::item::Item;
use crate::message::Footprint;
use crate::scoreboard::fixtures::{baseline, emitting, school, scored, trailing};

/// 0.2 tonnes a pupil by the factor of 2026 are 0.25 by that of 2025.
#[test]
fn seven_is_not_met_by_a_fall_of_the_factor() {
    let board_of = |tonnes: f64| {
        let targets = Targets::from(baseline(tonnes, 2025));
        scored(&[school(1, trailing())], &targets)
    };
    let board = board_of(0.24);
    let reasons = [
        against(Some((2025, 0.25)), Limit::Below(0.24)),
        IntensityReason::MissesAtConstantFactors,
        nothing_missing(),
    ];
    assert_eq!(
        verdict_on(&board, 7),
        intensity(TargetVerdict::MetAsReported, reasons)
    );
    assert_eq!(
        board.kpis[6].schools[0].verdict,
        TargetVerdict::MetAsReported
    );
    assert_eq!(board.kpis[6].tally().met_as_reported, 1);
    assert_eq!(
        board.kpis[6].actual.as_deref(),
        Some("0.200 tCO2e per pupil, 0.250 at the 2025 factors of the baseline")
    );
    assert_eq!(verdict_on(&board_of(0.26), 7).0, TargetVerdict::Met);
    assert_eq!(verdict_on(&board_of(0.19), 7).0, TargetVerdict::NotMet);
}

/// 16,380 half-hours have come and 1,140 are missing; with them, 0.25 would be 0.25 × 17,520 / 16,380.
#[test]
fn seven_must_be_met_with_the_gaps_at_constant_factors_too() {
    let mut gappy = school(1, trailing());
    gappy.coverage.present = 16_380;
    let targets = Targets::from(baseline(0.26, 2025));
    let (verdict, why) = verdict_on(&scored(&[gappy], &targets), 7);
    assert_eq!(verdict, TargetVerdict::NotEvidenced);
    let Clause::Intensity(IntensityReason::GapsMissAtConstantFactors(with_gaps)) = &why[1] else {
        panic!("{why:?}");
    };
    assert_eq!(format!("{:.4}", with_gaps.ratio), "0.2674");
}

#[test]
fn seven_is_not_comparable_where_the_baseline_states_no_factors() {
    let judged = |school: Footprint| verdict_on(&scored(&[school], &Targets::from(0.24)), 7);
    let reasons = [
        against(None, Limit::Below(0.24)),
        IntensityReason::NotComparable(AtBaseline::BasisNotStated),
        nothing_missing(),
    ];
    assert_eq!(
        judged(school(1, trailing())),
        intensity(TargetVerdict::NotComparable, reasons)
    );
    let mut electric = school(1, trailing());
    electric.lines[0].item = Item::Electricity;
    let fell = Clause::Intensity(IntensityReason::FactorFellByMethod);
    assert!(judged(electric).1.contains(&fell));
    assert_eq!(judged(emitting(1, 50_000_000_000)).0, TargetVerdict::NotMet);
}

#[test]
fn seven_is_not_comparable_where_a_line_has_no_factor_of_the_baselines_year() {
    let mut oil = school(1, trailing());
    let mut line = oil.lines[0].clone();
    line.item = Item::Activity(ActivityKind::BurningOil);
    line.factor_by_year.remove(&2025);
    oil.lines.push(line);
    let against = |tonnes: f64| {
        let targets = Targets::from(baseline(tonnes, 2025));
        verdict_on(&scored(&[oil.clone()], &targets), 7)
    };
    let (verdict, why) = against(0.26);
    assert_eq!(verdict, TargetVerdict::NotComparable);
    let unpriced = match &why[1] {
        Clause::Intensity(IntensityReason::NotComparable(AtBaseline::Partial {
            unpriced, ..
        })) => unpriced.as_slice(),
        _ => &[],
    };
    assert_eq!(unpriced, [Item::Activity(ActivityKind::BurningOil)]);
    // Even without the oil it is already too much.
    assert_eq!(against(0.24).0, TargetVerdict::MetAsReported);
}
