//! The sums that a report counts, by its basis.

use events::{Fuel, MilligramsCo2e, Quantity};
use footprint::{GapEstimate, GapTotals};

use crate::rollup::TrustView;
use crate::secr::Basis;

/// The fuels whose gaps are filled. How much of missing solar generation was used on site is not known, because some
/// flowed back.
const FILLED: [Fuel; 2] = [Fuel::Gas, Fuel::Electricity];

/// A year's sums on a basis.
#[derive(Clone, Copy)]
pub(super) struct Counted<'a> {
    pub view: &'a TrustView,
    pub basis: Basis,
}

impl Counted<'_> {
    pub fn is_actual(self) -> bool {
        self.basis == Basis::Actual
    }

    /// The estimate for the gaps of a fuel; none if it is not counted.
    fn gaps(self, fuel: Fuel) -> Option<GapTotals> {
        let counts = !self.is_actual() && FILLED.contains(&fuel);
        let of_fuel = |estimate: &&GapEstimate| estimate.fuel == fuel;
        let estimates = self
            .view
            .schools
            .iter()
            .flat_map(|school| &school.estimates);
        GapTotals::of(estimates.filter(of_fuel)).filter(|gaps| counts && gaps.half_hours > 0)
    }

    /// Carbon including the estimate for gaps of these fuels; none if the estimate has no factor.
    pub fn carbon(self, known: Option<MilligramsCo2e>, of: &[Fuel]) -> Option<MilligramsCo2e> {
        let gaps = of.iter().filter_map(|fuel| self.gaps(*fuel));
        let estimated: Option<MilligramsCo2e> = gaps.map(|gaps| gaps.co2e).sum();
        Some(known? + estimated?)
    }

    /// Milliwatt-hours including the estimate for gaps of these fuels.
    pub fn energy(self, known: Option<Quantity>, of: &[Fuel]) -> Option<Quantity> {
        let gaps = of.iter().filter_map(|fuel| self.gaps(*fuel));
        let estimated: Quantity = gaps.filter_map(|gaps| gaps.energy).sum();
        Some(known? + estimated)
    }

    /// The gross of the schools in the ratio.
    pub fn gross_in_ratio(self) -> Option<MilligramsCo2e> {
        let in_ratio = &self.view.totals.in_ratio;
        let gaps = in_ratio
            .gaps
            .filter(|gaps| !self.is_actual() && gaps.half_hours > 0);
        match gaps {
            Some(gaps) => Some(in_ratio.gross + gaps.co2e?),
            None => Some(in_ratio.gross),
        }
    }

    /// Whether there is enough data for a ratio. A filled half-hour counts like one that arrived; a school that sent
    /// nothing of a fuel has no basis for an estimate.
    pub fn is_enough(self) -> bool {
        let filled = |fuel| self.gaps(fuel).map_or(0, |gaps| gaps.half_hours);
        self.view.sufficiency.is_enough_with(filled)
    }
}
