//! Waste collected.

use events::Grams;
use serde::{Deserialize, Serialize};

use super::Verdict;

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
    /// Of the total, not weighed.
    pub estimated: Grams,
    /// Of what was collected as dry recycling, what did not belong there.
    pub contaminated: Grams,
    /// What was collected as dry recycling.
    pub dry_recycling: Grams,
    /// Loads refused as recycling.
    pub rejected_loads: u32,
    /// Bins that were due and not emptied.
    pub missed_lifts: u32,
    /// Whether the site separates its waste as the law asks.
    pub simpler_recycling: SimplerRecycling,
}

impl WasteFigures {
    /// Dry recycling, food and garden over the total.
    pub fn recycling_ratio(&self) -> Option<f64> {
        (self.total.0 > 0).then(|| self.recycled.0 as f64 / self.total.0 as f64)
    }

    /// Everything but landfill over the total; energy from waste counts as diverted, not as recycled.
    pub fn diversion_ratio(&self) -> Option<f64> {
        (self.total.0 > 0).then(|| 1.0 - self.landfill.0 as f64 / self.total.0 as f64)
    }
}

/// One stream by one route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WasteStream {
    /// `residual`, `paper_and_card`, `food` … by EWC code.
    pub stream: String,
    /// `landfill`, `energy_from_waste`, `recycling`, `composting`, `anaerobic_digestion`, `other`.
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
