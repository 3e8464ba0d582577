//! Simpler Recycling: whether a site keeps apart what the law in England asks workplaces, schools among them, to keep
//! apart: plastic, metal and glass; paper and card, unless its collector may take them with those; food waste; the rest.
//!
//! It is judged by what was collected on the last [`WINDOW`] days counted: a quarter, so that the six weeks of summer hide
//! no bin, and what was given up in spring does not count in autumn. A load that was refused as recycling keeps nothing
//! apart. Only what was collected is seen: not how bins stand in classrooms.
//!
//! Source: letsrecycle.com of 31 March 2025, Rushcliffe Borough Council and Anthesis on the rules for workplaces; the
//! Environment Agency sees to them.

mod duties;
mod judged;

use std::collections::BTreeSet;

use chrono::{Days as Later, NaiveDate};
use events::{EvidenceKind, EvidenceStatus};

pub(crate) use duties::Employer;

use crate::message::{EvidenceFigures, SimplerRecycling};
use crate::period::Days;
use crate::waste::Fraction;
use duties::{Duty, since};
use judged::Judged;

/// Days up to the last one counted whose collections are judged.
pub const WINDOW: u64 = 92;

/// Days in which every bin comes round. What is missing from fewer is not held against anybody yet.
const ROUND: i64 = 31;

/// The target of the trust's plan that waste is: evidence of what collections cannot tell is filed under it.
const TARGET: u8 = 6;

/// One load as this rule sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Load {
    /// The day it was collected.
    pub day: NaiveDate,
    /// What it is to the rule.
    pub fraction: Fraction,
    /// Whether it was refused as recycling.
    pub refused: bool,
}

/// Whether a site does what is asked on the last of the days counted; no verdict where nothing is asked of it yet.
pub(crate) fn judge(
    employer: Employer,
    counted: Days,
    loads: &[Load],
    evidence: &[EvidenceFigures],
) -> SimplerRecycling {
    let on = counted.to;
    let asked = since(Duty::Separation, employer).filter(|bound| *bound <= on);
    let Some(bound) = asked.filter(|_| counted.count() > 0) else {
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
        judged.nothing_known();
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
        judged.not_collected("food waste");
    }
}

/// One bin of dry recycling takes plastic, metal and glass.
fn dry_recycling(kept_apart: &BTreeSet<Fraction>, judged: &mut Judged) {
    let each = [
        (Fraction::Plastic, "plastic"),
        (Fraction::Metal, "metal"),
        (Fraction::Glass, "glass"),
    ];
    if !kept_apart.contains(&Fraction::Mixed) {
        let lacking = each.iter().filter(|(one, _)| !kept_apart.contains(one));
        lacking.for_each(|(_, name)| judged.not_collected(name));
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
        (true, false) => judged.has_to_show(
            "paper and card are not collected separately: the collector's written assessment that they may go with the \
             other dry recycling has to be filed"
                .to_owned(),
        ),
        (false, _) => judged.not_collected("paper and card"),
    }
}

/// Without any, no rule is broken; but a site has some, so a contractor is not heard of.
fn residual(kept_apart: &BTreeSet<Fraction>, judged: &mut Judged) {
    if !kept_apart.contains(&Fraction::Residual) {
        let said = format!(
            "no residual waste was collected {}: who takes it has to be shown",
            judged.when()
        );
        judged.has_to_show(said);
    }
}

/// Waste codes do not tell film from bottles, so that film is taken too is told by evidence that says so in its title.
fn plastic_film(bound: NaiveDate, in_force: &[&EvidenceFigures], judged: &mut Judged) {
    let tells = |one: &&EvidenceFigures| {
        one.kpi == TARGET && one.title.to_lowercase().contains("plastic film")
    };
    if !in_force.iter().any(tells) {
        judged.has_to_show(format!(
            "plastic film and bags have to be recycled since {}: waste codes do not tell, so evidence for target {TARGET} \
             that names plastic film in its title has to be filed",
            bound.format("%-d %B %Y")
        ));
    }
}

fn is_in_force(one: &EvidenceFigures, on: NaiveDate) -> bool {
    one.status == EvidenceStatus::InForce
        && one.dated <= on
        && one.expires.is_none_or(|last| on <= last)
}

#[cfg(test)]
mod tests;
