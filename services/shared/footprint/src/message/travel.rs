//! Surveys, initiatives and levels.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{AcademicYear, Audience, InitiativeKind, Mode, StarsLevel};
use serde::{Deserialize, Serialize};

/// Travel over the period.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TravelFigures {
    /// The latest survey of every group, added up, per audience.
    pub surveys: BTreeMap<Audience, SurveyFigures>,
    /// Initiatives delivered, by kind.
    pub delivered: BTreeMap<InitiativeKind, u32>,
    /// Initiatives planned, by kind.
    pub planned: BTreeMap<InitiativeKind, u32>,
    /// The STARS level that holds on the last passed day of the period.
    pub stars: Option<StarsFigures>,
    /// The surveys of up to four academic years before the last passed day's, where there were any.
    pub earlier: BTreeMap<AcademicYear, BTreeMap<Audience, SurveyFigures>>,
}

/// An accreditation in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StarsFigures {
    /// The level.
    pub level: StarsLevel,
    /// The last day it holds.
    pub valid_until: NaiveDate,
}

/// Hands-up surveys added up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyFigures {
    /// How many could have answered.
    pub roll: u32,
    /// How many did.
    pub responses: u32,
    /// How they came.
    pub current: BTreeMap<Mode, u32>,
    /// How they would rather.
    pub preferred: BTreeMap<Mode, u32>,
}

impl SurveyFigures {
    /// Share of the current responses that `counts` picks.
    pub fn share(&self, counts: impl Fn(Mode) -> bool) -> Option<f64> {
        let picked: u32 = self
            .current
            .iter()
            .filter(|(mode, _)| counts(**mode))
            .map(|(_, n)| n)
            .sum();
        (self.responses > 0).then(|| f64::from(picked) / f64::from(self.responses))
    }

    /// Responses over roll.
    pub fn response_ratio(&self) -> Option<f64> {
        (self.roll > 0).then(|| f64::from(self.responses) / f64::from(self.roll))
    }
}

/// Walking, scooting and cycling: what STARS calls green modes.
pub fn is_active(mode: Mode) -> bool {
    matches!(mode, Mode::Walk | Mode::Scoot | Mode::Cycle)
}

/// Active modes, and car share, park and stride, bus and rail.
pub fn is_sustainable(mode: Mode) -> bool {
    is_active(mode)
        || matches!(
            mode,
            Mode::CarShare | Mode::ParkAndStride | Mode::PublicBus | Mode::SchoolBus | Mode::Rail
        )
}
