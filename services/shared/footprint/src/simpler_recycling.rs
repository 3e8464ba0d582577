//! Simpler Recycling: whether a site keeps apart the waste that the law in England requires workplaces, including schools, to keep
//! apart: plastic, metal and glass; paper and card, unless its collector may take them together with those; food waste; the
//! rest.
//!
//! The verdict is based on the collections of the last [`WINDOW`] counted days. That is a quarter: long enough that the six
//! weeks of summer hide no bin, and short enough that a bin given up in spring does not count in autumn. A load that was
//! refused as recycling does not count as kept apart. Only collections are visible here, not how bins stand in classrooms.
//!
//! Source: letsrecycle.com of 31 March 2025, Rushcliffe Borough Council and Anthesis on the rules for workplaces; the
//! Environment Agency enforces them.

mod duties;
mod judged;

use std::collections::BTreeSet;

use chrono::{Days as Later, NaiveDate};
use events::{EvidenceKind, EvidenceStatus};

pub(crate) use duties::Employer;

use crate::message::{EvidenceFigures, RecyclingLack, SimplerRecycling};
use crate::period::Days;
use crate::waste::Fraction;
use duties::{Duty, since};
use judged::Judged;

/// The number of days, up to the last counted one, whose collections are judged.
pub const WINDOW: u64 = 92;

/// The number of days in which every bin is emptied. Within fewer days, a missing collection does not count against a site yet.
const ROUND: i64 = 31;

/// The waste target in the trust's plan: evidence that collections cannot give is filed under it.
const TARGET: u8 = 6;

/// One load with the fields this rule needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Load {
    /// The day it was collected.
    pub day: NaiveDate,
    /// Its category under the rule.
    pub fraction: Fraction,
    /// Whether it was refused as recycling.
    pub refused: bool,
}

/// Whether a site fulfils its duties on the last of the counted days; no verdict if no duty binds it yet.
pub(crate) fn judge(
    employer: Employer,
    counted: Days,
    loads: &[Load],
    evidence: &[EvidenceFigures],
) -> SimplerRecycling {
    let on = counted.to;
    let duty_since = since(Duty::Separation, employer).filter(|bound| *bound <= on);
    let Some(bound) = duty_since.filter(|_| counted.count() > 0) else {
        return SimplerRecycling::default();
    };
    let earliest = on.checked_sub_days(Later::new(WINDOW - 1));
    let window = Days {
        from: earliest.unwrap_or(on).max(counted.from).max(bound),
        to: on,
    };
    let seen = || loads.iter().filter(|load| window.contains(load.day));
    let kept_apart: BTreeSet<Fraction> = seen()
        .filter(|load| !load.refused)
        .map(|load| load.fraction)
        .collect();
    let mut judged = Judged::over(window, window.count() >= ROUND);
    if seen().next().is_none() {
        judged.has_to_show(RecyclingLack::AnyCollection { judged: window });
        return judged.verdict();
    }
    let in_force: Vec<&EvidenceFigures> =
        evidence.iter().filter(|one| is_in_force(one, on)).collect();
    food(&kept_apart, &mut judged);
    dry_recycling(&kept_apart, &mut judged);
    paper(&kept_apart, &in_force, &mut judged);
    residual(&kept_apart, &mut judged);
    let film = since(Duty::PlasticFilm, employer).filter(|bound| *bound <= on);
    if let Some(bound) = film {
        plastic_film(bound, &in_force, &mut judged);
    }
    judged.verdict()
}

fn food(kept_apart: &BTreeSet<Fraction>, judged: &mut Judged) {
    if !kept_apart.contains(&Fraction::Food) {
        judged.not_collected(Fraction::Food);
    }
}

/// One bin of dry recycling for plastic, metal and glass together.
fn dry_recycling(kept_apart: &BTreeSet<Fraction>, judged: &mut Judged) {
    let each = [Fraction::Plastic, Fraction::Metal, Fraction::Glass];
    if !kept_apart.contains(&Fraction::Mixed) {
        let lacking = each.into_iter().filter(|one| !kept_apart.contains(one));
        lacking.for_each(|one| judged.not_collected(one));
    }
}

fn paper(kept_apart: &BTreeSet<Fraction>, in_force: &[&EvidenceFigures], judged: &mut Judged) {
    if kept_apart.contains(&Fraction::Paper) {
        return;
    }
    let together = kept_apart.contains(&Fraction::Mixed);
    let assessed = in_force
        .iter()
        .any(|one| one.kind == EvidenceKind::CollectionAssessment);
    match (together, assessed) {
        (true, true) => {}
        (true, false) => judged.has_to_show(RecyclingLack::PaperAssessment),
        (false, _) => judged.not_collected(Fraction::Paper),
    }
}

/// Without any such waste no rule is broken; but every site has some, so a contractor's reports must be missing.
fn residual(kept_apart: &BTreeSet<Fraction>, judged: &mut Judged) {
    if !kept_apart.contains(&Fraction::Residual) {
        judged.has_to_show(RecyclingLack::Residual {
            judged: judged.window,
        });
    }
}

/// Waste codes do not distinguish film from bottles, so evidence with film in its title has to show that film is taken too.
fn plastic_film(bound: NaiveDate, in_force: &[&EvidenceFigures], judged: &mut Judged) {
    let names_film = |one: &&EvidenceFigures| {
        one.kpi == TARGET && one.title.to_lowercase().contains("plastic film")
    };
    if !in_force.iter().any(names_film) {
        judged.has_to_show(RecyclingLack::PlasticFilm {
            since: bound,
            target: TARGET,
        });
    }
}

fn is_in_force(one: &EvidenceFigures, on: NaiveDate) -> bool {
    one.status == EvidenceStatus::InForce
        && one.dated <= on
        && one.expires.is_none_or(|last| on <= last)
}

#[cfg(test)]
mod tests;
