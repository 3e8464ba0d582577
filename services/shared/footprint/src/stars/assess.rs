//! The STARS progress of a school: its current level, the level it could be awarded, and what the next level still requires.

mod criterion;

use std::collections::BTreeMap;

use events::{Audience, Phase, StarsLevel};

use super::criteria::{requires_less_car_use, requires_survey};
use super::{LEVELS, above, initiatives_required, required_response_percent, shift, to_show};
use crate::message::{Footprint, TravelFigures, is_active, is_car};

pub use criterion::{Criterion, Requirement, Response};

/// The STARS status of a school over a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// The level in force on the last passed day.
    pub held: Option<StarsLevel>,
    /// The highest level with complete counts and surveys for which the school may apply now. It may be below the current
    /// level, which would then not be renewed. Whether STARS awards it also depends on what has to be shown to STARS.
    pub eligible: Option<StarsLevel>,
    /// The level to work towards; none above the highest.
    pub next: Option<StarsLevel>,
    /// Its requirements that figures can check, met or not.
    pub criteria: Vec<Criterion>,
    /// Its requirements beyond figures, which only STARS can check.
    pub to_show: &'static [&'static str],
    /// The response of each audience that was surveyed.
    pub responses: BTreeMap<Audience, Response>,
}

/// Assesses a school over the period of its footprint. For the trailing twelve months the result is the school's status today;
/// for an academic year that has just begun, it counts what was done in that year so far.
pub fn assess(footprint: &Footprint) -> Assessment {
    let pupils = footprint.roll.as_ref().map(|roll| roll.pupils);
    Assessment::of(&footprint.travel, footprint.phase, pupils)
}

impl Assessment {
    /// Assesses from travel figures, the phase, and the pupils of the census if they are known.
    pub fn of(travel: &TravelFigures, phase: Phase, pupils: Option<u32>) -> Self {
        let responses = responses(travel, phase, pupils);
        let held = travel.stars.as_ref().map(|stars| stars.level);
        let of_level = |level| criteria(travel, phase, &responses, held, level);
        let is_met = |level: StarsLevel| of_level(level).iter().all(|criterion| criterion.met);
        let eligible = LEVELS
            .into_iter()
            .rfind(|level| Some(*level) <= within_reach(held) && is_met(*level));
        // There is no need to wait for Approved: a school that has everything for Approved works towards Good.
        let next = match held {
            None if eligible.is_some() => Some(StarsLevel::Good),
            held => above(held),
        };
        let criteria = next.map(of_level).unwrap_or_default();
        Assessment {
            to_show: next.map_or(&[], to_show),
            held,
            eligible,
            next,
            criteria,
            responses,
        }
    }

    /// The unmet requirements, a sentence each. None reveals the number of answers to a survey.
    pub fn missing(&self) -> Vec<String> {
        let unmet = self.criteria.iter().filter(|criterion| !criterion.met);
        unmet.map(Criterion::sentence).collect()
    }
}

/// The highest level for which the school may apply. No level may be skipped, except that Good may follow Approved at once, so
/// Good is the most a school can reach in its first year.
fn within_reach(held: Option<StarsLevel>) -> Option<StarsLevel> {
    match held {
        None => Some(StarsLevel::Good),
        held => above(held).or(held),
    }
}

/// The pupils' rate is based on the census if that counts more pupils than the surveyed groups: a survey of one class does not
/// represent the others.
fn responses(
    travel: &TravelFigures,
    phase: Phase,
    pupils: Option<u32>,
) -> BTreeMap<Audience, Response> {
    let response = |(audience, survey): (&Audience, &crate::message::SurveyFigures)| {
        let counted = pupils.filter(|_| *audience == Audience::Pupil).unwrap_or(0);
        let response = Response {
            current_answers: survey.responses,
            preferred_answers: survey.preferred_responses(),
            of: survey.roll.max(counted),
            need_percent: required_response_percent(*audience, phase),
        };
        (*audience, response)
    };
    travel.surveys.iter().map(response).collect()
}

/// The requirements of a level that figures can check.
fn criteria(
    travel: &TravelFigures,
    phase: Phase,
    responses: &BTreeMap<Audience, Response>,
    held: Option<StarsLevel>,
    level: StarsLevel,
) -> Vec<Criterion> {
    let mut criteria = Vec::new();
    let mut add = |requirement, met| criteria.push(Criterion { requirement, met });
    // A delivered initiative also counts as planned.
    let plans_count = level == StarsLevel::Approved;
    for (kind, need) in initiatives_required(level).into_iter().flatten() {
        let count = |of: &BTreeMap<_, u32>| of.get(&kind).copied().unwrap_or(0);
        let planned = if plans_count {
            count(&travel.planned)
        } else {
            0
        };
        let have = count(&travel.delivered) + planned;
        let requirement = Requirement::Initiatives {
            kind,
            have,
            need,
            plans_count,
        };
        add(requirement, have >= need);
    }
    if requires_survey(level) {
        for audience in [Audience::Pupil, Audience::Staff] {
            let response = responses.get(&audience).copied();
            let met = response.is_some_and(|response| response.is_enough());
            let need_percent = required_response_percent(audience, phase);
            let requirement = Requirement::Survey {
                audience,
                response,
                need_percent,
            };
            add(requirement, met);
        }
    }
    let pupils = shift(travel, Audience::Pupil);
    let since = pupils.map(|shift| shift.since);
    if requires_less_car_use(level) {
        let fell = pupils.is_some_and(|shift| shift.fell(is_car));
        add(Requirement::LessCarUse { since }, fell);
    }
    if level == StarsLevel::Outstanding {
        add(
            Requirement::ExcellentHeld,
            held >= Some(StarsLevel::Excellent),
        );
        let rose = pupils.is_some_and(|shift| shift.rose(super::GREEN_RISE_PERCENT, is_active));
        add(Requirement::MoreActiveTravel { since }, rose);
    }
    criteria
}

#[cfg(test)]
mod tests;
