//! Surveys and initiatives: which of them count, by the rules of the figures.

use std::collections::BTreeMap;

use events::{AcademicYear, Audience, Data, InitiativeStatus, TravelInitiative, TravelSurveyed};
use footprint::Days;

use super::people::LATER;
use super::{EventAnswer, Verdict, answer, counts, yields};
use crate::explain::source_events::SourceEvent;

/// The surveys of one audience in the counted days, and all others of the last academic year in which the audience was
/// surveyed on a counted day while the school belonged to its trust (the days `own`). The last survey of each group
/// counts.
pub(in super::super) fn surveys(
    audience: Audience,
    all: &[SourceEvent],
    counted: Days,
    own: &[Days],
) -> Vec<EventAnswer> {
    told_surveys(audience, all, counted, own, |_| true)
}

/// The surveys with the distances that people travel: the input of commuting.
pub(in super::super) fn commuting(
    audience: Audience,
    all: &[SourceEvent],
    counted: Days,
    own: &[Days],
) -> Vec<EventAnswer> {
    let tells = |survey: &TravelSurveyed| !survey.journeys.is_empty();
    told_surveys(audience, all, counted, own, tells)
}

fn told_surveys(
    audience: Audience,
    all: &[SourceEvent],
    counted: Days,
    own: &[Days],
    wanted: impl Fn(&TravelSurveyed) -> bool,
) -> Vec<EventAnswer> {
    let year = |one: &TravelSurveyed| AcademicYear::of(one.surveyed_on);
    let of_audience: Vec<(&SourceEvent, &TravelSurveyed)> = all
        .iter()
        .filter_map(|told| match &told.school_event.data {
            Data::TravelSurveyed(one) if one.audience == audience => Some((told, one)),
            _ => None,
        })
        .collect();
    let is_counted = |one: &TravelSurveyed| counted.contains(one.surveyed_on);
    let standing = of_audience.iter().filter(|(told, _)| told.is_counted());
    let last_year = standing
        .clone()
        .filter(|(_, one)| is_counted(one))
        .map(|(_, one)| year(one))
        .max();
    let is_of_the_set = |one: &TravelSurveyed| {
        let on = one.surveyed_on;
        Some(year(one)) == last_year && on <= counted.to && own.iter().any(|run| run.contains(on))
    };
    let mut last = BTreeMap::new();
    for (told, one) in standing.filter(|(_, one)| is_of_the_set(one)) {
        let rank = (one.surveyed_on, told.rank());
        let held = last.entry(one.class()).or_insert(rank);
        *held = (*held).max(rank);
    }
    let verdict = |told: &SourceEvent, one: &TravelSurveyed| -> Verdict {
        let of_group = last.get(&one.class());
        match () {
            () if Some(year(one)) != last_year => yields(
                "a later academic year was surveyed, when the pupils belonged to other groups",
            ),
            () if of_group == Some(&(one.surveyed_on, told.rank())) => {
                counts("the last survey of its group")
            }
            () => yields("a later survey of the group counts"),
        }
    };
    of_audience
        .iter()
        .filter(|(_, one)| is_counted(one) || is_of_the_set(one))
        .filter(|(_, one)| wanted(one))
        .map(|(told, one)| answer(told, counted, verdict(told, one)))
        .collect()
}

/// Initiatives begun in the counted days, and those planned for the academic year of the last of them. Of several events
/// with the same title and academic year, the one that ranks highest counts. A title counts once, as delivered if it was
/// delivered.
pub(in super::super) fn initiatives(all: &[SourceEvent], counted: Days) -> Vec<EventAnswer> {
    let this_year = AcademicYear::of(counted.to);
    let year = |one: &TravelInitiative| AcademicYear::of(one.started_on);
    let begun: Vec<(&SourceEvent, &TravelInitiative)> = all
        .iter()
        .filter_map(|told| match &told.school_event.data {
            Data::TravelInitiative(one) => Some((told, one)),
            _ => None,
        })
        .filter(|(_, one)| counted.contains(one.started_on) || year(one) == this_year)
        .collect();
    let mut standing = BTreeMap::new();
    for (told, one) in begun.iter().filter(|(told, _)| told.is_counted()) {
        let held = standing
            .entry((year(one), one.title.as_str()))
            .or_insert((told.rank(), *one));
        *held = std::cmp::max_by_key(*held, (told.rank(), *one), |(rank, _)| *rank);
    }
    let is_delivered = |one: &TravelInitiative| {
        one.status == InitiativeStatus::Delivered && counted.contains(one.started_on)
    };
    // In the order of years, so that the later year of a repeated title is kept.
    let delivered: BTreeMap<&str, AcademicYear> = standing
        .iter()
        .filter(|(_, (_, one))| is_delivered(one))
        .map(|((year, title), _)| (*title, *year))
        .collect();
    let verdict = |told: &SourceEvent, one: &TravelInitiative| -> Verdict {
        let title = one.title.as_str();
        let stands = standing.get(&(year(one), title)).map(|(rank, _)| *rank);
        match one.status {
            _ if stands != Some(told.rank()) => yields(LATER),
            _ if is_delivered(one) && delivered.get(title) == Some(&year(one)) => {
                counts("delivered")
            }
            _ if is_delivered(one) => yields("its title came again, and counts once"),
            InitiativeStatus::Planned if delivered.contains_key(title) => yields("delivered since"),
            InitiativeStatus::Planned if year(one) == this_year => counts("planned"),
            _ => yields(
                "planned for an academic year that has passed, or begun after the days counted",
            ),
        }
    };
    begun
        .iter()
        .map(|(told, one)| answer(told, counted, verdict(told, one)))
        .collect()
}
