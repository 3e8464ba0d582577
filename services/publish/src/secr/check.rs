//! Whether a report agrees with itself. Published tables have typing errors and totals that do not add up, so each such
//! case is a warning and none is an error.

mod across;
mod factors;
mod plausible;
mod ratio;
mod sums;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::figure::Decimal;
use super::rows::{ROWS, Row};
use super::{Figure, Report, Year};

/// Something in a report that does not agree with the rest of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SecrWarning)]
pub struct Warning {
    /// The year's label.
    pub year: String,
    /// The path of the cell in the JSON, such as `scope_1_tco2e.total`.
    pub cell: String,
    /// The text of its row.
    pub row: String,
    /// The kind of inconsistency.
    pub kind: WarningKind,
    /// The value in the cell.
    pub found: String,
    /// The expected value, if it can be stated.
    #[serde(default)]
    pub expected: Option<String>,
    /// The explanation, in a sentence.
    pub text: String,
}

/// The kinds of inconsistency: not a number, not the sum of its parts, not energy times factor, not gross over count, another unit,
/// implausible, or a change whose parts do not add up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SecrWarningKind)]
pub enum WarningKind {
    /// The value cannot be read as a number.
    Number,
    /// The value is not the sum, or difference, of its parts.
    Sum,
    /// The value is not its energy times its factor.
    Factor,
    /// The value is not the gross over the count.
    Ratio,
    /// The value seems to be in another unit: kilograms instead of tonnes.
    Unit,
    /// The value is implausibly large or small.
    Plausible,
    /// The parts of the change do not add up to the change.
    Change,
}

/// The inconsistencies of a report, year by year and in the order of its rows; empty if it agrees with itself.
pub fn check(report: &Report) -> Vec<Warning> {
    let mut all = Vec::new();
    for year in &report.years {
        let column = Column { year };
        all.extend(numbers(column));
        all.extend(sums::check(column));
        all.extend(factors::check(column));
        all.extend(ratio::check(column));
        all.extend(plausible::check(column));
    }
    all.extend(across::check(report));
    all
}

/// A year under check.
#[derive(Clone, Copy)]
struct Column<'a> {
    year: &'a Year,
}

impl Column<'_> {
    /// A figure as a decimal, if it can be read. An unreadable figure is reported once, and not again wherever it is used.
    fn decimal(self, figure: Option<&Figure>) -> Option<Decimal> {
        figure?.decimal().ok()
    }

    fn warn(
        self,
        cell: &str,
        kind: WarningKind,
        found: &Figure,
        expected: Option<String>,
        text: String,
    ) -> Warning {
        Warning {
            year: self.year.label.clone(),
            cell: cell.to_owned(),
            row: row_text(cell, self.year),
            kind,
            found: as_written(found),
            expected,
            text,
        }
    }
}

fn row(cell: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.cell == cell)
}

fn row_text(cell: &str, year: &Year) -> String {
    row(cell).map_or_else(
        // The voluntary block has different rows in every report.
        || super::rows::VOLUNTARY_TOTAL.to_owned(),
        |row| row.text(std::slice::from_ref(year)).into_owned(),
    )
}

/// A figure as written: a text as published, a number with all its decimals.
fn as_written(figure: &Figure) -> String {
    match (figure, figure.decimal()) {
        (Figure::Written(text), _) => text.clone(),
        (Figure::Number(_), Ok(decimal)) => decimal.shown(),
        (Figure::Number(number), Err(_)) => number.to_string(),
    }
}

/// Cells that are not numbers, or are negative.
fn numbers(column: Column<'_>) -> Vec<Warning> {
    let mut all = Vec::new();
    for row in ROWS {
        let Some(figure) = (row.figure)(column.year) else {
            continue;
        };
        let fault = match figure.decimal() {
            Err(why) => Some(why),
            // Only the net can be negative: if more was exported than emitted.
            Ok(decimal) if decimal.billionths < 0 && row.cell != "below_gross.net_tco2e" => {
                Some("is less than nothing".to_owned())
            }
            Ok(_) => None,
        };
        if let Some(why) = fault {
            let text = format!("{} {why}", as_written(&figure));
            all.push(column.warn(row.cell, WarningKind::Number, &figure, None, text));
        }
    }
    all
}

#[cfg(test)]
mod tests;
