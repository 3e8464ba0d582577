//! The sums that rows state of their values.

use super::super::cells::{means_none, number};
use super::super::table::{Row, Table};
use super::Reader;

impl Reader<'_, '_> {
    /// Notes a row whose values do not add up to the total that it states.
    pub(super) fn check_total(&mut self, table: &Table<'_>, at: &Row<'_>) {
        let Some(column) = &self.columns.total else {
            return;
        };
        let read = |text: &str| number(text, table.may_part_thousands());
        let stated = table.field(column).filter(|text| !means_none(text));
        let Some((text, stated)) = stated.and_then(|text| Some((text, read(text)?))) else {
            return;
        };
        let values = self.columns.values.iter();
        let texts = values.filter_map(|value| table.field(&value.column));
        let texts: Vec<&str> = texts.filter(|text| !means_none(text)).collect();
        let Some(known) = texts
            .iter()
            .map(|text| read(text))
            .collect::<Option<Vec<f64>>>()
        else {
            return;
        };
        // Each value and the total may have been rounded to its last place.
        let finest = texts.iter().map(|text| rounding(text));
        let finest = finest.fold(0.5, f64::min);
        let tolerance = rounding(text) + known.len() as f64 * finest;
        let sum: f64 = known.iter().sum();
        if (sum - stated).abs() > tolerance {
            self.sheet.totals_off.push(format!(
                "line {}: {} says {text}, and the values add up to {}",
                at.line,
                column.name,
                (sum * 1e6).round() / 1e6
            ));
        }
    }
}

/// The most by which rounding to the last decimal of this number can have changed it.
fn rounding(text: &str) -> f64 {
    let decimals = text
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    0.5 * 10f64.powi(-i32::try_from(decimals).unwrap_or(i32::MAX))
}
