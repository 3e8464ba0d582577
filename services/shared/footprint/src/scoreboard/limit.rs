//! The limit that an intensity is compared with.

use events::AcademicYear;

use super::Asked;

/// The limit that a carbon intensity is compared with, in tonnes CO2e per pupil.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// A year's target.
    AtMost(f64, AcademicYear),
    /// The baseline.
    Below(f64),
}

impl Limit {
    pub(super) fn of(asked: &Asked<'_>) -> Self {
        let set = asked.targets.tco2e_per_pupil;
        set.map_or(Limit::Below(asked.baseline.tco2e_per_pupil), |most| {
            Limit::AtMost(most, asked.year)
        })
    }

    pub(super) fn value(&self) -> f64 {
        match self {
            Limit::AtMost(value, _) | Limit::Below(value) => *value,
        }
    }

    pub(super) fn is_kept_by(&self, ratio: f64) -> bool {
        match self {
            Limit::AtMost(most, _) => ratio <= *most,
            Limit::Below(baseline) => ratio < *baseline,
        }
    }
}
