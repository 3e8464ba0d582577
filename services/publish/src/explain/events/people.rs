//! The register, awards and evidence: of several events about the same subject, one counts.

use events::{Data, MeterId};
use footprint::{Days, Footprint};

use super::{EventAnswer, answer, counts, yields};
use crate::explain::source_events::SourceEvent;

pub(super) const LATER: &str = "a later event about the same counts";

/// Of the events about the same subject, the one that ranks highest counts: issued last, then the highest source and id.
fn of_highest_rank<'a>(
    about: impl Iterator<Item = &'a SourceEvent>,
    counted: Days,
    because: &str,
) -> Vec<EventAnswer> {
    let about: Vec<&SourceEvent> = about.collect();
    let standing = about.iter().filter(|event| event.is_counted());
    let highest = standing.map(|event| event.rank()).max();
    about
        .iter()
        .map(|event| {
            let verdict = match Some(event.rank()) == highest {
                true => counts(because),
                false => yields(LATER),
            };
            answer(event, counted, verdict)
        })
        .collect()
}

/// The events that register the school with its trust, and the one that supplied the pupil count.
pub(in super::super) fn roll(
    footprint: &Footprint,
    all: &[SourceEvent],
    counted: Days,
) -> Vec<EventAnswer> {
    let schools = || {
        all.iter()
            .filter_map(|event| match &event.school_event.data {
                Data::SchoolRegistered(school) => Some((event, school)),
                _ => None,
            })
    };
    let of_trust = schools().filter(|(_, school)| school.trust.id == footprint.trust.id);
    let membership = of_highest_rank(
        of_trust.map(|(event, _)| event),
        counted,
        "says on which days the school is a member of the trust",
    );
    let Some(roll) = &footprint.roll else {
        return membership;
    };
    let has_roll = schools().filter(|(_, school)| {
        let same = |other: &events::Roll| {
            (other.census_date, &other.source) == (roll.census_date, &roll.source)
        };
        school.rolls.iter().any(same)
    });
    let mut answers = of_highest_rank(
        has_roll.map(|(event, _)| event),
        counted,
        "has the census the ratio is divided by",
    );
    for entry in membership {
        match answers.iter_mut().find(|known| known.event == entry.event) {
            Some(known) if known.counts && entry.counts => {
                known.because = format!("{}, and {}", known.because, entry.because);
            }
            Some(known) if entry.counts => *known = entry,
            Some(_) => {}
            None => answers.push(entry),
        }
    }
    answers
}

/// The events that register a meter with the school: one counts for each first day.
pub(in super::super) fn meter(
    meter: &MeterId,
    all: &[SourceEvent],
    counted: Days,
) -> Vec<EventAnswer> {
    let about = all.iter().filter(
        |event| matches!(&event.school_event.data, Data::MeterRegistered(registration) if registration.meter == *meter),
    );
    let first_day = |event: &SourceEvent| match &event.school_event.data {
        Data::MeterRegistered(registration) => Some(registration.from),
        _ => None,
    };
    let because =
        "says what the meter measures and on which days, until its next registration begins";
    grouped(about, counted, because, first_day)
}

/// Every award made by the last day counted, marking the one whose level is shown.
pub(in super::super) fn stars(
    footprint: &Footprint,
    all: &[SourceEvent],
    counted: Days,
) -> Vec<EventAnswer> {
    let shown = footprint.travel.stars.as_ref();
    let mut found = false;
    let mut answers = Vec::new();
    for event in all {
        let Data::TravelAccredited(award) = &event.school_event.data else {
            continue;
        };
        let is_shown = shown.is_some_and(|stars| {
            (stars.level, stars.valid_until) == (award.level, award.valid_until)
        });
        let in_force = award.awarded_on <= counted.to && counted.to <= award.valid_until;
        let verdict = match () {
            () if award.awarded_on > counted.to => yields("awarded after the last day counted"),
            () if award.valid_until < counted.to => yields("has run out by the last day counted"),
            () if is_shown && in_force && !found && event.is_counted() => {
                found = true;
                counts("the highest level in force on the last day counted")
            }
            () => yields("another award in force counts"),
        };
        answers.push(answer(event, counted, verdict));
    }
    answers
}

/// The evidence for one target, or for all, dated by the last day counted.
pub(in super::super) fn evidence(
    target: Option<u8>,
    all: &[SourceEvent],
    counted: Days,
) -> Vec<EventAnswer> {
    let filed = |event: &&SourceEvent| match &event.school_event.data {
        Data::EvidenceFiled(evidence) => {
            evidence.dated <= counted.to && target.is_none_or(|target| evidence.kpi == target)
        }
        _ => false,
    };
    let about = |event: &SourceEvent| match &event.school_event.data {
        Data::EvidenceFiled(evidence) => {
            Some((evidence.kpi, evidence.kind, evidence.title.clone()))
        }
        _ => None,
    };
    grouped(all.iter().filter(filed), counted, "counts", about)
}

/// The event of each group that ranks highest.
fn grouped<'a, K: Ord>(
    about: impl Iterator<Item = &'a SourceEvent>,
    counted: Days,
    because: &str,
    group: impl Fn(&SourceEvent) -> K,
) -> Vec<EventAnswer> {
    let mut groups: std::collections::BTreeMap<K, Vec<&SourceEvent>> = Default::default();
    for event in about {
        groups.entry(group(event)).or_default().push(event);
    }
    groups
        .into_values()
        .flat_map(|of_one| of_highest_rank(of_one.into_iter(), counted, because))
        .collect()
}
