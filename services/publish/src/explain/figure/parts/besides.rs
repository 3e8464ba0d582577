//! Waste, travel and evidence: figures without factors.

use events::{Audience, Grams, InitiativeKind};
use footprint::{Footprint, Item};

use super::{Breakdown, PartAnswer, breakdown, part};
use crate::format;
use footprint::disclosure;

pub(super) fn waste(of: &Footprint) -> Breakdown {
    let waste = &of.waste;
    let known = waste.is_known();
    let tonnes =
        |name: &str, weight: Grams| part(name, known.then(|| weight.0 as f64 / 1e6), "tonnes");
    let loads = known.then(|| f64::from(waste.rejected_loads));
    let heavy = known.then(|| f64::from(waste.heavy_loads));
    let mut parts = vec![
        tonnes("recycled, composted or digested", waste.recycled),
        tonnes("to landfill", waste.landfill),
        tonnes("by an unknown route", waste.unknown_route),
        tonnes("estimated, not weighed", waste.estimated),
        tonnes("hazardous", waste.hazardous),
        tonnes("dry recycling", waste.dry_recycling),
        tonnes("dry recycling that was inspected", waste.inspected),
        tonnes("contamination found in it", waste.contaminated),
        part("recycled over all", waste.recycling_ratio(), ""),
        part("kept out of landfill over all", waste.diversion_ratio(), "").note(
            "what is known to have gone elsewhere; an unknown route is not counted as diverted"
                .to_owned(),
        ),
        part("unknown route over all", waste.unknown_route_ratio(), ""),
        part("loads refused as recycling", loads, "loads"),
        part("loads heavier than their bins when full", heavy, "loads"),
        part(
            "bins due and not emptied",
            waste.known_missed_lifts().map(f64::from),
            "bins",
        ),
    ];
    parts.extend(waste.streams.iter().map(|stream| {
        let (name, route) = (stream.stream.as_str(), stream.route.as_str());
        let name = format!("{name}, {route}").replace('_', " ");
        let item = Item::Waste(stream.stream, stream.route);
        let part = tonnes(&name, stream.weight).note(format!("{} collections", stream.collections));
        match of.lines.iter().any(|line| line.item == item) {
            true => part.linked_to(item.as_str()),
            false => part,
        }
    }));
    let description = "the weight of every collection of the days counted";
    let total = known.then(|| waste.total.0 as f64 / 1e6);
    breakdown(total, "tonnes", description, parts)
}

pub(super) fn stars(of: &Footprint) -> Breakdown {
    let description = match &of.travel.stars {
        Some(stars) => format!(
            "{}, the highest level in force on the last day counted; valid until {}",
            format::label(&format::snake(stars.level)),
            format::day(stars.valid_until)
        ),
        None => "no award is in force on the last day counted".to_owned(),
    };
    let level = of.travel.stars.as_ref().map(|stars| stars.level);
    let rank = level.map(|level| f64::from(format::stars_rank(Some(level))));
    breakdown(rank, "of 5 levels", &description, Vec::new())
}

pub(super) fn initiatives(of: &Footprint) -> Breakdown {
    let mut parts = Vec::new();
    for (state, counts) in [
        ("delivered", &of.travel.delivered),
        ("planned", &of.travel.planned),
    ] {
        for kind in [
            InitiativeKind::Travel,
            InitiativeKind::Supporting,
            InitiativeKind::Consultation,
        ] {
            let count = counts.get(&kind).copied().unwrap_or(0);
            let name = format!("{state}, {}", format::snake(kind));
            parts.push(part(&name, Some(f64::from(count)), ""));
        }
    }
    let delivered: u32 = of.travel.delivered.values().sum();
    let description = "initiatives delivered, of each title the event issued last";
    breakdown(
        Some(f64::from(delivered)),
        "initiatives",
        description,
        parts,
    )
}

/// Counts of people are suppressed as on every page.
pub(super) fn surveys(of: &Footprint, audience: Audience) -> Breakdown {
    let description = "the last survey of every group, added up";
    let Some(survey) = of.travel.surveys.get(&audience) else {
        return breakdown(
            None,
            "answers",
            "no survey has come for these days",
            Vec::new(),
        );
    };
    let count = |name: &str, shown: disclosure::Shown| match shown.count() {
        Some(count) => part(name, Some(f64::from(count)), ""),
        None => part(name, None, "").note(shown.text()),
    };
    let current = disclosure::answers(&survey.current);
    let mut parts = vec![count("could have answered", disclosure::shown(survey.roll))];
    let by_mode = current.counts.iter();
    parts.extend(by_mode.map(|(mode, shown)| count(&format::label(&format::snake(*mode)), *shown)));
    let responses = current.total.count().map(f64::from);
    breakdown(responses, "answers", description, parts)
}

pub(super) fn evidence(of: &Footprint, target: Option<u8>) -> Breakdown {
    let filed = of
        .evidence
        .iter()
        .filter(|evidence| target.is_none_or(|target| evidence.kpi == target));
    let parts: Vec<PartAnswer> = filed
        .map(|evidence| {
            let status = format::label(&format::snake(evidence.status)).to_lowercase();
            let name = format!("target {}: {}", evidence.kpi, evidence.title);
            part(&name, None, "")
                .note(format!("{status}, {}", format::day(evidence.dated)))
                .linked_to(&format!("evidence_{}", evidence.kpi))
        })
        .collect();
    let description = "what was filed by the last day counted, of each title the event issued last";
    breakdown(Some(parts.len() as f64), "pieces", description, parts)
}
