//! Target 7: the carbon intensity ratio falls.

mod figures;

use figures::{Figures, passed, school_figures, trust_figures};

use super::filed::filed;
use super::limit::Limit;
use super::reason::{Clause, IntensityReason, Reason, WithGaps};
use super::{DecidedBy, KpiScore, ScoreInputs, TargetVerdict, school_score, wording};
use crate::baseline::AtBaseline;
use crate::message::Footprint;
use crate::period::Period;

const NUMBER: u8 = 7;

/// Met when the trust's intensity over a whole year is at most the year's target, or, if none is set, below the baseline, both
/// as reported and at the factors of the baseline. Three cases are not evidenced: without enough data nothing is compared, a
/// part-year cannot be compared with a year, and an incomplete total is no total. Missing half-hours make a total too low, so
/// an intensity that meets the target counts only if it would still do so including them; an intensity that misses the target
/// has missed it. Each school is compared with the same limit by its figures, for information.
pub(super) fn score(inputs: &ScoreInputs<'_>) -> KpiScore {
    let limit = Limit::of(inputs);
    let figures = trust_figures(inputs);
    let (verdict, clauses) = judge(&figures, limit);
    let each = |school: &Footprint| {
        let (verdict, clauses) = judge(&school_figures(school, inputs), limit);
        let filed = filed(school, NUMBER, inputs.last_day, |_| true);
        school_score(school, (verdict, reason(clauses), filed))
    };
    KpiScore {
        number: NUMBER,
        title: "Carbon intensity falls",
        decided_by: DecidedBy::Trust,
        verdict,
        why: reason(clauses),
        target: format!("{limit}, as reported and at the factors of the baseline"),
        actual: actual(&figures),
        evidence: Vec::new(),
        schools: inputs
            .trust
            .schools
            .iter()
            .map(|school| each(school))
            .collect(),
    }
}

fn reason(clauses: Vec<IntensityReason>) -> Reason {
    Reason(clauses.into_iter().map(Clause::Intensity).collect())
}

/// The actual value; if there is too little data, shown small, with a note.
fn actual(figures: &Figures) -> Option<String> {
    let known = figures.known.map(wording::intensity);
    if figures.not_enough.is_none() {
        let so_far = if is_a_year(figures.period) {
            ""
        } else {
            " so far"
        };
        let baseline_note = baseline_note(&figures.at_baseline);
        return known.map(|known| format!("{known}{so_far}{baseline_note}"));
    }
    let partial = known.map_or(String::new(), |known| {
        format!(" ({known} of what has come)")
    });
    Some(format!("not enough data{partial}"))
}

/// The intensity at the factors of the baseline, or why it is not known at them.
fn baseline_note(at_baseline: &AtBaseline) -> String {
    match (at_baseline, at_baseline.lacks()) {
        (
            AtBaseline::Whole {
                factor_year,
                tonnes_per_pupil,
            },
            _,
        ) => format!(", {tonnes_per_pupil:.3} at the {factor_year} factors of the baseline"),
        (_, Some(lacks)) => format!("; {lacks}"),
        (_, None) => String::new(),
    }
}

fn judge(figures: &Figures, limit: Limit) -> (TargetVerdict, Vec<IntensityReason>) {
    let not_evidenced = |clauses: Vec<IntensityReason>| (TargetVerdict::NotEvidenced, clauses);
    if let Some(too_little) = &figures.not_enough {
        let clause = IntensityReason::NotEnoughData(too_little.clone());
        let partial = figures.known.map(IntensityReason::PartialIntensity);
        return not_evidenced([clause].into_iter().chain(partial).collect());
    }
    let Some(ratio) = figures.known else {
        let lacks = figures.lacks.clone().map(IntensityReason::Lacks);
        let clause = IntensityReason::NoIntensity(limit);
        return not_evidenced([clause].into_iter().chain(lacks).collect());
    };
    if !is_a_year(figures.period) {
        let part = IntensityReason::PartYear {
            passed: passed(figures.period).count(),
            of: figures.period.days().count(),
        };
        return not_evidenced(vec![IntensityReason::SoFar(ratio), part]);
    }
    let against = IntensityReason::Against {
        ratio,
        at_baseline: match figures.at_baseline {
            AtBaseline::Whole {
                factor_year,
                tonnes_per_pupil,
            } => Some((factor_year, tonnes_per_pupil)),
            _ => None,
        },
        limit,
    };
    if let Some(lacks) = &figures.lacks {
        return not_evidenced(vec![against, IntensityReason::Incomplete(lacks.clone())]);
    }
    if let Some(part) = figures.part {
        return not_evidenced(vec![against, IntensityReason::NotWholeYear(part)]);
    }
    let half_hours = |with_gaps| IntensityReason::HalfHours {
        expected: figures.expected,
        missing: figures.missing,
        with_gaps,
    };
    if !limit.is_kept_by(ratio) {
        return (TargetVerdict::NotMet, vec![against, half_hours(None)]);
    }
    let Some(most) = figures.with_gaps() else {
        return not_evidenced(vec![against, half_hours(None)]);
    };
    let with_gaps = WithGaps { ratio: most, limit };
    let half_hours = half_hours((figures.missing > 0).then_some(with_gaps));
    if !limit.is_kept_by(most) {
        return not_evidenced(vec![against, half_hours]);
    }
    let (verdict, reasons) = at_constant_factors(figures, limit);
    let clauses = [against].into_iter().chain(reasons).chain([half_hours]);
    (verdict, clauses.collect())
}

/// The verdict on an intensity that meets the target as reported, judged at the factors of the baseline, and the reasons.
fn at_constant_factors(figures: &Figures, limit: Limit) -> (TargetVerdict, Vec<IntensityReason>) {
    match &figures.at_baseline {
        AtBaseline::Whole {
            tonnes_per_pupil, ..
        }
        | AtBaseline::Partial {
            tonnes_per_pupil, ..
        } if !limit.is_kept_by(*tonnes_per_pupil) => {
            let missed = vec![IntensityReason::MissesAtConstantFactors];
            (TargetVerdict::MetAsReported, missed)
        }
        AtBaseline::Whole { .. } => match figures.at_baseline_with_gaps() {
            Some(ratio) if !limit.is_kept_by(ratio) => {
                let missed = IntensityReason::GapsMissAtConstantFactors(WithGaps { ratio, limit });
                (TargetVerdict::NotEvidenced, vec![missed])
            }
            _ => (TargetVerdict::Met, Vec::new()),
        },
        not_whole => {
            let by_method = figures
                .by_method
                .then_some(IntensityReason::FactorFellByMethod);
            let reason = IntensityReason::NotComparable(not_whole.clone());
            let reasons = [reason].into_iter().chain(by_method).collect();
            (TargetVerdict::NotComparable, reasons)
        }
    }
}

fn is_a_year(period: Period) -> bool {
    period.is_whole() && period.days().count() >= 365
}
