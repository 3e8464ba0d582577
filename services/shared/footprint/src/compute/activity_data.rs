//! One quantity of one footprint, and what prices it.

use events::Quantity;

use crate::emission_sources::Energy;
use crate::factors::FactorRow;
use crate::line::Block;

/// One quantity of one footprint.
pub(super) struct ActivityData {
    /// Which footprint.
    pub frame: usize,
    pub block: Block,
    pub scope: u8,
    pub item: String,
    pub unit: &'static str,
    pub pricing: Pricing,
    /// The calendar year whose factors price it, where every day is priced by its own.
    pub year: Option<i32>,
    /// Millionths of the unit.
    pub quantity: Quantity,
    pub energy: Energy,
}

/// What prices a quantity.
#[derive(Debug, Clone)]
pub(super) enum Pricing {
    /// A row of the factor table.
    Row(FactorRow),
    /// Zero by method.
    Free,
    /// What a contract says: its name, kg CO2e per unit and what proves it.
    Contract {
        name: String,
        factor: f64,
        evidence: String,
    },
    /// The table has nothing that fits.
    NoRow,
}
