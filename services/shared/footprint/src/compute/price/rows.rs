//! The lines as each footprint shows them, and the notes about their prices.

use std::collections::BTreeMap;

use events::MilligramsCo2e;
use polars::prelude::*;

use super::Lines;
use super::factors::PriceOf;
use crate::item::Item;
use crate::line::{Block, Line, Price};

/// A line, with its price or the reason why it has none.
pub(in super::super) struct Priced {
    pub line: Line,
    pub price: PriceOf,
}

/// The lines of each footprint, in order.
pub(in super::super) fn rows(lines: &Lines, frames: usize) -> PolarsResult<Vec<Vec<Priced>>> {
    let table = &lines.frame;
    let text = |name: &str| table.column(name).and_then(|column| column.str().cloned());
    let (item, unit) = (text("item")?, text("unit")?);
    let number = |name: &str| table.column(name).and_then(|column| column.u32().cloned());
    let (frame, block, scope) = (number("frame")?, number("block")?, number("scope")?);
    let price = number("price")?;
    let (quantity, energy) = (
        table.column("quantity")?.i64()?,
        table.column("energy")?.i64()?,
    );
    let co2e = table.column("co2e")?.i64()?;
    let mut all: Vec<Vec<Priced>> = (0..frames).map(|_| Vec::new()).collect();
    for at in 0..table.height() {
        let (Some(lines_of), Some(block), Some(price), Some(item)) = (
            all.get_mut(frame.get(at).unwrap_or_default() as usize),
            block
                .get(at)
                .and_then(|place| Block::ALL.get(place as usize)),
            lines.prices.get(price.get(at).unwrap_or(u32::MAX)),
            item.get(at).and_then(Item::parse),
        ) else {
            continue;
        };
        let line = Line {
            block: *block,
            scope: scope.get(at).unwrap_or_default() as u8,
            item,
            quantity: quantity.get(at).unwrap_or_default(),
            unit: unit.get(at).unwrap_or_default().to_owned(),
            energy: energy.get(at),
            energy_from: price.content.as_ref().map(|content| content.text.clone()),
            price: co2e
                .get(at)
                .and_then(|co2e| price_of(price, MilligramsCo2e(co2e))),
            factor_by_year: match block {
                Block::Statutory => price.factor_by_year.as_ref().clone(),
                _ => BTreeMap::new(),
            },
        };
        lines_of.push(Priced {
            line,
            price: price.clone(),
        });
    }
    Ok(all)
}

fn price_of(price: &PriceOf, co2e: MilligramsCo2e) -> Option<Price> {
    let chosen = price.factor.as_ref()?;
    Some(Price {
        co2e,
        factor: chosen.value,
        year: chosen.year,
        wanted_year: chosen.wanted,
        blend: chosen.blend.clone(),
        row: price.row.clone(),
        sources: chosen.sources.clone(),
    })
}
