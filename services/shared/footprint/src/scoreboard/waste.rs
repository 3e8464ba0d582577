//! Target 6: sustainable waste management at all sites.

use super::evidence::filed;
use super::sites::OfSites;
use super::{Asked, KpiScore, TargetVerdict};
use crate::message::{Footprint, SimplerRecycling, Verdict};
use crate::scoreboard::wording;

const NUMBER: u8 = 6;

/// A school meets the target when it separates its waste as Simpler Recycling asks and, if a recycling target is set for the
/// year, recycles at least that share. It misses it when either is known to be missed. Otherwise it is not evidenced: no waste
/// was reported, the route of too much of it is unknown, or there is no evidence of how it is separated. Without a recycling
/// target only Simpler Recycling counts; before Simpler Recycling binds, only the target counts. The trust meets it when every
/// school does.
pub(super) fn score(asked: &Asked<'_>) -> KpiScore {
    let least = match asked.targets.recycling_ratio {
        Some(least) => format!("at least {} recycled in {}", percent(least), asked.year),
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
        (verdict, wording::sentence(&clauses), filed)
    })
}

fn of_school(school: &Footprint, asked: &Asked<'_>) -> (TargetVerdict, Vec<String>) {
    let parts: Vec<(Option<TargetVerdict>, String)> = [
        separated(&school.waste.simpler_recycling),
        recycled(school, asked),
    ]
    .into();
    let verdicts: Vec<TargetVerdict> = parts.iter().filter_map(|(verdict, _)| *verdict).collect();
    let verdict = match () {
        () if verdicts.contains(&TargetVerdict::NotMet) => TargetVerdict::NotMet,
        () if verdicts.is_empty() || verdicts.contains(&TargetVerdict::NotEvidenced) => {
            TargetVerdict::NotEvidenced
        }
        () => TargetVerdict::Met,
    };
    (verdict, parts.into_iter().map(|(_, said)| said).collect())
}

/// None if the rule does not bind.
fn separated(rule: &SimplerRecycling) -> (Option<TargetVerdict>, String) {
    let with_reasons = |said: &str| match rule.missing.as_slice() {
        [] => said.to_owned(),
        reasons => format!("{said}: {}", reasons.join(", ")),
    };
    let said = match rule.verdict {
        None => "Simpler Recycling does not bind in this period".to_owned(),
        Some(Verdict::Met) => "waste is separated as Simpler Recycling asks".to_owned(),
        Some(Verdict::NotMet) => with_reasons("waste is not separated as Simpler Recycling asks"),
        Some(Verdict::NotEvidenced) => {
            with_reasons("it is not shown that waste is separated as Simpler Recycling asks")
        }
    };
    (rule.verdict.map(TargetVerdict::from), said)
}

/// None if no target is set.
fn recycled(school: &Footprint, asked: &Asked<'_>) -> (Option<TargetVerdict>, String) {
    let year = asked.year;
    let so_far = if school.period.is_whole() {
        ""
    } else {
        " so far"
    };
    match (
        school.waste.recycling_ratio(),
        asked.targets.recycling_ratio,
    ) {
        (None, None) => (
            None,
            format!("no waste is reported, and no recycling target is set for {year}"),
        ),
        (None, Some(least)) => (
            Some(TargetVerdict::NotEvidenced),
            format!(
                "no waste is reported to compare with the {} asked for {year}",
                percent(least)
            ),
        ),
        (Some(ratio), None) => (
            None,
            format!(
                "{:.1}% was recycled{so_far}; no recycling target is set for {year}",
                ratio * 100.0
            ),
        ),
        (Some(ratio), Some(least)) => {
            let (has, asks) = wording::apart(ratio * 100.0, least * 100.0, 1);
            let said = format!("{has}% was recycled{so_far} against at least {asks}% for {year}");
            let unknown = school.waste.unknown_route_ratio().unwrap_or(0.0);
            match () {
                () if ratio >= least => (Some(TargetVerdict::Met), said),
                () if ratio + unknown >= least => (
                    Some(TargetVerdict::NotEvidenced),
                    format!("{said}; the route of {:.1}% is unknown", unknown * 100.0),
                ),
                () => (Some(TargetVerdict::NotMet), said),
            }
        }
    }
}

/// A target as text: `55%`, `52.5%`.
fn percent(ratio: f64) -> String {
    format!("{}%", (ratio * 1000.0).round() / 10.0)
}
