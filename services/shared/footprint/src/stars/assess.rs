//! How far a school is: what it holds, what it could be awarded, and what the next level still asks.

mod asked;

use std::collections::BTreeMap;

use events::{Audience, Phase, StarsLevel};

use super::criteria::{asks_for_less_car_use, asks_for_survey};
use super::{LEVELS, above, initiatives_asked, response_asked_percent, shift, to_show};
use crate::message::{Footprint, TravelFigures, is_active, is_car};

pub use asked::{Asked, Criterion, Response};

/// Where a school stands over a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// The level in force on the last passed day.
    pub held: Option<StarsLevel>,
    /// The highest level whose counts and surveys are there and that may be applied for now; it may lie below the one
    /// held, which would then not be renewed. Whether STARS awards it also rests on what has to be shown there.
    pub eligible: Option<StarsLevel>,
    /// The level to work towards; none above the highest.
    pub next: Option<StarsLevel>,
    /// What it asks, as far as figures can tell, met or not.
    pub criteria: Vec<Criterion>,
    /// Those of it that are not met, a sentence each. None tells how many answered a survey.
    pub missing: Vec<String>,
    /// What it asks beyond figures, which only STARS can check.
    pub to_show: Vec<String>,
    /// How many answered, per audience that was asked.
    pub responses: BTreeMap<Audience, Response>,
}

/// A school over the period of its footprint. Of the trailing twelve months it says where the school stands today; of an
/// academic year that has just begun it counts what was done in it so far.
pub fn assess(footprint: &Footprint) -> Assessment {
    let pupils = footprint.roll.as_ref().map(|roll| roll.pupils);
    Assessment::of(&footprint.travel, footprint.phase, pupils)
}

impl Assessment {
    /// From travel figures, the phase, and the pupils of the census where they are known.
    pub fn of(travel: &TravelFigures, phase: Phase, pupils: Option<u32>) -> Self {
        let responses = responses(travel, phase, pupils);
        let held = travel.stars.as_ref().map(|stars| stars.level);
        let of_level = |level| criteria(travel, phase, &responses, held, level);
        let is_met = |level: StarsLevel| of_level(level).iter().all(|criterion| criterion.met);
        let eligible = LEVELS
            .into_iter()
            .rfind(|level| Some(*level) <= within_reach(held) && is_met(*level));
        // Approved is no step to wait on: who has it all for Approved works towards Good.
        let next = match held {
            None if eligible.is_some() => Some(StarsLevel::Good),
            held => above(held),
        };
        let criteria = next.map(of_level).unwrap_or_default();
        let unmet = criteria.iter().filter(|criterion| !criterion.met);
        let shown = next.map_or(&[][..], to_show);
        Assessment {
            missing: unmet.map(Criterion::sentence).collect(),
            to_show: shown.iter().map(|what| (*what).to_owned()).collect(),
            held,
            eligible,
            next,
            criteria,
            responses,
        }
    }
}

/// The highest level that may be applied for: no level is skipped, but that Good may follow Approved at once, which makes
/// it the most a school can reach in its first year.
fn within_reach(held: Option<StarsLevel>) -> Option<StarsLevel> {
    match held {
        None => Some(StarsLevel::Good),
        held => above(held).or(held),
    }
}

/// The pupils' rate is of the census where that counts more than the groups that were asked: a survey of one class says
/// nothing of the others.
fn responses(
    travel: &TravelFigures,
    phase: Phase,
    pupils: Option<u32>,
) -> BTreeMap<Audience, Response> {
    let response = |(audience, survey): (&Audience, &crate::message::SurveyFigures)| {
        let counted = pupils.filter(|_| *audience == Audience::Pupil).unwrap_or(0);
        let response = Response {
            told_current: survey.responses,
            told_preferred: survey.preferred_responses(),
            of: survey.roll.max(counted),
            need_percent: response_asked_percent(*audience, phase),
        };
        (*audience, response)
    };
    travel.surveys.iter().map(response).collect()
}

/// What a level asks, as far as figures can tell.
fn criteria(
    travel: &TravelFigures,
    phase: Phase,
    responses: &BTreeMap<Audience, Response>,
    held: Option<StarsLevel>,
    level: StarsLevel,
) -> Vec<Criterion> {
    let mut criteria = Vec::new();
    let mut ask = |asked, met| criteria.push(Criterion { asked, met });
    // What was delivered was planned.
    let plans_count = level == StarsLevel::Approved;
    for (kind, need) in initiatives_asked(level).into_iter().flatten() {
        let count = |of: &BTreeMap<_, u32>| of.get(&kind).copied().unwrap_or(0);
        let planned = if plans_count {
            count(&travel.planned)
        } else {
            0
        };
        let have = count(&travel.delivered) + planned;
        let asked = Asked::Initiatives {
            kind,
            have,
            need,
            plans_count,
        };
        ask(asked, have >= need);
    }
    if asks_for_survey(level) {
        for audience in [Audience::Pupil, Audience::Staff] {
            let response = responses.get(&audience).copied();
            let met = response.is_some_and(|response| response.is_enough());
            let need_percent = response_asked_percent(audience, phase);
            let asked = Asked::Survey {
                audience,
                response,
                need_percent,
            };
            ask(asked, met);
        }
    }
    let pupils = shift(travel, Audience::Pupil);
    let since = pupils.map(|shift| shift.since);
    if asks_for_less_car_use(level) {
        let fell = pupils.is_some_and(|shift| shift.fell(is_car));
        ask(Asked::LessCarUse { since }, fell);
    }
    if level == StarsLevel::Outstanding {
        ask(Asked::ExcellentHeld, held >= Some(StarsLevel::Excellent));
        let rose = pupils.is_some_and(|shift| shift.rose(super::GREEN_RISE_PERCENT, is_active));
        ask(Asked::MoreActiveTravel { since }, rose);
    }
    criteria
}

#[cfg(test)]
mod tests;
