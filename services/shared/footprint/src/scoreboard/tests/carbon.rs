//! Target 7, as reported, for a year and for a part of one.

mod completeness;
mod constant_factors;

use events::AcademicYear;

use super::super::{Clause, IntensityReason, Limit, TargetVerdict, Targets};
use super::{kpi, verdict_on};
use crate::message::Footprint;
use crate::scoreboard::fixtures::{
    academic, baseline, emitting, school, scored, targets, trailing,
};

fn intensity(
    verdict: TargetVerdict,
    clauses: impl IntoIterator<Item = IntensityReason>,
) -> (TargetVerdict, Vec<Clause>) {
    let clauses = clauses.into_iter().map(Clause::Intensity);
    (verdict, clauses.collect())
}

/// 0.2 tonnes a pupil as reported, against a limit.
fn against(at_baseline: Option<(i32, f64)>, limit: Limit) -> IntensityReason {
    IntensityReason::Against {
        ratio: 0.2,
        at_baseline,
        limit,
    }
}

/// The same at the factors of 2026, against the target of 2026/27.
fn against_target() -> IntensityReason {
    against(Some((2026, 0.2)), target())
}

fn target() -> Limit {
    Limit::AtMost(0.21, AcademicYear::beginning(2026))
}

fn nothing_missing() -> IntensityReason {
    IntensityReason::HalfHours {
        expected: 17_520,
        missing: 0,
        with_gaps: None,
    }
}

fn tonnes(milligrams: i64) -> Footprint {
    emitting(1, milligrams)
}

#[test]
fn seven_compares_a_whole_year_with_the_years_target() {
    // 40 t over 200 pupils are 0.2; two such schools together as well.
    assert_eq!(
        kpi(7, &[school(1, trailing())]),
        intensity(TargetVerdict::Met, [against_target(), nothing_missing()])
    );
    let two = kpi(7, &[school(1, trailing()), school(2, trailing())]);
    assert_eq!(two.0, TargetVerdict::Met);
    // 42 t are exactly the target; 42.0002 t are 0.210001.
    assert_eq!(kpi(7, &[tonnes(42_000_000_000)]).0, TargetVerdict::Met);
    assert_eq!(kpi(7, &[tonnes(42_000_200_000)]).0, TargetVerdict::NotMet);
}

#[test]
fn seven_without_a_target_has_to_be_below_the_baseline() {
    let judged = |tonnes: f64| {
        let targets = Targets::from(baseline(tonnes, 2026));
        verdict_on(&scored(&[school(1, academic(2025))], &targets), 7)
    };
    let against = against(Some((2026, 0.2)), Limit::Below(0.24));
    assert_eq!(
        judged(0.24),
        intensity(TargetVerdict::Met, [against, nothing_missing()])
    );
    assert_eq!(judged(0.2).0, TargetVerdict::NotMet);
}

#[test]
fn seven_does_not_compare_a_part_year_with_a_year() {
    // September 30, October 31, 21 days of November.
    let board = scored(&[school(1, academic(2026))], &targets());
    assert_eq!(
        verdict_on(&board, 7),
        intensity(
            TargetVerdict::NotEvidenced,
            [
                IntensityReason::SoFar(0.2),
                IntensityReason::PartYear {
                    passed: 82,
                    of: 365
                }
            ]
        )
    );
    assert_eq!(
        board.kpis[6].actual.as_deref(),
        Some("0.200 tCO2e per pupil so far, 0.200 at the 2026 factors of the baseline")
    );
}

#[test]
fn seven_is_decided_by_the_trust_and_shows_its_schools() {
    let (heavy, light) = (emitting(1, 43_000_000_000), emitting(2, 37_000_000_000));
    let board = scored(&[heavy, light], &targets());
    assert_eq!(verdict_on(&board, 7).0, TargetVerdict::Met);
    let verdicts: Vec<TargetVerdict> = board.kpis[6]
        .schools
        .iter()
        .map(|school| school.verdict)
        .collect();
    assert_eq!(verdicts, [TargetVerdict::NotMet, TargetVerdict::Met]);
}
