//! Checks that the ratio is the gross over the count: tonnes over pupils, never the reverse.

use super::{Column, Warning, WarningKind, as_written};
use crate::format;

const CELL: &str = "intensity.tco2e";

pub(super) fn check(column: Column<'_>) -> Option<Warning> {
    let intensity = &column.year.intensity;
    let figure = intensity.tco2e.as_ref()?;
    let of = intensity.gross_tco2e.as_ref();
    let of = of.or(column.year.total_gross_tco2e.as_ref());
    let (stated, gross) = (column.decimal(Some(figure))?, column.decimal(of)?);
    let count_figure = intensity.count.as_ref()?;
    let count = column.decimal(Some(count_figure))?.number();
    if count <= 0.0 {
        return None;
    }
    let expected = gross.number() / count;
    let steps = stated.half_a_step() as f64 + gross.half_a_step() as f64 / count;
    // Numbers are kept to nine decimals.
    let slack = steps / 1e9 + 1e-9;
    if (stated.number() - expected).abs() <= slack {
        return None;
    }
    let places = stated.places.clamp(2, 9) as usize;
    let text = format!(
        "{} t over {} ({}) is {}",
        gross.shown(),
        as_written(count_figure),
        intensity.per,
        format::decimal(expected, places)
    );
    let expected = Some(format::decimal(expected, places));
    Some(column.warn(CELL, WarningKind::Ratio, figure, expected, text))
}
