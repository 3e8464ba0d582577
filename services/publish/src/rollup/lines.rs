//! What the lines of some footprints are added up by.

use events::{MilligramsCo2e, Quantity};
use footprint::{Block, Line};

/// What energy was used as; a closed set, fit for a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EnergyUse {
    /// From the grid.
    Electricity,
    /// Natural gas, gross calorific value.
    Gas,
    /// Made by the site's own panels and used there.
    Solar,
    /// Sent to the grid.
    Export,
    /// Fuels of vehicles and boilers, where SECR counts their energy.
    Other,
}

impl EnergyUse {
    /// All of them.
    pub const ALL: [EnergyUse; 5] = [
        EnergyUse::Electricity,
        EnergyUse::Gas,
        EnergyUse::Solar,
        EnergyUse::Export,
        EnergyUse::Other,
    ];

    /// As labels and columns have it.
    pub fn as_str(self) -> &'static str {
        match self {
            EnergyUse::Electricity => "electricity",
            EnergyUse::Gas => "gas",
            EnergyUse::Solar => "solar",
            EnergyUse::Export => "export",
            EnergyUse::Other => "other",
        }
    }

    /// The metered use that an item of a month or line is; anything else is other.
    pub fn of_item(item: &str) -> Self {
        EnergyUse::ALL
            .into_iter()
            .find(|energy| energy.as_str() == item)
            .unwrap_or(EnergyUse::Other)
    }
}

/// What a line of a trust is the sum of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineKey {
    /// Statutory, voluntary or below the line.
    pub block: Block,
    /// Scope.
    pub scope: u8,
    /// What.
    pub item: String,
    /// Of which unit: miles are not added to kilometres.
    pub unit: String,
}

/// The sum of the lines of one key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineTotal {
    /// Millionths of the unit.
    pub quantity: Quantity,
    /// Milliwatt-hours, where SECR counts them.
    pub energy: Quantity,
    /// The carbon of the priced ones.
    pub co2e: MilligramsCo2e,
    /// How many had no factor.
    pub unpriced: u32,
}

/// The energy of a line and what it was used as. Voluntary lines, such as grid losses, count the same energy again.
pub(super) fn energy_of(line: &Line) -> Option<(EnergyUse, Quantity)> {
    let energy = EnergyUse::of_item(&line.item);
    match line.block {
        Block::Statutory => Some((energy, line.energy?)),
        Block::BelowLine if energy == EnergyUse::Export => {
            Some((energy, line.energy.unwrap_or(line.quantity)))
        }
        Block::BelowLine | Block::Voluntary | Block::MarketBased => None,
    }
}
