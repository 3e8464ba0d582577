//! What a waste code is a stream of, and where a treatment code takes it.

use events::{Ewc, Treatment};

use crate::factors::FactorRow;

/// Where waste goes, as the conversion factors tell routes apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// Closed- or open-loop recycling.
    Recycling,
    /// Composting.
    Composting,
    /// Anaerobic digestion.
    AnaerobicDigestion,
    /// Incineration, with energy recovery or without.
    EnergyFromWaste,
    /// Landfill.
    Landfill,
    /// Storage or sorting on the way to somewhere that is not known, or a treatment no factor covers.
    Other,
}

impl Route {
    /// As it is written in figures.
    pub fn as_str(self) -> &'static str {
        match self {
            Route::Recycling => "recycling",
            Route::Composting => "composting",
            Route::AnaerobicDigestion => "anaerobic_digestion",
            Route::EnergyFromWaste => "energy_from_waste",
            Route::Landfill => "landfill",
            Route::Other => "other",
        }
    }

    /// Whether it counts as recycled: dry recycling, food and garden.
    pub fn is_recycling(self) -> bool {
        matches!(
            self,
            Route::Recycling | Route::Composting | Route::AnaerobicDigestion
        )
    }
}

/// A stream of waste.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream {
    /// As it is written in figures.
    pub name: &'static str,
    organic: Option<Route>,
    table: Option<(&'static str, &'static str, &'static str)>,
}

/// The stream an EWC code belongs to, with the heading and row of the factor table and what recycling is called there.
/// Codes schools do not usually produce are `other`, and stay unpriced.
pub fn stream(ewc: Ewc) -> Stream {
    let dry = |name, heading, item, loop_name| Stream {
        name,
        organic: None,
        table: Some((heading, item, loop_name)),
    };
    let organic = |name, item, route| Stream {
        name,
        organic: Some(route),
        table: Some(("Waste disposal/Refuse", item, "Composting")),
    };
    let commercial = |name| {
        dry(
            name,
            "Waste disposal/Refuse",
            "Commercial and industrial waste",
            "Closed-loop",
        )
    };
    match ewc.to_string().as_str() {
        "200301" => commercial("residual"),
        "200307" => commercial("bulky"),
        "150106" => commercial("mixed_recycling"),
        "180104" => commercial("offensive"),
        "200101" | "150101" => dry(
            "paper_and_card",
            "Waste disposal/Paper",
            "Paper and board: mixed",
            "Closed-loop",
        ),
        "200102" | "150107" => dry("glass", "Waste disposal/Other", "Glass", "Closed-loop"),
        "200139" | "150102" => dry(
            "plastic",
            "Waste disposal/Plastic",
            "Plastics: average plastics",
            "Closed-loop",
        ),
        "200140" | "150104" => dry(
            "metal",
            "Waste disposal/Metal",
            "Metal: mixed cans",
            "Closed-loop",
        ),
        "200110" | "200111" => dry(
            "textiles",
            "Waste disposal/Other",
            "Clothing",
            "Closed-loop",
        ),
        "200138" => dry("wood", "Waste disposal/Construction", "Wood", "Closed-loop"),
        "200135" | "200136" | "160213" | "160214" => dry(
            "electrical",
            "Waste disposal/Electrical items",
            "WEEE - mixed",
            "Open-loop",
        ),
        "200133" | "200134" => dry(
            "batteries",
            "Waste disposal/Electrical items",
            "Batteries",
            "Open-loop",
        ),
        "200108" => organic(
            "food",
            "Organic: food and drink waste",
            Route::AnaerobicDigestion,
        ),
        "200201" => organic("garden", "Organic: garden waste", Route::Composting),
        _ => Stream {
            name: "other",
            organic: None,
            table: None,
        },
    }
}

/// Where a treatment takes a stream. R1 is use as fuel; R3 to R5 recover organics, metals and other materials; R12, R13
/// and D13 to D15 only store or sort.
pub fn route(stream: Stream, treatment: Treatment) -> Route {
    match treatment {
        Treatment::R(1) | Treatment::D(10 | 11) => Route::EnergyFromWaste,
        Treatment::R(2..=11) => stream.organic.unwrap_or(Route::Recycling),
        Treatment::D(1 | 5) => Route::Landfill,
        Treatment::R(_) | Treatment::D(_) => Route::Other,
    }
}

/// The factor row of a stream by a route; none where the table has no such row.
pub fn factor_row(stream: Stream, route: Route) -> Option<FactorRow> {
    let (heading, item, loop_name) = stream.table?;
    let column = match route {
        Route::Recycling => loop_name,
        Route::Composting => "Composting",
        Route::AnaerobicDigestion => "Anaerobic digestion",
        Route::EnergyFromWaste => "Combustion",
        Route::Landfill => "Landfill",
        Route::Other => return None,
    };
    Some(FactorRow {
        heading,
        item,
        route: column,
        unit: "tonnes",
    })
}
