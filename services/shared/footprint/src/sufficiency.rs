//! Whether there is enough data for a claim: for showing an intensity as a headline, for comparing it with a baseline, for
//! calling the figures complete or a target met. Decided only here; all code that shows a figure asks this module.

mod fuel;
mod least;
#[cfg(test)]
mod tests;
pub(crate) mod wording;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use fuel::{FuelCoverage, FuelGap, MeterGap, MonthGap};
pub use least::{LeastCoverage, LeastCoverageError};

/// The coverage of a school's data over a period, and what a claim lacks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sufficiency {
    /// The least share of the expected half-hours that a claim needs of every fuel.
    pub least_coverage: LeastCoverage,
    /// The half-hours of every fuel that has to be measured, in the order of fuels.
    pub fuels: Vec<FuelCoverage>,
    /// What a claim lacks; empty when there is enough.
    pub missing: Vec<Missing>,
}

/// One thing that a claim lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
#[schema(as = MissingData)]
pub enum Missing {
    /// A passed day: no day has passed yet, so nothing is expected.
    PassedDay,
    /// Half-hours of a fuel.
    HalfHours(FuelGap),
    /// A heating source: no gas meter, no recorded heating fuel, and none is declared.
    HeatingSource,
    /// A factor for the recorded heating fuel: without one, the fuel is missing from the figures.
    HeatingPrice,
    /// The supply of a heat network, by which the school is declared to be heated.
    DistrictHeat,
}

/// The heating source of a school over a period, as far as the data shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeatingKnown {
    /// A gas meter, and nothing else: gas has to be measured on every day.
    ByGasAlone,
    /// A recorded fuel, or electricity by declaration.
    Otherwise,
    /// District heat by declaration, for which nothing is measured.
    ByDistrictHeat,
    /// A recorded fuel that has no price, and nothing else.
    Unpriced,
    /// No data shows it.
    Unknown,
}

impl Sufficiency {
    /// Decides by the half-hours of every fuel and by the heating source. `gap` examines a fuel that has too few.
    pub(crate) fn decide(
        least_coverage: LeastCoverage,
        passed_days: i64,
        fuels: Vec<FuelCoverage>,
        heating: HeatingKnown,
        gap: impl Fn(FuelCoverage) -> FuelGap,
    ) -> Self {
        let mut missing = Vec::new();
        if passed_days == 0 {
            missing.push(Missing::PassedDay);
        }
        let lacks = |fuel: &&FuelCoverage| !least_coverage.is_reached(fuel.present, fuel.expected);
        let gaps = fuels.iter().filter(lacks).map(|fuel| gap(*fuel));
        missing.extend(gaps.map(Missing::HalfHours));
        missing.extend(match heating {
            HeatingKnown::ByGasAlone | HeatingKnown::Otherwise => None,
            HeatingKnown::ByDistrictHeat => Some(Missing::DistrictHeat),
            HeatingKnown::Unpriced => Some(Missing::HeatingPrice),
            HeatingKnown::Unknown => Some(Missing::HeatingSource),
        });
        Sufficiency {
            least_coverage,
            fuels,
            missing,
        }
    }

    /// Whether there is enough for a claim.
    pub fn is_enough(&self) -> bool {
        self.missing.is_empty()
    }
}

impl Missing {
    /// The label; a closed set.
    pub fn as_str(&self) -> &'static str {
        match self {
            Missing::PassedDay => "passed_day",
            Missing::HalfHours(_) => "half_hours",
            Missing::HeatingSource => "heating_source",
            Missing::HeatingPrice => "heating_price",
            Missing::DistrictHeat => "district_heat",
        }
    }

    /// Whether it is missing completely, so that a trust's total cannot do without it either: the total would, for example,
    /// contain none of this school's gas.
    pub(crate) fn is_total(&self) -> bool {
        match self {
            // A school that joins today adds nothing, neither to the figures nor to what is expected.
            Missing::PassedDay => false,
            Missing::HalfHours(gap) => gap.present == 0 && gap.expected > 0,
            Missing::HeatingSource | Missing::HeatingPrice | Missing::DistrictHeat => true,
        }
    }
}
