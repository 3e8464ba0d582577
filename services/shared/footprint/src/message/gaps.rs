//! Estimates for gaps.

mod method;

use std::collections::BTreeMap;

use events::{Fuel, MeterId, MilligramsCo2e, Quantity};
use serde::{Deserialize, Serialize};

use super::Footprint;
use crate::line::{Block, co2e};
pub use method::{EstimateBasis, GapMethod};

/// The estimate for the gaps of one meter: shown beside the figures, never part of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GapEstimate {
    /// Which meter.
    pub meter: MeterId,
    /// The fuel it measures.
    pub fuel: Fuel,
    /// The methods of the estimate, each once; empty if nothing is estimated.
    pub methods: Vec<GapMethod>,
    /// The number of estimated half-hours.
    pub half_hours: i64,
    /// Missing half-hours without comparable days: they are not estimated.
    pub left: i64,
    /// Milliwatt-hours.
    pub energy: Quantity,
    /// Its carbon at the period's factor.
    pub co2e: Option<MilligramsCo2e>,
    /// Its factor in each year that has factors: kg CO2e per kWh.
    pub factor_by_year: BTreeMap<i32, f64>,
}

impl GapEstimate {
    /// The same estimate priced with the factors of a year; its carbon is unknown if that year has no factor for it.
    pub(crate) fn at(&self, year: i32) -> Self {
        let factor = self.factor_by_year.get(&year);
        GapEstimate {
            co2e: factor.map(|factor| co2e(self.energy, *factor)),
            ..self.clone()
        }
    }
}

/// The estimates for the gaps of several meters together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GapTotals {
    /// Half-hours that are estimated.
    pub half_hours: i64,
    /// Missing half-hours that are not estimated.
    pub left: i64,
    /// Milliwatt-hours of every fuel; none if nothing is estimated.
    pub energy: Option<Quantity>,
    /// The carbon at the period's factors; none if nothing is estimated, or a part has no factor.
    pub co2e: Option<MilligramsCo2e>,
}

impl GapTotals {
    /// The sum of some estimates; none if there are none.
    pub fn of<'a>(estimates: impl IntoIterator<Item = &'a GapEstimate>) -> Option<Self> {
        let one = |estimate: &GapEstimate| {
            let some = estimate.half_hours > 0;
            GapTotals {
                half_hours: estimate.half_hours,
                left: estimate.left,
                energy: some.then_some(estimate.energy),
                co2e: estimate.co2e.filter(|_| some),
            }
        };
        estimates.into_iter().map(one).reduce(GapTotals::and)
    }

    /// Adds both. A side without an estimate adds nothing; a side with an estimate but without a factor makes the carbon of the
    /// sum unknown.
    pub fn and(self, other: GapTotals) -> GapTotals {
        let priced = |totals: &GapTotals| totals.half_hours == 0 || totals.co2e.is_some();
        let co2e = match (self.co2e, other.co2e) {
            (Some(one), Some(other)) => Some(one + other),
            (one, other) => one.or(other),
        };
        GapTotals {
            half_hours: self.half_hours + other.half_hours,
            left: self.left + other.left,
            energy: match (self.energy, other.energy) {
                (Some(one), Some(other)) => Some(one + other),
                (one, other) => one.or(other),
            },
            co2e: co2e.filter(|_| priced(&self) && priced(&other)),
        }
    }
}

impl Footprint {
    /// The estimate for the gaps of all meters; none if nothing is missing. It is not part of any other figure.
    pub fn gap_estimate(&self) -> Option<GapTotals> {
        GapTotals::of(&self.estimates)
    }

    /// The gross total including the estimates: shown beside it, never in its place. None if nothing is priced or estimated, or
    /// a part of the estimate has no factor.
    pub fn gross_with_gap_estimate(&self) -> Option<MilligramsCo2e> {
        let mut statutory = self
            .lines
            .iter()
            .filter(|line| line.block == Block::Statutory);
        let known = statutory.any(|line| line.price.is_some());
        let estimated = self.gap_estimate()?.co2e.filter(|_| known)?;
        Some(self.gross + estimated)
    }
}
