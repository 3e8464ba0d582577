//! Surveys and initiatives: which of them count, by the rules of the figures.

use std::collections::BTreeMap;

use events::{AcademicYear, Audience, Data, InitiativeStatus, TravelInitiative, TravelSurveyed};
use footprint::Days;

use super::people::LATER;
use super::{EventAnswer, Verdict, answer, counts, yields};
use crate::explain::source_events::SourceEvent;

/// The surveys of one audience in the counted days, and all others of the last academic year in which the audience was
/// surveyed on a counted day while the school belonged to its trust (the days `own_days`). The last survey of each group
/// counts.
pub(in super::super) fn surveys(
    audience: Audience,
    all: &[SourceEvent],
    counted: Days,
    own_days: &[Days],
) -> Vec<EventAnswer> {
    latest_per_group(audience, all, counted, own_days, |_| true)
}

/// The surveys with the distances that people travel: the input of commuting.
pub(in super::super) fn commuting(
    audience: Audience,
    all: &[SourceEvent],
    counted: Days,
    own_days: &[Days],
) -> Vec<EventAnswer> {
    let states_distances = |survey: &TravelSurveyed| !survey.journeys.is_empty();
    latest_per_group(audience, all, counted, own_days, states_distances)
}

fn latest_per_group(
    audience: Audience,
    all: &[SourceEvent],
    counted: Days,
    own_days: &[Days],
    wanted: impl Fn(&TravelSurveyed) -> bool,
) -> Vec<EventAnswer> {
    let year = |survey: &TravelSurveyed| AcademicYear::of(survey.surveyed_on);
    let of_audience: Vec<(&SourceEvent, &TravelSurveyed)> = all
        .iter()
        .filter_map(|event| match &event.school_event.data {
            Data::TravelSurveyed(survey) if survey.audience == audience => Some((event, survey)),
            _ => None,
        })
        .collect();
    let is_counted = |survey: &TravelSurveyed| counted.contains(survey.surveyed_on);
    let standing = of_audience.iter().filter(|(event, _)| event.is_counted());
    let last_year = standing
        .clone()
        .filter(|(_, survey)| is_counted(survey))
        .map(|(_, survey)| year(survey))
        .max();
    let is_of_the_set = |survey: &TravelSurveyed| {
        let on = survey.surveyed_on;
        Some(year(survey)) == last_year
            && on <= counted.to
            && own_days.iter().any(|run| run.contains(on))
    };
    let mut last = BTreeMap::new();
    for (event, survey) in standing.filter(|(_, survey)| is_of_the_set(survey)) {
        let rank = (survey.surveyed_on, event.rank());
        let latest = last.entry(survey.class()).or_insert(rank);
        *latest = (*latest).max(rank);
    }
    let verdict = |event: &SourceEvent, survey: &TravelSurveyed| -> Verdict {
        let of_group = last.get(&survey.class());
        match () {
            () if Some(year(survey)) != last_year => yields(
                "a later academic year was surveyed, when the pupils belonged to other groups",
            ),
            () if of_group == Some(&(survey.surveyed_on, event.rank())) => {
                counts("the last survey of its group")
            }
            () => yields("a later survey of the group counts"),
        }
    };
    of_audience
        .iter()
        .filter(|(_, survey)| is_counted(survey) || is_of_the_set(survey))
        .filter(|(_, survey)| wanted(survey))
        .map(|(event, survey)| answer(event, counted, verdict(event, survey)))
        .collect()
}

/// Initiatives begun in the counted days, and those planned for the academic year of the last of them. Of several events
/// with the same title and academic year, the one that ranks highest counts. A title counts once, as delivered if it was
/// delivered.
pub(in super::super) fn initiatives(all: &[SourceEvent], counted: Days) -> Vec<EventAnswer> {
    let this_year = AcademicYear::of(counted.to);
    let year = |initiative: &TravelInitiative| AcademicYear::of(initiative.started_on);
    let begun: Vec<(&SourceEvent, &TravelInitiative)> = all
        .iter()
        .filter_map(|event| match &event.school_event.data {
            Data::TravelInitiative(initiative) => Some((event, initiative)),
            _ => None,
        })
        .filter(|(_, initiative)| {
            counted.contains(initiative.started_on) || year(initiative) == this_year
        })
        .collect();
    let mut standing = BTreeMap::new();
    for (event, initiative) in begun.iter().filter(|(event, _)| event.is_counted()) {
        let latest = standing
            .entry((year(initiative), initiative.title.as_str()))
            .or_insert((event.rank(), *initiative));
        *latest = std::cmp::max_by_key(*latest, (event.rank(), *initiative), |(rank, _)| *rank);
    }
    let is_delivered = |initiative: &TravelInitiative| {
        initiative.status == InitiativeStatus::Delivered && counted.contains(initiative.started_on)
    };
    // In the order of years, so that the later year of a repeated title is kept.
    let delivered: BTreeMap<&str, AcademicYear> = standing
        .iter()
        .filter(|(_, (_, initiative))| is_delivered(initiative))
        .map(|((year, title), _)| (*title, *year))
        .collect();
    let verdict = |event: &SourceEvent, initiative: &TravelInitiative| -> Verdict {
        let title = initiative.title.as_str();
        let stands = standing
            .get(&(year(initiative), title))
            .map(|(rank, _)| *rank);
        match initiative.status {
            _ if stands != Some(event.rank()) => yields(LATER),
            _ if is_delivered(initiative) && delivered.get(title) == Some(&year(initiative)) => {
                counts("delivered")
            }
            _ if is_delivered(initiative) => yields("its title came again, and counts once"),
            InitiativeStatus::Planned if delivered.contains_key(title) => yields("delivered since"),
            InitiativeStatus::Planned if year(initiative) == this_year => counts("planned"),
            _ => yields(
                "planned for an academic year that has passed, or begun after the days counted",
            ),
        }
    };
    begun
        .iter()
        .map(|(event, initiative)| answer(event, counted, verdict(event, initiative)))
        .collect()
}
