//! Which surveys stand.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{AcademicYear, Audience, Data, TravelSurveyed};

use super::super::Frame;
use crate::ledger::Identity;
use crate::school_history::{Membership, Register};

/// How many academic years back surveys are compared with: the four within which Outstanding asks for a rise.
const YEARS_BACK: i32 = 4;

/// The surveys that stand for a footprint.
///
/// Of an audience's surveys of one academic year there is one set, whichever period counts it: what a set lacks that
/// another has could be worked out of the two. It is of the days the school was one trust's, whose figures of the year it
/// is in.
pub(super) struct Standing<'a> {
    /// The latest of every group of the last academic year in which the audience was asked on a day counted, for each
    /// audience. Next year the same pupils belong to other groups, and would be counted twice.
    pub now: Vec<&'a TravelSurveyed>,
    /// The latest of every group of each of the academic years before the one of the last day counted. A school's earlier
    /// surveys are its own, whichever trust it belonged to then.
    pub earlier: BTreeMap<AcademicYear, Vec<&'a TravelSurveyed>>,
}

type Rank<'a> = (NaiveDate, i64, &'a Identity);

/// The surveys of one audience in one academic year while the school was one trust's: that of the place in the register.
type Set = (AcademicYear, Audience, Option<usize>);

/// By the class, so that spellings of one are one.
type ByClass<'a> = BTreeMap<String, (Rank<'a>, &'a TravelSurveyed)>;

impl<'a> Standing<'a> {
    pub(super) fn of(frame: &Frame<'a>) -> Self {
        let this_year = frame.last_year().ends_in();
        let mut sets: BTreeMap<Set, ByClass<'a>> = BTreeMap::new();
        let mut last_asked: BTreeMap<Audience, AcademicYear> = BTreeMap::new();
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
            stand(
                sets.entry(set).or_default(),
                (on, school_event.issued, identity),
                survey,
            );
            if frame.counted.contains(on) {
                let last = last_asked.entry(survey.audience).or_insert(year);
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
            // Of a year in which the trust itself has none, those of one other trust.
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
        let now = last_asked
            .into_iter()
            .filter_map(|(audience, year)| sets.get(&(year, audience, own)));
        Standing {
            now: now.flat_map(surveys).collect(),
            earlier: by_year,
        }
    }
}

fn surveys<'a>(set: &ByClass<'a>) -> impl Iterator<Item = &'a TravelSurveyed> {
    set.values().map(|(_, survey)| *survey)
}

/// Whose the school was on a day, by the place of the membership in the register.
fn trust_on(register: &Register, day: NaiveDate) -> Option<usize> {
    let has = |membership: &Membership| membership.days.iter().any(|run| run.contains(day));
    register.memberships.iter().position(has)
}

/// A survey takes the place of an earlier one of its group, however that is spelled; of two on one day the one issued last
/// stands, then the one with the highest source and id.
fn stand<'a>(held: &mut ByClass<'a>, rank: Rank<'a>, survey: &'a TravelSurveyed) {
    let class = survey.class();
    if held.get(&class).is_none_or(|(holder, _)| rank > *holder) {
        held.insert(class, (rank, survey));
    }
}
