//! The carbon of a month, at the factors that a footprint of its academic year carries.

use chrono::Datelike;
use events::Quantity;

use super::MonthOfUse;
use crate::item::Item;
use crate::line::{Block, Line};
use crate::message::Footprint;

/// Which year's factors price a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorsOf {
    /// Those that price the academic year, so that its months add up to the year.
    AcademicYear,
    /// Those of the month's own calendar year, or the last published before: they price the trailing twelve months.
    OwnYear,
    /// Those of one year, whatever the month: constant factors.
    Year(i32),
}

impl MonthOfUse {
    /// The month's statutory kilograms CO2e, from the factors in the footprint of its academic year. As in the footprint, what
    /// has no factor is left out; at constant factors there is no figure then, because a part would look like less.
    pub fn kilograms(&self, year: &Footprint, factors: FactorsOf) -> Option<f64> {
        let mut kilograms = None;
        for ((item, unit), quantity) in &self.quantities {
            match (self.factor(year, *item, unit, factors), factors) {
                (Some(factor), _) => {
                    *kilograms.get_or_insert(0.0) += in_kilograms(*quantity, factor);
                }
                (None, FactorsOf::Year(_)) => return None,
                (None, _) => {}
            }
        }
        kilograms
    }

    /// The kilograms CO2e of a day's energy of one use; none without a factor.
    pub fn day_kilograms(
        &self,
        year: &Footprint,
        item: Item,
        energy: Quantity,
        factors: FactorsOf,
    ) -> Option<f64> {
        let factor = self.factor(year, item, "kWh", factors)?;
        Some(in_kilograms(energy, factor))
    }

    /// kg CO2e per unit.
    fn factor(&self, year: &Footprint, item: Item, unit: &str, factors: FactorsOf) -> Option<f64> {
        let is_it =
            |line: &&Line| line.block == Block::Statutory && line.item == item && line.unit == unit;
        let line = year.lines.iter().find(is_it)?;
        match factors {
            FactorsOf::AcademicYear => Some(line.price.as_ref()?.factor),
            FactorsOf::Year(year) => line.factor_by_year.get(&year).copied(),
            FactorsOf::OwnYear => {
                let mut until = line.factor_by_year.range(..=self.month.year());
                until.next_back().map(|(_, factor)| *factor)
            }
        }
    }
}

/// Millionths of a unit times kg per unit.
fn in_kilograms(quantity: Quantity, factor: f64) -> f64 {
    quantity as f64 * factor / events::MICRO as f64
}
