//! The waste of one school, with its wording.

use events::Grams;
use footprint::{Footprint, Verdict, WasteStream};
use serde::Serialize;
use utoipa::ToSchema;

/// Waste over the period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WasteFigures)]
pub(super) struct PublishedWaste<'a> {
    /// By stream and route, in order.
    streams: &'a [WasteStream],
    /// Everything.
    total: Grams,
    /// Recycled, composted or digested.
    recycled: Grams,
    /// To landfill.
    landfill: Grams,
    /// By an unknown route: no treatment was stated, or only storage or sorting before another one. It counts as neither
    /// recycled nor landfilled nor diverted.
    unknown_route: Grams,
    /// The part of the total that was not weighed.
    estimated: Grams,
    /// The part of the total with a waste code known to be hazardous.
    hazardous: Grams,
    /// Waste collected as dry recycling, paper and card included, whatever its treatment.
    dry_recycling: Grams,
    /// The part of the dry recycling in loads whose contamination was reported.
    inspected: Grams,
    /// The contamination in the inspected loads.
    contaminated: Grams,
    /// Loads refused as recycling.
    rejected_loads: u32,
    /// Loads heavier than the bins named with them when full. They are counted unchanged.
    heavy_loads: u32,
    /// Bins that were due and not emptied.
    missed_lifts: u32,
    /// Whether the site separates its waste as the law asks.
    simpler_recycling: PublishedRecycling,
}

/// Simpler Recycling, England's rule for workplaces: whether a site separates what the rule asks for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimplerRecycling)]
struct PublishedRecycling {
    /// Whether it does; none before the rule binds.
    verdict: Option<Verdict>,
    /// What is missing or still has to be shown, one sentence each.
    missing: Vec<String>,
}

pub(super) fn published(footprint: &Footprint) -> PublishedWaste<'_> {
    let waste = &footprint.waste;
    let missing = waste.simpler_recycling.missing.iter();
    PublishedWaste {
        streams: &waste.streams,
        total: waste.total,
        recycled: waste.recycled,
        landfill: waste.landfill,
        unknown_route: waste.unknown_route,
        estimated: waste.estimated,
        hazardous: waste.hazardous,
        dry_recycling: waste.dry_recycling,
        inspected: waste.inspected,
        contaminated: waste.contaminated,
        rejected_loads: waste.rejected_loads,
        heavy_loads: waste.heavy_loads,
        missed_lifts: waste.missed_lifts,
        simpler_recycling: PublishedRecycling {
            verdict: waste.simpler_recycling.verdict,
            missing: missing.map(ToString::to_string).collect(),
        },
    }
}
