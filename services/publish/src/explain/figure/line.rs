//! A line: quantity times factor is carbon.

use footprint::{BlendPart, Block, Footprint, Item, Line, Price};
use serde::Serialize;
use utoipa::ToSchema;

use crate::explain::Amount;
use crate::explain::notes::of_lines;
use crate::format;

/// A quantity and its price in carbon.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LineAnswer {
    /// The block the line belongs to.
    pub block: Block,
    /// Greenhouse Gas Protocol scope, 1 to 3.
    pub scope: u8,
    /// The item: the name used to ask about it.
    pub item: Item,
    /// As people read it.
    pub label: String,
    /// The quantity, in `unit`.
    pub quantity: Amount,
    /// `kWh`, `litres`, `miles`, `tonnes` …
    pub unit: String,
    /// The energy that SECR counts for it, in kWh; none if SECR counts none.
    pub energy_kwh: Option<Amount>,
    /// kWh per unit, with the table row and year of that value, if the energy is not the quantity itself.
    pub energy_from: Option<String>,
    /// The factor and the carbon; none if no factor was found.
    pub price: Option<PriceAnswer>,
    /// Why it has no price, or why its energy is not known.
    pub lacks: Vec<String>,
}

/// The price that a factor gives a quantity.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PriceAnswer {
    /// kg CO2e per unit.
    pub factor: f64,
    /// Quantity times factor in kg CO2e, rounded once to the milligram.
    pub kg_co2e: Amount,
    /// The year of the factor row; for blended factors, the last year.
    pub year: i32,
    /// The year whose factor was wanted; for blended factors, the one with most of the period's days.
    pub wanted_year: i32,
    /// The label of the row in the table.
    pub row: String,
    /// The source the row was read from.
    pub provenance: String,
    /// The parts of a blended factor; empty for a factor of one year.
    pub blend: Vec<BlendPart>,
    /// Whether a factor of another year is used instead.
    pub stands_in: bool,
}

impl LineAnswer {
    /// The energy in words: `1,200 litres × 9.905 (Fuel properties / …, 2025) = 11,886 kWh`; none if nothing was converted.
    pub fn converted(&self) -> Option<String> {
        let (energy, from) = (self.energy_kwh?, self.energy_from.as_ref()?);
        Some(format!(
            "{} {} \u{d7} {from} = {} kWh",
            format::decimal(self.quantity.decimal(), 1),
            self.unit,
            format::decimal(energy.decimal(), 1)
        ))
    }
}

impl PriceAnswer {
    fn of(line: &Line, price: &Price) -> Self {
        let other_year = match price.blend.as_slice() {
            [] => price.year != price.wanted_year && !price.sources.is_empty(),
            parts => parts.iter().any(|part| part.year != part.factor_year),
        };
        PriceAnswer {
            factor: price.factor,
            kg_co2e: price.co2e.into(),
            year: price.year,
            wanted_year: price.wanted_year,
            row: price.row.clone(),
            provenance: price.provenance(),
            blend: price.blend.clone(),
            stands_in: other_year && line.block != Block::MarketBased,
        }
    }

    /// A blended factor in words: `(122 days of 2024 × 0.20705 + 243 of 2025 × 0.177) ÷ 365`; none for a factor of one year.
    pub fn blended(&self) -> Option<String> {
        let days: i64 = self.blend.iter().map(|part| part.days).sum();
        let parts: Vec<String> = self
            .blend
            .iter()
            .map(|part| format!("{} days of {} \u{d7} {}", part.days, part.year, part.factor))
            .collect();
        (!parts.is_empty()).then(|| format!("({}) \u{f7} {days}", parts.join(" + ")))
    }
}

pub(super) fn answer(footprint: &Footprint, line: &Line) -> LineAnswer {
    LineAnswer {
        block: line.block,
        scope: line.scope,
        item: line.item,
        label: format::item(line.item),
        quantity: Amount(line.quantity),
        unit: line.unit.clone(),
        energy_kwh: line.energy.map(Amount),
        energy_from: line.energy_from.clone(),
        price: line
            .price
            .as_ref()
            .map(|price| PriceAnswer::of(line, price)),
        lacks: missing_data(footprint, line),
    }
}

/// Why the line has no price or no energy, in sentences.
fn missing_data(footprint: &Footprint, line: &Line) -> Vec<String> {
    of_lines(footprint, &[line])
        .map(ToString::to_string)
        .collect()
}
