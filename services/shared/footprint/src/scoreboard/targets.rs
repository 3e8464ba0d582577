//! What a trust has set itself, by academic year.

use std::collections::BTreeMap;

use events::AcademicYear;

use crate::baseline::Baseline;
use crate::period::Period;

/// The targets of one trust.
#[derive(Debug, Clone, PartialEq)]
pub struct Targets {
    /// What the carbon intensity is to fall below where a year has no target of its own, and whose factors it has to keep any
    /// target at.
    pub baseline: Baseline,
    /// What is set for a year.
    pub years: BTreeMap<AcademicYear, YearTargets>,
}

/// The targets of one academic year.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct YearTargets {
    /// The most the carbon intensity may be: tonnes CO2e per pupil and year. None asks that it be below the baseline.
    pub tco2e_per_pupil: Option<f64>,
    /// The least that is to be recycled: dry recycling, food and garden over all waste. None asks for nothing.
    pub recycling_ratio: Option<f64>,
}

impl Targets {
    /// Those that count for a period: of an academic year its own, of the trailing twelve months those of the year that
    /// their last day falls in.
    pub fn of_period(&self, period: Period) -> YearTargets {
        self.years
            .get(&year_of(period))
            .copied()
            .unwrap_or_default()
    }
}

/// A baseline, and nothing set for any year.
impl From<Baseline> for Targets {
    fn from(baseline: Baseline) -> Self {
        Targets {
            baseline,
            years: BTreeMap::new(),
        }
    }
}

/// A baseline that does not say how it was made, and nothing set for any year.
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

/// The academic year whose targets count for a period.
pub(super) fn year_of(period: Period) -> AcademicYear {
    match period {
        Period::AcademicYear { year, .. } => year,
        Period::Trailing { .. } => AcademicYear::of(period.days().to),
    }
}
