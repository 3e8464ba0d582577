//! Surveys, initiatives and levels.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{AcademicYear, Audience, InitiativeKind, Mode, ModeCounts, StarsLevel};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::period::Days;
use crate::roll_doubt::RollDoubt;

/// Travel over the period.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TravelFigures {
    /// The latest survey of every group, added up, per audience. They are all from the last academic year in which the audience
    /// was surveyed on a counted day. So no person is counted in two years' groups, and nothing is revealed about the few surveys
    /// that one period counts and another does not.
    pub surveys: BTreeMap<Audience, SurveyFigures>,
    /// Initiatives delivered, by kind. Each title counts once.
    pub delivered: BTreeMap<InitiativeKind, u32>,
    /// Initiatives planned for the academic year of the last passed day and not delivered yet, by kind.
    pub planned: BTreeMap<InitiativeKind, u32>,
    /// The participants of the delivered initiatives, by kind, if the number was reported and is at least five for each
    /// initiative.
    pub participants: BTreeMap<InitiativeKind, u64>,
    /// The STARS level in force on the last passed day of the period.
    pub stars: Option<StarsFigures>,
    /// The surveys of up to four academic years before the last passed day's, where there were any.
    pub earlier: BTreeMap<AcademicYear, BTreeMap<Audience, SurveyFigures>>,
    /// What cannot be right about the rolls in the pupils' surveys that count now.
    pub roll_doubts: Vec<RollDoubt>,
}

/// An accreditation in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StarsFigures {
    /// The level.
    pub level: StarsLevel,
    /// The last day on which it is valid.
    pub valid_until: NaiveDate,
}

/// Hands-up surveys added up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyFigures {
    /// The days of the first and the last survey.
    pub asked: Option<Days>,
    /// The number of people who could have answered.
    pub roll: u32,
    /// The number of people who did.
    pub responses: u32,
    /// How they travelled.
    pub current: ModeCounts,
    /// How they would prefer to travel.
    pub preferred: ModeCounts,
}

impl SurveyFigures {
    /// Share of the current responses that `counts` picks.
    pub fn share(&self, counts: impl Fn(Mode) -> bool) -> Option<f64> {
        ratio(picked(&self.current, counts), self.responses)
    }

    /// Share of the preferred responses that `counts` picks; none if no survey asked for preferences.
    pub fn preferred_share(&self, counts: impl Fn(Mode) -> bool) -> Option<f64> {
        ratio(picked(&self.preferred, counts), self.preferred_responses())
    }

    /// The number of people who stated a preference.
    pub fn preferred_responses(&self) -> u32 {
        self.preferred.values().sum()
    }
}

/// The sum of the counts that `counts` picks.
pub fn picked(of: &ModeCounts, counts: impl Fn(Mode) -> bool) -> u32 {
    let of = of.iter().filter(|(mode, _)| counts(**mode));
    of.map(|(_, count)| count).sum()
}

fn ratio(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}

/// Walking, scooting and cycling: what STARS calls green modes.
pub fn is_active(mode: Mode) -> bool {
    matches!(mode, Mode::Walk | Mode::Scoot | Mode::Cycle)
}

/// Active modes plus car share, park and stride, bus and rail.
pub fn is_sustainable(mode: Mode) -> bool {
    is_active(mode)
        || matches!(
            mode,
            Mode::CarShare | Mode::ParkAndStride | Mode::PublicBus | Mode::SchoolBus | Mode::Rail
        )
}

/// A car or motorcycle to the gate, not shared: a reduction in car use is measured on this share.
pub fn is_car(mode: Mode) -> bool {
    mode == Mode::Car
}
