//! The streams and routes of waste.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};
use utoipa::ToSchema;

/// The stream that waste is counted in, by its EWC code; a closed set, fit for a label. Streams are ordered by their spelling.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    IntoStaticStr,
    VariantArray,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Stream {
    /// Batteries.
    Batteries,
    /// Bulky waste.
    Bulky,
    /// Clinical waste.
    Clinical,
    /// Edible oil and fat.
    CookingOil,
    /// Electrical equipment.
    Electrical,
    /// Food.
    Food,
    /// Fridges and freezers.
    Fridges,
    /// Garden waste.
    Garden,
    /// Glass.
    Glass,
    /// Treated wood.
    HazardousWood,
    /// Fluorescent tubes.
    Lamps,
    /// Metal.
    Metal,
    /// Dry recycling in one bin.
    MixedRecycling,
    /// Nappies and other offensive waste.
    Offensive,
    /// A code that schools do not usually produce.
    Other,
    /// Paper and card.
    PaperAndCard,
    /// Plastic.
    Plastic,
    /// Residual waste.
    Residual,
    /// Clothes and textiles.
    Textiles,
    /// Toner.
    Toner,
    /// Wood.
    Wood,
}

impl Stream {
    /// All of them.
    pub const ALL: &[Stream] = Stream::VARIANTS;

    /// The spelling in figures.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// The route of waste, as the conversion factors distinguish routes. Routes are ordered by their spelling.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    IntoStaticStr,
    VariantArray,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Route {
    /// Anaerobic digestion.
    AnaerobicDigestion,
    /// Composting.
    Composting,
    /// Incineration, with energy recovery or without.
    EnergyFromWaste,
    /// Landfill.
    Landfill,
    /// A treatment no factor covers.
    Other,
    /// Closed- or open-loop recycling.
    Recycling,
    /// Not known: no treatment was stated, or only storage, sorting or preparation before another one.
    Unknown,
}

impl Route {
    /// All of them.
    pub const ALL: &[Route] = Route::VARIANTS;

    /// The spelling in figures.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether it counts as recycled: dry recycling, food and garden.
    pub fn is_recycling(self) -> bool {
        matches!(
            self,
            Route::Recycling | Route::Composting | Route::AnaerobicDigestion
        )
    }
}
