//! What each use of energy, fuel or water is: its block, its scope, its factor row and the energy in it.

mod activity;

use crate::factors::{FactorRow, FactorUnit as U};
use crate::line::Block;

pub use activity::of_activity;

/// A kind of line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EmissionSource {
    /// Where it belongs.
    pub block: Block,
    /// Greenhouse Gas Protocol scope.
    pub scope: u8,
    /// Its name on the line.
    pub item: &'static str,
    /// The unit of its quantity.
    pub unit: &'static str,
    /// Its factor; none for what is zero by method.
    pub row: Option<FactorRow>,
    /// The energy in it, where SECR counts it.
    pub energy: Energy,
}

/// How the energy of a line follows from its quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Energy {
    /// SECR does not count it, or counts it on another line.
    NotCounted,
    /// The quantity is energy.
    Quantity,
    /// By a published energy content of the factor's year.
    Content {
        /// The row of the table: kWh per litre or per kilometre.
        row: FactorRow,
        /// How many of the row's units one of the line's is: 1.609344 kilometres in a mile.
        per_unit: f64,
    },
}

pub(crate) const fn row(
    heading: &'static str,
    item: &'static str,
    route: &'static str,
    unit: U,
) -> FactorRow {
    FactorRow {
        heading,
        item,
        route,
        unit,
    }
}

/// Gas as billed, gross calorific value.
pub const GAS: EmissionSource = EmissionSource {
    block: Block::Statutory,
    scope: 1,
    item: "gas",
    unit: "kWh",
    row: Some(row("Fuels", "Natural gas", "", U::KilowattHourGross)),
    energy: Energy::Quantity,
};

/// The grid's average, location-based.
pub const GRID: FactorRow = row(
    "UK electricity",
    "Electricity generated",
    "",
    U::KilowattHour,
);

/// Electricity from the grid, location-based.
pub const ELECTRICITY: EmissionSource = EmissionSource {
    block: Block::Statutory,
    scope: 2,
    item: "electricity",
    unit: "kWh",
    row: Some(GRID),
    energy: Energy::Quantity,
};

/// What the site's own panels made and the site used: energy, at zero by method.
pub const SOLAR: EmissionSource = EmissionSource {
    block: Block::Statutory,
    scope: 2,
    item: "solar",
    unit: "kWh",
    row: None,
    energy: Energy::Quantity,
};

/// Electricity that flowed back to the grid: below the gross line, at the grid's average.
pub const EXPORT: EmissionSource = EmissionSource {
    block: Block::BelowLine,
    scope: 2,
    item: "export",
    unit: "kWh",
    row: Some(GRID),
    energy: Energy::Quantity,
};

/// What is lost between the power station and the meter.
pub const GRID_LOSSES: EmissionSource = upstream(
    "grid_losses",
    "kWh",
    row("T&D", "T&D- UK electricity", "", U::KilowattHour),
);

/// Well to tank: what it took to bring the fuels to the power station.
pub const WTT_GENERATION: EmissionSource = upstream(
    "wtt_electricity",
    "kWh",
    row(
        "WTT",
        "WTT- UK electricity (generation)",
        "",
        U::KilowattHour,
    ),
);

/// The same for the electricity that is lost on the way.
pub const WTT_LOSSES: EmissionSource = upstream(
    "wtt_grid_losses",
    "kWh",
    row("WTT", "WTT- UK electricity (T&D)", "", U::KilowattHour),
);

/// Well to tank of gas.
pub const WTT_GAS: EmissionSource = upstream(
    "wtt_gas",
    "kWh",
    row("WTT", "WTT- natural gas", "", U::KilowattHourGross),
);

/// Well to tank of the minibuses' diesel.
pub const WTT_DIESEL: EmissionSource = upstream(
    "wtt_minibus_diesel",
    "litres",
    row("WTT", "WTT- Diesel (average biofuel blend)", "", U::Litre),
);

/// Well to tank of the minibuses' petrol.
pub const WTT_PETROL: EmissionSource = upstream(
    "wtt_minibus_petrol",
    "litres",
    row("WTT", "WTT- Petrol (average biofuel blend)", "", U::Litre),
);

const fn upstream(item: &'static str, unit: &'static str, row: FactorRow) -> EmissionSource {
    EmissionSource {
        block: Block::Voluntary,
        scope: 3,
        item,
        unit,
        row: Some(row),
        energy: Energy::NotCounted,
    }
}

impl EmissionSource {
    /// What the same quantity is besides, upstream of the site; voluntary.
    pub fn upstream(&self) -> &'static [EmissionSource] {
        match self.item {
            "gas" => &[WTT_GAS],
            "electricity" => &[GRID_LOSSES, WTT_GENERATION, WTT_LOSSES],
            "minibus_diesel" => &[WTT_DIESEL],
            "minibus_petrol" => &[WTT_PETROL],
            _ => &[],
        }
    }
}
