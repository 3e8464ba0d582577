//! Target 7: the carbon intensity ratio falls.

mod figures;
mod limit;

use figures::{Figures, of_school, of_trust, passed};
use limit::Limit;

use super::evidence::filed;
use super::{Asked, DecidedBy, KpiScore, TargetVerdict, school_score};
use crate::baseline::AtBaseline;
use crate::message::Footprint;
use crate::period::Period;
use crate::scoreboard::wording;

const NUMBER: u8 = 7;
const UNIT: &str = "tCO2e per pupil";

/// Met when the trust's intensity over a whole year is at most the year's target, or, if none is set, below the baseline, both
/// as reported and at the factors of the baseline. Three cases are not evidenced: without enough data nothing is compared, a
/// part-year cannot be compared with a year, and an incomplete total is no total. Missing half-hours make a total too low, so
/// an intensity that meets the target counts only if it would still do so including them; an intensity that misses the target
/// has missed it. Each school is compared with the same limit by its figures, for information.
pub(super) fn score(asked: &Asked<'_>) -> KpiScore {
    let limit = Limit::of(asked);
    let figures = of_trust(asked);
    let (verdict, why) = judge(&figures, &limit);
    let each = |school: &Footprint| {
        let (verdict, why) = judge(&of_school(school, asked), &limit);
        let filed = filed(school, NUMBER, asked.last_day, |_| true);
        school_score(school, (verdict, why, filed))
    };
    KpiScore {
        number: NUMBER,
        title: "Carbon intensity falls",
        decided_by: DecidedBy::Trust,
        verdict,
        why,
        target: format!(
            "{}, as reported and at the factors of the baseline",
            limit.said()
        ),
        actual: actual(&figures),
        evidence: Vec::new(),
        schools: asked
            .trust
            .schools
            .iter()
            .map(|school| each(school))
            .collect(),
    }
}

/// The actual value; if there is too little data, shown small, with a note.
fn actual(figures: &Figures) -> Option<String> {
    let known = figures.known.map(|known| format!("{known:.3} {UNIT}"));
    if figures.not_enough.is_empty() {
        let beside = beside(&figures.at_baseline);
        return known.map(|known| format!("{known}{}{beside}", so_far(figures.period)));
    }
    let partial = known.map_or(String::new(), |known| {
        format!(" ({known} of what has come)")
    });
    Some(format!("not enough data{partial}"))
}

/// The intensity at the factors of the baseline, or why it is not known at them.
fn beside(at_baseline: &AtBaseline) -> String {
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

fn judge(figures: &Figures, limit: &Limit) -> (TargetVerdict, String) {
    let (verdict, clauses) = clauses(figures, limit);
    (verdict, wording::sentence(&clauses))
}

fn clauses(figures: &Figures, limit: &Limit) -> (TargetVerdict, Vec<String>) {
    if !figures.not_enough.is_empty() {
        let said = format!("not enough data: {}", figures.not_enough.join("; "));
        let partial = figures
            .known
            .map(|known| format!("what has come makes {known:.3} {UNIT} and is not compared"));
        let clauses = [Some(said), partial].into_iter().flatten().collect();
        return (TargetVerdict::NotEvidenced, clauses);
    }
    let Some(ratio) = figures.known else {
        let said = format!(
            "there is no figure to compare with the target, {}",
            limit.said()
        );
        let reasons = first_of(&figures.incomplete);
        return (
            TargetVerdict::NotEvidenced,
            [Some(said), reasons].into_iter().flatten().collect(),
        );
    };
    let against = limit.against(ratio, &figures.at_baseline);
    let not_evidenced = |why: String| (TargetVerdict::NotEvidenced, vec![against.clone(), why]);
    if !is_a_year(figures.period) {
        let (done, all) = (
            passed(figures.period).count(),
            figures.period.days().count(),
        );
        let said = format!("{ratio:.3} {UNIT} so far");
        let why = format!("{done} of {all} days have passed, and the target is for a whole year");
        return (TargetVerdict::NotEvidenced, vec![said, why]);
    }
    if let Some(reasons) = first_of(&figures.incomplete) {
        return not_evidenced(format!("the figure is not complete: {reasons}"));
    }
    if let Some(part) = &figures.part {
        return not_evidenced(format!("the figure is not of a whole year: {part}"));
    }
    let covered = figures.covered();
    if !limit.is_kept_by(ratio) {
        return (TargetVerdict::NotMet, vec![against, covered]);
    }
    let Some(most) = figures.with_gaps() else {
        return not_evidenced(covered);
    };
    let keeps = limit.is_kept_by(most);
    let covered = if figures.missing > 0 {
        let (most, _) = wording::apart(most, limit.value(), 3);
        let outcome = if keeps { "still meet" } else { "miss" };
        format!(
            "{covered}, and with the estimated missing use it would be {most} and {outcome} the target"
        )
    } else {
        covered
    };
    if !keeps {
        return not_evidenced(covered);
    }
    let (verdict, at_constant_factors) = at_constant_factors(figures, limit);
    let clauses = [Some(against), at_constant_factors, Some(covered)];
    (verdict, clauses.into_iter().flatten().collect())
}

/// The verdict on an intensity that meets the target as reported, judged at the factors of the baseline, and the reason.
fn at_constant_factors(figures: &Figures, limit: &Limit) -> (TargetVerdict, Option<String>) {
    let not_comparable = |lacks: Option<String>| {
        let by_method = figures.by_method.then(|| {
            "the electricity factor fell in 2026, partly by a change of method: what that takes off is not a saving".to_owned()
        });
        let said: Vec<String> = [lacks, by_method].into_iter().flatten().collect();
        (TargetVerdict::NotComparable, Some(said.join("; ")))
    };
    let missed = (
        TargetVerdict::MetAsReported,
        Some("met as reported, not at constant factors".to_owned()),
    );
    match &figures.at_baseline {
        AtBaseline::Whole {
            tonnes_per_pupil, ..
        }
        | AtBaseline::Partial {
            tonnes_per_pupil, ..
        } if !limit.is_kept_by(*tonnes_per_pupil) => missed,
        AtBaseline::Whole { .. } => match figures.at_baseline_with_gaps() {
            Some(most) if !limit.is_kept_by(most) => {
                let (most, _) = wording::apart(most, limit.value(), 3);
                let said = format!(
                    "with the estimated missing use it would be {most} at the factors of the baseline and miss the target"
                );
                (TargetVerdict::NotEvidenced, Some(said))
            }
            _ => (TargetVerdict::Met, None),
        },
        not_whole => not_comparable(not_whole.lacks()),
    }
}

/// The first reason, and the number of further reasons.
fn first_of(reasons: &[String]) -> Option<String> {
    match reasons {
        [] => None,
        [only] => Some(only.clone()),
        [first, rest @ ..] => Some(format!("{first}, and {} more", rest.len())),
    }
}

fn is_a_year(period: Period) -> bool {
    period.is_whole() && period.days().count() >= 365
}

fn so_far(period: Period) -> &'static str {
    if is_a_year(period) { "" } else { " so far" }
}
