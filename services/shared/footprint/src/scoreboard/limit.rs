//! The limit that an intensity is compared with.

use events::AcademicYear;

use super::ScoreInputs;

/// The limit that a carbon intensity is compared with, in tonnes CO2e per pupil.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// A year's target.
    AtMost(f64, AcademicYear),
    /// The baseline.
    Below(f64),
}

impl Limit {
    pub(super) fn of(inputs: &ScoreInputs<'_>) -> Self {
        let set = inputs.targets.tco2e_per_pupil;
        set.map_or(Limit::Below(inputs.baseline.tco2e_per_pupil), |most| {
            Limit::AtMost(most, inputs.year)
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
