//! Waste collected.

use crate::waste::{Route, Stream};
use events::Grams;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Footprint;
use super::recycling::SimplerRecycling;

/// Waste over the period.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WasteFigures {
    /// By stream and route, in order.
    pub streams: Vec<WasteStream>,
    /// Everything.
    pub total: Grams,
    /// Recycled, composted or digested.
    pub recycled: Grams,
    /// To landfill.
    pub landfill: Grams,
    /// By an unknown route: no treatment was stated, or only storage or sorting before another one. It counts as neither
    /// recycled nor landfilled nor diverted.
    pub unknown_route: Grams,
    /// The part of the total that was not weighed.
    pub estimated: Grams,
    /// The part of the total with a waste code known to be hazardous.
    pub hazardous: Grams,
    /// Waste collected as dry recycling, paper and card included, whatever its treatment.
    pub dry_recycling: Grams,
    /// The part of the dry recycling in loads whose contamination was reported.
    pub inspected: Grams,
    /// The contamination in the inspected loads.
    pub contaminated: Grams,
    /// Loads refused as recycling.
    pub rejected_loads: u32,
    /// Loads heavier than the bins named with them when full. They are counted unchanged.
    pub heavy_loads: u32,
    /// Bins that were due and not emptied.
    pub missed_lifts: u32,
    /// Whether the site separates its waste as the law asks.
    pub simpler_recycling: SimplerRecycling,
}

impl WasteFigures {
    /// Whether anything was collected: if nothing ever was, figures are unknown, not zero.
    pub fn is_known(&self) -> bool {
        self.total.0 > 0
    }

    /// Bins that were due and not emptied; none if no bins were reported at all.
    pub fn known_missed_lifts(&self) -> Option<u32> {
        (self.is_known() || self.missed_lifts > 0).then_some(self.missed_lifts)
    }

    /// Dry recycling, food and garden over the total. A load counts by its treatment: a load that was refused as recycling and
    /// burnt is not recycled. Waste by an unknown route counts in the total alone, so this ratio is a lower bound.
    pub fn recycling_ratio(&self) -> Option<f64> {
        share(self.recycled, self.total)
    }

    /// Waste known to have been kept out of landfill, over the total; energy from waste counts as diverted, not as recycled.
    /// This is a lower bound: [`Self::unknown_route_ratio`] is in neither part.
    pub fn diversion_ratio(&self) -> Option<f64> {
        let diverted = self.total.0 - self.landfill.0 - self.unknown_route.0;
        share(Grams(diverted), self.total)
    }

    /// Waste by an unknown route over the total.
    pub fn unknown_route_ratio(&self) -> Option<f64> {
        share(self.unknown_route, self.total)
    }

    /// Waste that was not weighed over the total.
    pub fn estimated_ratio(&self) -> Option<f64> {
        share(self.estimated, self.total)
    }

    /// Contamination over all dry recycling. None if no load was inspected; if only some were inspected it is a lower bound,
    /// and [`Self::inspected_ratio`] gives the inspected share.
    pub fn contamination_ratio(&self) -> Option<f64> {
        let known = self.inspected.0 > 0;
        share(self.contaminated, self.dry_recycling).filter(|_| known)
    }

    /// The share of dry recycling whose contamination is known.
    pub fn inspected_ratio(&self) -> Option<f64> {
        share(self.inspected, self.dry_recycling)
    }
}

fn share(part: Grams, of: Grams) -> Option<f64> {
    (of.0 > 0).then(|| part.0 as f64 / of.0 as f64)
}

impl Footprint {
    /// Kilograms of waste over the pupils by which the intensity is divided too. None without pupils, and none if nothing was
    /// collected. For a part-year it covers the days so far.
    pub fn waste_kg_per_pupil(&self) -> Option<f64> {
        let pupils = self.pupils_in_ratio().filter(|pupils| *pupils > 0.0)?;
        let known = self.waste.is_known();
        known.then(|| self.waste.total.0 as f64 / 1e3 / pupils)
    }
}

/// One stream by one route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WasteStream {
    /// The stream, by EWC code.
    pub stream: Stream,
    /// The route, by treatment code.
    pub route: Route,
    /// Its weight.
    pub weight: Grams,
    /// The number of collections.
    pub collections: u32,
}
