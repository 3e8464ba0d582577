//! Lines: quantities of one kind are added up, and priced once.

mod factors;
mod rows;

use events::MilligramsCo2e;
use polars::prelude::*;

use super::{Frame, Method};
use crate::compute::activity_data::ActivityData;
use crate::line::Block;

pub(super) use factors::chosen;
use factors::{Prices, priced};
pub(super) use rows::{Priced, rows};

/// The statutory and the voluntary total of each footprint.
pub(super) type Totals = Vec<(MilligramsCo2e, MilligramsCo2e)>;

/// The lines of all footprints, and their prices.
pub(super) struct Lines {
    /// In order: `frame, block, scope, item, unit, price, quantity, factor, same, content, co2e, energy`.
    frame: DataFrame,
    prices: Prices,
}

/// Adds up quantities of the same kind and prices the sum. Millionths of a unit times kg per unit are milligrams, and times kWh
/// per unit are milliwatt-hours; both are rounded once per line.
pub(super) fn lines(
    quantities: &[ActivityData],
    frames: &[Frame<'_>],
    method: &Method,
) -> PolarsResult<Lines> {
    let prices = priced(quantities, frames, method);
    let added = frame_of(quantities, &prices)?
        .lazy()
        .group_by([
            col("frame"),
            col("block"),
            col("scope"),
            col("item"),
            col("unit"),
            col("price"),
        ])
        .agg([col("quantity").sum()]);
    // No quantity is negative, so adding a half and truncating rounds to the nearest.
    let times = |factor: &str| {
        let exact = col("quantity").cast(DataType::Float64) * col(factor);
        (exact + lit(0.5)).cast(DataType::Int64)
    };
    let energy = when(col("same"))
        .then(col("quantity"))
        .otherwise(times("content"));
    let frame = added
        .join(
            prices.frame()?.lazy(),
            [col("price")],
            [col("price")],
            JoinArgs::new(JoinType::Left),
        )
        .with_columns([times("factor").alias("co2e"), energy.alias("energy")])
        .sort(
            ["frame", "block", "scope", "item", "unit", "price"],
            SortMultipleOptions::default(),
        )
        .collect()?;
    Ok(Lines { frame, prices })
}

fn frame_of(quantities: &[ActivityData], prices: &Prices) -> PolarsResult<DataFrame> {
    let text = |name: &str, of: fn(&ActivityData) -> &str| {
        Column::new(name.into(), quantities.iter().map(of).collect::<Vec<_>>())
    };
    let number = |name: &str, of: fn(&ActivityData) -> u32| {
        Column::new(name.into(), quantities.iter().map(of).collect::<Vec<_>>())
    };
    DataFrame::new(
        quantities.len(),
        vec![
            number("frame", |q| q.frame as u32),
            number("block", |q| q.block as u32),
            number("scope", |q| u32::from(q.scope)),
            text("item", |q| q.item.as_str()),
            text("unit", |q| q.unit),
            Column::new(
                "price".into(),
                quantities
                    .iter()
                    .map(|q| prices.number_of(q))
                    .collect::<Vec<_>>(),
            ),
            Column::new(
                "quantity".into(),
                quantities.iter().map(|q| q.quantity).collect::<Vec<_>>(),
            ),
        ],
    )
}

/// Sums of the priced lines per footprint.
pub(super) fn totals(lines: &Lines, frames: usize) -> PolarsResult<Totals> {
    let of = |block: Block| {
        when(col("block").eq(lit(block as u32)))
            .then(col("co2e"))
            .otherwise(lit(0i64))
            .sum()
    };
    let sums = lines
        .frame
        .clone()
        .lazy()
        .group_by([col("frame")])
        .agg([
            of(Block::Statutory).alias("statutory"),
            of(Block::Voluntary).alias("voluntary"),
        ])
        .collect()?;
    let (frame, statutory) = (
        sums.column("frame")?.u32()?,
        sums.column("statutory")?.i64()?,
    );
    let voluntary = sums.column("voluntary")?.i64()?;
    let mut totals = vec![(MilligramsCo2e(0), MilligramsCo2e(0)); frames];
    for row in 0..sums.height() {
        let number = frame.get(row).unwrap_or_default() as usize;
        if let Some(total) = totals.get_mut(number) {
            *total = (
                MilligramsCo2e(statutory.get(row).unwrap_or_default()),
                MilligramsCo2e(voluntary.get(row).unwrap_or_default()),
            );
        }
    }
    Ok(totals)
}
