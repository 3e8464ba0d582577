//! The limit that an intensity is compared with, and its wording.

use events::AcademicYear;

use super::super::Asked;
use super::UNIT;
use crate::baseline::AtBaseline;
use crate::scoreboard::wording;

/// The limit that an intensity is compared with.
pub(super) enum Limit {
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

    /// The requirement, in full.
    pub(super) fn said(&self) -> String {
        match self {
            Limit::AtMost(most, year) => format!("at most {most:.3} {UNIT} for {year}"),
            Limit::Below(baseline) => format!("below the baseline of {baseline:.3} {UNIT}"),
        }
    }

    /// The figure and the limit, with enough decimals to tell them apart, and the figure at the baseline's factors beside it.
    pub(super) fn against(&self, ratio: f64, at_baseline: &AtBaseline) -> String {
        let (has, asks) = wording::apart(ratio, self.value(), 3);
        let beside = match at_baseline {
            AtBaseline::Whole {
                factor_year,
                tonnes_per_pupil,
            } => {
                let (has, _) = wording::apart(*tonnes_per_pupil, self.value(), 3);
                format!(" ({has} at the {factor_year} factors of the baseline)")
            }
            _ => String::new(),
        };
        match self {
            Limit::AtMost(_, year) => {
                format!("{has} {UNIT}{beside} against at most {asks} for {year}")
            }
            Limit::Below(_) => format!("{has} {UNIT}{beside} against the baseline of {asks}"),
        }
    }
}
