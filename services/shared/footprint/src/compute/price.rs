//! Lines: quantities of one kind added up, and priced once.

use std::collections::BTreeMap;

use events::MilligramsCo2e;
use polars::prelude::*;

use super::gather::Gathered;
use super::{Frame, Method};
use crate::factors::FactorRow;
use crate::message::{Block, Line, Price};

/// The statutory and the voluntary total of each footprint.
pub(super) type Totals = Vec<(MilligramsCo2e, MilligramsCo2e)>;

fn block_name(block: Block) -> &'static str {
    match block {
        Block::Statutory => "1 statutory",
        Block::Voluntary => "2 voluntary",
        Block::BelowLine => "3 below line",
        Block::MarketBased => "4 market-based",
    }
}

fn block_of(name: &str) -> Block {
    match name {
        "1 statutory" => Block::Statutory,
        "2 voluntary" => Block::Voluntary,
        "4 market-based" => Block::MarketBased,
        _ => Block::BelowLine,
    }
}

/// The lines of all footprints, in order: `frame, block, scope, item, unit, row, quantity, energy, factor, year,
/// provenance, co2e`. A quantity in millionths of a unit times kg per unit is milligrams, rounded once per line.
pub(super) fn lines(
    quantities: &[Gathered],
    frames: &[Frame<'_>],
    method: &Method,
) -> PolarsResult<DataFrame> {
    let added = frame_of(quantities)?
        .lazy()
        .group_by([
            col("frame"),
            col("block"),
            col("scope"),
            col("item"),
            col("unit"),
            col("row"),
        ])
        .agg([
            col("quantity").sum(),
            when(col("energy").count().gt(lit(0)))
                .then(col("energy").sum())
                .otherwise(lit(NULL))
                .alias("energy"),
        ]);
    let factors = factors(quantities, frames, method)?.lazy();
    let exact = col("quantity").cast(DataType::Float64) * col("factor");
    added
        .join(
            factors,
            [col("frame"), col("row")],
            [col("frame"), col("row")],
            JoinArgs::new(JoinType::Left),
        )
        // No quantity is negative, so adding a half and cutting rounds to the nearest milligram.
        .with_column((exact + lit(0.5)).cast(DataType::Int64).alias("co2e"))
        .sort(
            ["frame", "block", "scope", "item", "unit"],
            SortMultipleOptions::default(),
        )
        .collect()
}

fn frame_of(quantities: &[Gathered]) -> PolarsResult<DataFrame> {
    let text = |name: &str, of: fn(&Gathered) -> String| {
        Column::new(name.into(), quantities.iter().map(of).collect::<Vec<_>>())
    };
    DataFrame::new(
        quantities.len(),
        vec![
            Column::new(
                "frame".into(),
                quantities
                    .iter()
                    .map(|q| q.frame as u32)
                    .collect::<Vec<_>>(),
            ),
            text("block", |q| block_name(q.block).to_owned()),
            Column::new(
                "scope".into(),
                quantities
                    .iter()
                    .map(|q| u32::from(q.scope))
                    .collect::<Vec<_>>(),
            ),
            text("item", |q| q.item.clone()),
            text("unit", |q| q.unit.to_owned()),
            text("row", row_name),
            Column::new(
                "quantity".into(),
                quantities.iter().map(|q| q.quantity).collect::<Vec<_>>(),
            ),
            Column::new(
                "energy".into(),
                quantities.iter().map(|q| q.energy).collect::<Vec<_>>(),
            ),
        ],
    )
}

const NO_ROW: &str = "no row of the factor table";
const FREE: &str = "zero by method";

fn row_name(quantity: &Gathered) -> String {
    match &quantity.row {
        Some(row) => row.name(),
        None if quantity.free => FREE.to_owned(),
        None => NO_ROW.to_owned(),
    }
}

/// The factor of every row in every footprint's year.
fn factors(
    quantities: &[Gathered],
    frames: &[Frame<'_>],
    method: &Method,
) -> PolarsResult<DataFrame> {
    let mut needed: BTreeMap<(u32, String), Option<FactorRow>> = BTreeMap::new();
    for quantity in quantities {
        needed.insert((quantity.frame as u32, row_name(quantity)), quantity.row);
    }
    let (mut frame, mut row) = (Vec::new(), Vec::new());
    let (mut factor, mut year, mut provenance) = (Vec::new(), Vec::new(), Vec::new());
    for ((number, name), of) in needed {
        let wanted = frames
            .get(number as usize)
            .map_or(0, |frame| frame.period.majority_year());
        let found = of.and_then(|row| method.factors.find(&row, wanted, method.fallback));
        let free = name == FREE;
        frame.push(number);
        row.push(name);
        factor.push(if free {
            Some(0.0)
        } else {
            found.as_ref().map(|factor| factor.value)
        });
        year.push(if free {
            Some(wanted)
        } else {
            found.as_ref().map(|factor| factor.year)
        });
        provenance.push(found.map(|factor| factor.provenance));
    }
    DataFrame::new(
        frame.len(),
        vec![
            Column::new("frame".into(), frame),
            Column::new("row".into(), row),
            Column::new("factor".into(), factor),
            Column::new("year".into(), year),
            Column::new("provenance".into(), provenance),
        ],
    )
}

/// Sums of the priced lines per footprint.
pub(super) fn totals(lines: &DataFrame, frames: usize) -> PolarsResult<Totals> {
    let of = |block: Block| {
        when(col("block").eq(lit(block_name(block))))
            .then(col("co2e"))
            .otherwise(lit(0i64))
            .sum()
    };
    let sums = lines
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

/// The lines as they stand on each footprint.
pub(super) fn rows(lines: &DataFrame, frames: usize) -> PolarsResult<Vec<Vec<Line>>> {
    let text = |name: &str| lines.column(name).and_then(|column| column.str().cloned());
    let (block, item, unit) = (text("block")?, text("item")?, text("unit")?);
    let (row, provenance) = (text("row")?, text("provenance")?);
    let (frame, scope) = (lines.column("frame")?.u32()?, lines.column("scope")?.u32()?);
    let (quantity, energy) = (
        lines.column("quantity")?.i64()?,
        lines.column("energy")?.i64()?,
    );
    let (factor, co2e) = (lines.column("factor")?.f64()?, lines.column("co2e")?.i64()?);
    let year = lines.column("year")?.i32()?;
    let mut all = vec![Vec::new(); frames];
    for at in 0..lines.height() {
        let price = match (co2e.get(at), factor.get(at), year.get(at)) {
            (Some(co2e), Some(factor), Some(year)) => Some(Price {
                co2e: MilligramsCo2e(co2e),
                factor,
                year,
                blend: Vec::new(),
                row: row.get(at).unwrap_or_default().to_owned(),
                provenance: provenance.get(at).unwrap_or_default().to_owned(),
            }),
            _ => None,
        };
        let line = Line {
            block: block_of(block.get(at).unwrap_or_default()),
            scope: scope.get(at).unwrap_or_default() as u8,
            item: item.get(at).unwrap_or_default().to_owned(),
            quantity: quantity.get(at).unwrap_or_default(),
            unit: unit.get(at).unwrap_or_default().to_owned(),
            energy: energy.get(at),
            energy_from: None,
            price,
        };
        if let Some(lines) = all.get_mut(frame.get(at).unwrap_or_default() as usize) {
            lines.push(line);
        }
    }
    Ok(all)
}
