//! Waste collected.

use events::Grams;
use serde::{Deserialize, Serialize};

use super::{Footprint, Verdict};

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
    /// By a route that is not known: no treatment was stated, or only storage or sorting before another one. It counts as
    /// neither recycled nor landfilled nor diverted.
    pub unknown_route: Grams,
    /// Of the total, not weighed.
    pub estimated: Grams,
    /// Of the total, with a waste code known to be hazardous.
    pub hazardous: Grams,
    /// What was collected as dry recycling, paper and card included, whatever became of it.
    pub dry_recycling: Grams,
    /// Of the dry recycling, the loads of which somebody said how much did not belong there.
    pub inspected: Grams,
    /// Of the inspected loads, what did not belong there.
    pub contaminated: Grams,
    /// Loads refused as recycling.
    pub rejected_loads: u32,
    /// Loads heavier than the bins named with them are when they are full. They are counted as they are.
    pub heavy_loads: u32,
    /// Bins that were due and not emptied.
    pub missed_lifts: u32,
    /// Whether the site separates its waste as the law asks.
    pub simpler_recycling: SimplerRecycling,
}

impl WasteFigures {
    /// Whether anything was collected: where nothing ever was, figures are not zero but unknown.
    pub fn is_known(&self) -> bool {
        self.total.0 > 0
    }

    /// Bins that were due and not emptied; none where nobody told of any bin at all.
    pub fn known_missed_lifts(&self) -> Option<u32> {
        (self.is_known() || self.missed_lifts > 0).then_some(self.missed_lifts)
    }

    /// Dry recycling, food and garden over the total. A load counts by what became of it: one that was refused as
    /// recycling and burnt is not recycled. What went by an unknown route is in the total alone, so that this is the least
    /// it can be.
    pub fn recycling_ratio(&self) -> Option<f64> {
        share(self.recycled, self.total)
    }

    /// What is known to have gone elsewhere than to landfill over the total; energy from waste counts as diverted, not as
    /// recycled. The least it can be: [`Self::unknown_route_ratio`] is in neither part.
    pub fn diversion_ratio(&self) -> Option<f64> {
        let diverted = self.total.0 - self.landfill.0 - self.unknown_route.0;
        share(Grams(diverted), self.total)
    }

    /// What went by an unknown route over the total.
    pub fn unknown_route_ratio(&self) -> Option<f64> {
        share(self.unknown_route, self.total)
    }

    /// What was not weighed over the total.
    pub fn estimated_ratio(&self) -> Option<f64> {
        share(self.estimated, self.total)
    }

    /// What did not belong there over all dry recycling. None where nobody looked into any load; where only some were
    /// looked into it is the least it can be, and [`Self::inspected_ratio`] says of how much it is known.
    pub fn contamination_ratio(&self) -> Option<f64> {
        let known = self.inspected.0 > 0;
        share(self.contaminated, self.dry_recycling).filter(|_| known)
    }

    /// Dry recycling of which contamination is known over all of it.
    pub fn inspected_ratio(&self) -> Option<f64> {
        share(self.inspected, self.dry_recycling)
    }
}

fn share(part: Grams, of: Grams) -> Option<f64> {
    (of.0 > 0).then(|| part.0 as f64 / of.0 as f64)
}

impl Footprint {
    /// Kilograms of waste over the pupils the intensity divides by too. None without pupils, and none where nothing was
    /// collected. Of a part-year it is of the days so far.
    pub fn waste_kg_per_pupil(&self) -> Option<f64> {
        let pupils = self.pupils_in_ratio().filter(|pupils| *pupils > 0.0)?;
        let known = self.waste.is_known();
        known.then(|| self.waste.total.0 as f64 / 1e3 / pupils)
    }
}

/// One stream by one route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WasteStream {
    /// `residual`, `paper_and_card`, `food` … by EWC code.
    pub stream: String,
    /// `landfill`, `energy_from_waste`, `recycling`, `composting`, `anaerobic_digestion`, `other`, `unknown`.
    pub route: String,
    /// How much.
    pub weight: Grams,
    /// Collections.
    pub collections: u32,
}

/// Simpler Recycling, England's rule for workplaces: whether a site separates what it asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimplerRecycling {
    /// Whether it does; none before the rule binds.
    pub verdict: Option<Verdict>,
    /// What is missing or has to be shown, one sentence each.
    pub missing: Vec<String>,
}
