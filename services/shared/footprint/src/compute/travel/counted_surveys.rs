//! Decides which surveys count.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{AcademicYear, Audience, Data, TravelSurveyed};

use super::super::Frame;
use crate::ledger::Identity;
use crate::school_history::{Membership, Register};

/// How many academic years back surveys are compared: the four years within which Outstanding requires a rise.
const YEARS_BACK: i32 = 4;

/// The surveys that count for a footprint.
///
/// An audience's surveys of one academic year form one set, whichever period counts it: if two published sets differed by some
/// surveys, those could be worked out from the two. The set covers the days when the school belonged to one trust, and appears
/// in that trust's figures of the year.
pub(super) struct CountedSurveys<'a> {
    /// For each audience, the latest survey of every group in the last academic year in which the audience was surveyed on a
    /// counted day. Earlier years are left out, because the same pupils then belonged to other groups and would be counted
    /// twice.
    pub now: Vec<&'a TravelSurveyed>,
    /// The latest survey of every group, for each academic year before that of the last counted day. They belong to the school,
    /// whichever trust it was in at the time.
    pub earlier: BTreeMap<AcademicYear, Vec<&'a TravelSurveyed>>,
}

type Rank<'a> = (NaiveDate, i64, &'a Identity);

/// The surveys of one audience in one academic year while the school belonged to one trust, given by its index in the register.
type Set = (AcademicYear, Audience, Option<usize>);

/// Keyed by class, so that different spellings are one group.
type ByClass<'a> = BTreeMap<String, (Rank<'a>, &'a TravelSurveyed)>;

impl<'a> CountedSurveys<'a> {
    pub(super) fn of(frame: &Frame<'a>) -> Self {
        let this_year = frame.last_year().ends_in();
        let mut sets: BTreeMap<Set, ByClass<'a>> = BTreeMap::new();
        let mut last_surveyed: BTreeMap<Audience, AcademicYear> = BTreeMap::new();
        for (identity, school_event) in frame.subject.history.school_events() {
            let Data::TravelSurveyed(survey) = &school_event.data else {
                continue;
            };
            let on = survey.surveyed_on;
            let year = AcademicYear::of(on);
            if on > frame.counted.to || year.ends_in() < this_year - YEARS_BACK {
                continue;
            }
            let set = (year, survey.audience, trust_on(frame.register, on));
            keep_latest(
                sets.entry(set).or_default(),
                (on, school_event.issued, identity),
                survey,
            );
            if frame.counted.contains(on) {
                let last = last_surveyed.entry(survey.audience).or_insert(year);
                *last = (*last).max(year);
            }
        }
        let memberships = frame.register.memberships.iter();
        let own = memberships
            .enumerate()
            .find(|(_, membership)| std::ptr::eq(*membership, frame.membership))
            .map(|(place, _)| place);
        let mut earlier: BTreeMap<(AcademicYear, Audience), &ByClass<'a>> = BTreeMap::new();
        for ((year, audience, trust), set) in &sets {
            // If the trust itself has none for a year, use those of one other trust.
            let is_own = *trust == own;
            if year.ends_in() < this_year
                && (is_own || !sets.contains_key(&(*year, *audience, own)))
            {
                earlier.insert((*year, *audience), set);
            }
        }
        let mut by_year: BTreeMap<AcademicYear, Vec<_>> = BTreeMap::new();
        for ((year, _), set) in earlier {
            by_year.entry(year).or_default().extend(surveys(set));
        }
        let now = last_surveyed
            .into_iter()
            .filter_map(|(audience, year)| sets.get(&(year, audience, own)));
        CountedSurveys {
            now: now.flat_map(surveys).collect(),
            earlier: by_year,
        }
    }
}

fn surveys<'a>(set: &ByClass<'a>) -> impl Iterator<Item = &'a TravelSurveyed> {
    set.values().map(|(_, survey)| *survey)
}

/// The trust that the school belonged to on a day, by the index of the membership in the register.
fn trust_on(register: &Register, day: NaiveDate) -> Option<usize> {
    let has = |membership: &Membership| membership.days.iter().any(|run| run.contains(day));
    register.memberships.iter().position(has)
}

/// A survey replaces an earlier one of the same group, whatever the spelling. Of two on one day, the one issued last counts,
/// then the one with the highest source and id.
fn keep_latest<'a>(latest: &mut ByClass<'a>, rank: Rank<'a>, survey: &'a TravelSurveyed) {
    let class = survey.class();
    if latest.get(&class).is_none_or(|(holder, _)| rank > *holder) {
        latest.insert(class, (rank, survey));
    }
}
