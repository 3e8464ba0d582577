//! Target 6: sustainable waste management at all sites.

use super::filed::filed;
use super::reason::{Clause, Reason};
use super::sites::OfSites;
use super::{Asked, KpiScore, TargetVerdict, wording};
use crate::message::Footprint;

const NUMBER: u8 = 6;

/// A school meets the target when it separates its waste as Simpler Recycling asks and, if a recycling target is set for the
/// year, recycles at least that share. It misses it when either is known to be missed. Otherwise it is not evidenced: no waste
/// was reported, the route of too much of it is unknown, or there is no evidence of how it is separated. Without a recycling
/// target only Simpler Recycling counts; before Simpler Recycling binds, only the target counts. The trust meets it when every
/// school does.
pub(super) fn score(asked: &Asked<'_>) -> KpiScore {
    let least = match asked.targets.recycling_ratio {
        Some(least) => format!(
            "at least {} recycled in {}",
            wording::percent(least),
            asked.year
        ),
        None => format!("no recycling target is set for {}", asked.year),
    };
    let asks = OfSites {
        number: NUMBER,
        title: "Sustainable waste management at all sites",
        target: format!("Simpler Recycling at every school; {least}"),
    };
    asks.score(asked, |school| {
        let (verdict, clauses) = of_school(school, asked);
        let filed = filed(school, NUMBER, asked.last_day, |_| true);
        (verdict, Reason(clauses), filed)
    })
}

fn of_school(school: &Footprint, asked: &Asked<'_>) -> (TargetVerdict, Vec<Clause>) {
    let rule = &school.waste.simpler_recycling;
    let mut clauses = vec![Clause::Separation {
        verdict: rule.verdict,
        missing: rule.missing.clone(),
    }];
    let (recycled, of_the_share) = recycled(school, asked);
    clauses.extend(of_the_share);
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
fn recycled(school: &Footprint, asked: &Asked<'_>) -> (Option<TargetVerdict>, Vec<Clause>) {
    let (least, year) = (asked.targets.recycling_ratio, asked.year);
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
