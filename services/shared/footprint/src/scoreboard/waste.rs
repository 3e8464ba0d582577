//! Target 6: sustainable waste management at all sites.

use super::filed::filed;
use super::reason::{Clause, Reason};
use super::sites::SiteTarget;
use super::{KpiScore, ScoreInputs, TargetVerdict, wording};
use crate::message::Footprint;

const NUMBER: u8 = 6;

/// A school meets the target when it separates its waste as Simpler Recycling requires and, if a recycling target is set for the
/// year, recycles at least that share. It misses it when either is known to be missed. Otherwise it is not evidenced: no waste
/// was reported, the route of too much of it is unknown, or there is no evidence of how it is separated. Without a recycling
/// target only Simpler Recycling counts; before Simpler Recycling binds, only the target counts. The trust meets it when every
/// school does.
pub(super) fn score(inputs: &ScoreInputs<'_>) -> KpiScore {
    let least = match inputs.targets.recycling_ratio {
        Some(least) => format!(
            "at least {} recycled in {}",
            wording::percent(least),
            inputs.year
        ),
        None => format!("no recycling target is set for {}", inputs.year),
    };
    let site_target = SiteTarget {
        number: NUMBER,
        title: "Sustainable waste management at all sites",
        target: format!("Simpler Recycling at every school; {least}"),
    };
    site_target.score(inputs, |school| {
        let (verdict, clauses) = judge_school(school, inputs);
        let filed = filed(school, NUMBER, inputs.last_day, |_| true);
        (verdict, Reason(clauses), filed)
    })
}

fn judge_school(school: &Footprint, inputs: &ScoreInputs<'_>) -> (TargetVerdict, Vec<Clause>) {
    let rule = &school.waste.simpler_recycling;
    let mut clauses = vec![Clause::Separation {
        verdict: rule.verdict,
        missing: rule.missing.clone(),
    }];
    let (recycled, reasons) = recycled(school, inputs);
    clauses.extend(reasons);
    let verdicts: Vec<TargetVerdict> = [rule.verdict.map(TargetVerdict::from), recycled]
        .into_iter()
        .flatten()
        .collect();
    let verdict = match () {
        () if verdicts.contains(&TargetVerdict::NotMet) => TargetVerdict::NotMet,
        () if verdicts.is_empty() || verdicts.contains(&TargetVerdict::NotEvidenced) => {
            TargetVerdict::NotEvidenced
        }
        () => TargetVerdict::Met,
    };
    (verdict, clauses)
}

/// None if no target is set.
fn recycled(school: &Footprint, inputs: &ScoreInputs<'_>) -> (Option<TargetVerdict>, Vec<Clause>) {
    let (least, year) = (inputs.targets.recycling_ratio, inputs.year);
    let Some(ratio) = school.waste.recycling_ratio() else {
        let verdict = least.map(|_| TargetVerdict::NotEvidenced);
        return (verdict, vec![Clause::NoWaste { least, year }]);
    };
    let mut clauses = vec![Clause::Recycled {
        ratio,
        so_far: !school.period.is_whole(),
        least,
        year,
    }];
    let unknown = school.waste.unknown_route_ratio().unwrap_or(0.0);
    let verdict = least.map(|least| match () {
        () if ratio >= least => TargetVerdict::Met,
        () if ratio + unknown >= least => {
            clauses.push(Clause::UnknownRoute(unknown));
            TargetVerdict::NotEvidenced
        }
        () => TargetVerdict::NotMet,
    });
    (verdict, clauses)
}
