//! A school's travel initiatives, delivered and planned.

use std::collections::BTreeMap;

use events::{AcademicYear, Data, InitiativeKind, InitiativeStatus, TravelInitiative};

use super::super::Frame;
use crate::disclosure::is_small;
use crate::ledger::Identity;

/// Initiatives by kind.
#[derive(Default)]
pub(super) struct Counts {
    pub delivered: BTreeMap<InitiativeKind, u32>,
    pub planned: BTreeMap<InitiativeKind, u32>,
    pub participants: BTreeMap<InitiativeKind, u64>,
}

/// Delivered initiatives are those that began on a counted day; a title that occurs twice in the trailing twelve months counts
/// once. Planned initiatives are those for the academic year of the last counted day, including days to come, because that is
/// the purpose of a plan. An initiative delivered on the counted days is no longer planned.
pub(super) fn counts(frame: &Frame<'_>) -> Counts {
    let this_year = frame.last_year();
    let (mut delivered, mut planned) = (BTreeMap::new(), BTreeMap::new());
    let mut counts = Counts::default();
    // In the order of years, so that for a repeated title the later event gives its kind.
    for ((year, title), (_, one)) in latest_by_title(frame) {
        match one.status {
            InitiativeStatus::Delivered if frame.counted.contains(one.started_on) => {
                delivered.insert(title, one.kind);
                // Periods overlap, so one initiative's count could be worked out from two periods: counts of few people are
                // left out.
                if let Some(count) = one.participants.filter(|count| !is_small(*count)) {
                    *counts.participants.entry(one.kind).or_default() += u64::from(count);
                }
            }
            InitiativeStatus::Planned if year == this_year => {
                planned.insert(title, one.kind);
            }
            _ => {}
        }
    }
    planned.retain(|title, _| !delivered.contains_key(title));
    for (kinds, into) in [
        (delivered, &mut counts.delivered),
        (planned, &mut counts.planned),
    ] {
        for kind in kinds.into_values() {
            *into.entry(kind).or_default() += 1;
        }
    }
    counts
}

type Rank<'a> = (i64, &'a Identity);
type ByTitle<'a> = BTreeMap<(AcademicYear, &'a str), (Rank<'a>, &'a TravelInitiative)>;

/// Of several events with one title in one academic year, the one issued last counts, then the one with the highest source and
/// id.
fn latest_by_title<'a>(frame: &Frame<'a>) -> ByTitle<'a> {
    let mut latest = ByTitle::new();
    for (identity, school_event) in frame.subject.history.school_events() {
        if let Data::TravelInitiative(one) = &school_event.data {
            let rank = (school_event.issued, identity);
            let key = (AcademicYear::of(one.started_on), one.title.as_str());
            if latest.get(&key).is_none_or(|(holder, _)| rank > *holder) {
                latest.insert(key, (rank, one));
            }
        }
    }
    latest
}
