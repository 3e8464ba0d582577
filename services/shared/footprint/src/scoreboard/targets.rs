//! The targets that a trust has set, by academic year.

use std::collections::BTreeMap;

use events::AcademicYear;

use crate::baseline::Baseline;
use crate::period::Period;

/// The targets of one trust.
#[derive(Debug, Clone, PartialEq)]
pub struct Targets {
    /// The carbon intensity must fall below this if a year has no separate target, and must meet any target also at this
    /// baseline's factors.
    pub baseline: Baseline,
    /// The targets set for a year.
    pub years: BTreeMap<AcademicYear, YearTargets>,
}

/// The targets of one academic year.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct YearTargets {
    /// The most the carbon intensity may be: tonnes CO2e per pupil and year. If none, it must be below the baseline.
    pub tco2e_per_pupil: Option<f64>,
    /// The least share that must be recycled: dry recycling, food and garden over all waste. If none, nothing is required.
    pub recycling_ratio: Option<f64>,
}

impl Targets {
    /// The targets that count for a period: for an academic year those of that year, for the trailing twelve months those of
    /// the year in which their last day falls.
    pub fn of_period(&self, period: Period) -> YearTargets {
        self.years
            .get(&year_of(period))
            .copied()
            .unwrap_or_default()
    }
}

/// A baseline, without targets for any year.
impl From<Baseline> for Targets {
    fn from(baseline: Baseline) -> Self {
        Targets {
            baseline,
            years: BTreeMap::new(),
        }
    }
}

/// A baseline that does not say how it was made, without targets for any year.
impl From<f64> for Targets {
    fn from(baseline_tco2e_per_pupil: f64) -> Self {
        Baseline::from(baseline_tco2e_per_pupil).into()
    }
}

impl From<&Targets> for Targets {
    fn from(targets: &Targets) -> Self {
        targets.clone()
    }
}

/// The academic year of the targets for a period.
pub(super) fn year_of(period: Period) -> AcademicYear {
    match period {
        Period::AcademicYear { year, .. } => year,
        Period::Trailing { .. } => AcademicYear::of(period.days().to),
    }
}
