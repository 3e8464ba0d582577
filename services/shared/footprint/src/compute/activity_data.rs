//! One quantity of one footprint, and its price.

use events::Quantity;

use crate::emission_sources::Energy;
use crate::factors::FactorRow;
use crate::item::Item;
use crate::line::Block;

/// One quantity of one footprint.
pub(super) struct ActivityData {
    /// The index of its footprint.
    pub frame: usize,
    pub block: Block,
    pub scope: u8,
    pub item: Item,
    pub unit: &'static str,
    pub pricing: Pricing,
    /// The calendar year whose factors price it, if each day is priced by the year it falls in.
    pub year: Option<i32>,
    /// Millionths of the unit.
    pub quantity: Quantity,
    pub energy: Energy,
}

/// How a quantity is priced.
#[derive(Debug, Clone)]
pub(super) enum Pricing {
    /// A row of the factor table.
    Row(FactorRow),
    /// Zero by method.
    Free,
    /// A supply contract: its name, kg CO2e per unit and its proof.
    Contract {
        name: String,
        factor: f64,
        evidence: String,
    },
    /// The table has no matching row.
    NoRow,
}
