//! The stream of each waste code, the route of each treatment code, and the factor that prices them.

mod codes;

use events::{Ewc, Treatment};
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};
use utoipa::ToSchema;

use crate::factors::{FactorRow, FactorUnit};

pub(crate) use codes::Fraction;
use codes::{TreatmentCode, WasteCode};

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

/// The entry of a waste code; none for a code that the table does not have.
pub fn waste_code(ewc: Ewc) -> Option<&'static WasteCode> {
    codes::CODES.of_waste.get(&ewc)
}

/// The entry of a treatment code.
pub fn treatment_code(treatment: Treatment) -> Option<&'static TreatmentCode> {
    codes::CODES.of_treatments.get(&treatment)
}

/// The stream an EWC code belongs to. Codes schools do not usually produce are `other`, and stay unpriced.
pub(crate) fn stream(ewc: Ewc) -> Stream {
    waste_code(ewc).map_or(Stream::Other, |code| code.stream)
}

/// The route of a waste code by a treatment. For organic waste, a treatment that recovers materials means digestion or
/// composting. Without a treatment the route is unknown.
pub(crate) fn route(ewc: Ewc, treatment: Option<Treatment>) -> Route {
    let code = treatment.and_then(treatment_code);
    let route = code.map_or(Route::Unknown, |code| code.route);
    let organic = waste_code(ewc).and_then(|code| code.organic);
    match (route, organic) {
        (Route::Recycling, Some(organic)) => organic,
        _ => route,
    }
}

/// The factor row of a waste code by a route; none if the table has no such row in any year. DESNZ's workbook of 2025 calls
/// combustion "Incineration with energy recovery", but `factors/desnz.csv` has one label for all years.
pub(crate) fn factor_row(ewc: Ewc, route: Route) -> Option<FactorRow> {
    let code = waste_code(ewc)?;
    let column = match route {
        Route::Recycling => code.recycling?,
        Route::Composting => "Composting",
        Route::AnaerobicDigestion => "Anaerobic digestion",
        Route::EnergyFromWaste => "Combustion",
        Route::Landfill => "Landfill",
        Route::Other | Route::Unknown => return None,
    };
    Some(FactorRow {
        heading: code.heading?,
        item: code.item?,
        route: column,
        unit: FactorUnit::Tonne,
    })
}

#[cfg(test)]
mod tests;
