//! Which surveys stand.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{AcademicYear, Audience, Data, TravelSurveyed};

use super::super::Frame;
use crate::ledger::Identity;

/// How many academic years back surveys are compared with: the four within which Outstanding asks for a rise.
const YEARS_BACK: i32 = 4;

/// The surveys that stand for a footprint.
pub(super) struct Standing<'a> {
    /// The latest of every group in the days counted: of each audience those of the last academic year in which it was
    /// asked. Next year the same pupils belong to other groups, and would be counted twice.
    pub now: Vec<&'a TravelSurveyed>,
    /// The latest of every group of each of the academic years before the one of the last day counted. A school's earlier
    /// surveys are its own, whichever trust it belonged to then.
    pub earlier: BTreeMap<AcademicYear, Vec<&'a TravelSurveyed>>,
}

type Rank<'a> = (NaiveDate, i64, &'a Identity);
/// By the class, so that spellings of one are one.
type ByGroup<'a> = BTreeMap<(AcademicYear, Audience, String), (Rank<'a>, &'a TravelSurveyed)>;

impl<'a> Standing<'a> {
    pub(super) fn of(frame: &Frame<'a>) -> Self {
        let this_year = frame.last_year().ends_in();
        let (mut counted, mut before) = (ByGroup::new(), ByGroup::new());
        for (identity, fact) in frame.subject.story.facts() {
            let Data::TravelSurveyed(survey) = &fact.data else {
                continue;
            };
            let on = survey.surveyed_on;
            let rank = (on, fact.issued, identity);
            if frame.counted.contains(on) {
                stand(&mut counted, rank, survey);
            }
            let years_ago = this_year - AcademicYear::of(on).ends_in();
            if (1..=YEARS_BACK).contains(&years_ago) {
                stand(&mut before, rank, survey);
            }
        }
        let mut earlier: BTreeMap<AcademicYear, Vec<_>> = BTreeMap::new();
        for ((year, _, _), (_, survey)) in before {
            earlier.entry(year).or_default().push(survey);
        }
        Standing {
            now: of_the_last_year(counted),
            earlier,
        }
    }
}

/// A survey takes the place of an earlier one of its group, however that is spelled, in its academic year; of two on one
/// day the one issued last stands, then the one with the highest source and id.
fn stand<'a>(held: &mut ByGroup<'a>, rank: Rank<'a>, survey: &'a TravelSurveyed) {
    let year = AcademicYear::of(survey.surveyed_on);
    let group = (year, survey.audience, survey.class());
    if held.get(&group).is_none_or(|(holder, _)| rank > *holder) {
        held.insert(group, (rank, survey));
    }
}

fn of_the_last_year(counted: ByGroup<'_>) -> Vec<&TravelSurveyed> {
    let mut last: BTreeMap<Audience, AcademicYear> = BTreeMap::new();
    for (year, audience, _) in counted.keys() {
        let known = last.entry(*audience).or_insert(*year);
        *known = (*known).max(*year);
    }
    counted
        .into_iter()
        .filter(|((year, audience, _), _)| last.get(audience) == Some(year))
        .map(|(_, (_, survey))| survey)
        .collect()
}
