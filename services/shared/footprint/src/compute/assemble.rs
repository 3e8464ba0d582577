//! Putting the figures of each footprint together.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{
    Audience, Channel, Data, Fuel, InitiativeKind, InitiativeStatus, MICRO, MilligramsCo2e,
    TravelInitiative,
};

use super::gather::{Collected, Gathered};
use super::meters::Metered;
use super::price::Totals;
use super::travel::Surveys;
use super::{Frame, Method};
use super::{evidence, gaps};
use crate::ledger::Identity;
use crate::message::{
    Block, Footprint, Line, MonthFigures, StarsFigures, SurveyFigures, TravelFigures, WasteFigures,
    WasteStream,
};
use crate::waste::Route;

pub(super) fn footprints(
    frames: &[Frame<'_>],
    meters: Vec<Metered>,
    lines: Vec<Vec<Line>>,
    totals: Totals,
    surveys: Surveys,
    quantities: &[Gathered],
    method: &Method,
) -> Vec<Footprint> {
    let mut waste: Vec<WasteFigures> = vec![WasteFigures::default(); frames.len()];
    for quantity in quantities {
        if let (Some(figures), Some(collected)) = (waste.get_mut(quantity.frame), &quantity.waste) {
            add_waste(figures, collected);
        }
    }
    frames
        .iter()
        .zip(meters)
        .zip(lines)
        .zip(totals)
        .zip(surveys)
        .zip(waste)
        .map(|(((((frame, metered), lines), totals), surveys), waste)| {
            footprint(frame, metered, lines, totals, surveys, waste, method)
        })
        .collect()
}

fn footprint(
    frame: &Frame<'_>,
    metered: Metered,
    lines: Vec<Line>,
    (gross, voluntary): (MilligramsCo2e, MilligramsCo2e),
    surveys: BTreeMap<Audience, SurveyFigures>,
    waste: WasteFigures,
    method: &Method,
) -> Footprint {
    let school = &frame.membership.school;
    Footprint {
        urn: frame.subject.urn,
        school: school.name.clone(),
        phase: school.phase,
        trust: school.trust.clone(),
        period: frame.period,
        member: frame.member,
        factor_set: method.factor_set(frame.period),
        gross,
        voluntary,
        incomplete: incomplete(frame, &lines, &metered),
        incomplete_voluntary: Vec::new(),
        notes: notes(frame, &lines),
        lines,
        pupil_millionths: pupil_millionths(frame),
        pupils: frame.roll.clone(),
        coverage: metered.coverage,
        findings: gaps::findings(frame),
        estimates: gaps::estimates(frame, method),
        evidence: evidence::filed(frame),
        meters: metered.figures,
        months: months(&metered.months),
        waste,
        travel: travel(frame, surveys),
        position: frame.subject.position.clone(),
    }
}

/// Pupils times days of membership over days of the period, in millionths, rounded to the nearest.
fn pupil_millionths(frame: &Frame<'_>) -> Option<i64> {
    let pupils = i128::from(frame.roll.as_ref()?.pupils) * i128::from(MICRO);
    let (member, all) = (
        i128::from(frame.member.count()),
        i128::from(frame.period.days().count()),
    );
    i64::try_from((2 * pupils * member + all) / (2 * all)).ok()
}

fn incomplete(frame: &Frame<'_>, lines: &[Line], metered: &Metered) -> Vec<String> {
    let year = frame.period.majority_year();
    let mut reasons: Vec<String> = lines
        .iter()
        .filter(|line| line.price.is_none())
        .map(|line| {
            format!(
                "{} is not priced: no {year} factor was published for it",
                line.item
            )
        })
        .collect();
    if frame.roll.is_none() {
        reasons.push("no pupil count is registered".to_owned());
    }
    if metered.figures.is_empty() {
        reasons.push("no meter is registered for these days".to_owned());
    } else if !lines.iter().any(|line| line.block == Block::Statutory) {
        reasons.push("no reading has come for these days".to_owned());
    }
    reasons
}

fn notes(frame: &Frame<'_>, lines: &[Line]) -> Vec<String> {
    let year = frame.period.majority_year();
    let mut notes: Vec<String> = lines
        .iter()
        .filter_map(|line| Some((line, line.price.as_ref()?)))
        .filter(|(_, price)| price.year != year)
        .map(|(line, price)| {
            format!(
                "{} is priced with the {} factor, because none of {year} is known",
                line.item, price.year
            )
        })
        .collect();
    let second_hand = lines
        .iter()
        .filter_map(|line| line.price.as_ref())
        .any(|price| price.provenance.starts_with("second-hand"));
    if second_hand {
        notes.push("some factors were read second-hand, not from the official workbook".to_owned());
    }
    notes
}

/// Energy by month and by what it is; export is one item, whichever meter measured it.
fn months(energy: &BTreeMap<(NaiveDate, Fuel, Channel), i64>) -> Vec<MonthFigures> {
    let mut by_item: BTreeMap<(NaiveDate, &str), i64> = BTreeMap::new();
    for ((month, fuel, channel), energy) in energy {
        let item = if *channel == Channel::AE {
            "export"
        } else {
            fuel.as_str()
        };
        *by_item.entry((*month, item)).or_default() += energy;
    }
    let figures = |((month, item), energy): ((NaiveDate, &str), i64)| MonthFigures {
        month: month.format("%Y-%m").to_string(),
        item: item.to_owned(),
        energy,
    };
    by_item.into_iter().map(figures).collect()
}

fn add_waste(figures: &mut WasteFigures, collected: &Collected) {
    figures.total += collected.weight;
    if collected.route.is_recycling() {
        figures.recycled += collected.weight;
    }
    if collected.route == Route::Landfill {
        figures.landfill += collected.weight;
    }
    if !collected.weighed {
        figures.estimated += collected.weight;
    }
    let (stream, route) = (collected.stream, collected.route.as_str());
    let place = figures
        .streams
        .binary_search_by(|held| (held.stream.as_str(), held.route.as_str()).cmp(&(stream, route)));
    let at = place.unwrap_or_else(|free| {
        let new = WasteStream {
            stream: stream.to_owned(),
            route: route.to_owned(),
            weight: Default::default(),
            collections: 0,
        };
        figures.streams.insert(free, new);
        free
    });
    figures.streams[at].weight += collected.weight;
    figures.streams[at].collections += 1;
}

fn travel(frame: &Frame<'_>, surveys: BTreeMap<Audience, SurveyFigures>) -> TravelFigures {
    let mut figures = TravelFigures {
        surveys,
        ..TravelFigures::default()
    };
    let last_day = frame.counted.to;
    type Rank<'a> = (i64, &'a Identity);
    let mut initiatives: BTreeMap<&str, (Rank<'_>, &TravelInitiative)> = BTreeMap::new();
    for (identity, fact) in frame.subject.story.facts() {
        match &fact.data {
            Data::TravelInitiative(one) if frame.counted.contains(one.started_on) => {
                let rank = (fact.issued, identity);
                let title = one.title.as_str();
                if initiatives.get(title).is_none_or(|(held, _)| rank > *held) {
                    initiatives.insert(title, (rank, one));
                }
            }
            Data::TravelAccredited(award)
                if award.awarded_on <= last_day && last_day <= award.valid_until =>
            {
                let better = figures
                    .stars
                    .as_ref()
                    .is_none_or(|held| award.level > held.level);
                if better {
                    let valid_until = award.valid_until;
                    figures.stars = Some(StarsFigures {
                        level: award.level,
                        valid_until,
                    });
                }
            }
            _ => {}
        }
    }
    for (_, one) in initiatives.into_values() {
        let counts: &mut BTreeMap<InitiativeKind, u32> = match one.status {
            InitiativeStatus::Planned => &mut figures.planned,
            InitiativeStatus::Delivered => &mut figures.delivered,
        };
        *counts.entry(one.kind).or_default() += 1;
    }
    figures
}
