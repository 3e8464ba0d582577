//! A figure: its value, what it is made of, and the lines it adds up.

mod at_baseline;
mod line;
mod parts;

use footprint::{Block, Footprint, Line};
use serde::Serialize;

use super::Amount;
use crate::explain::figure_name::{Figure, label};

pub(super) use at_baseline::parts as at_baseline;
pub use line::{LineAnswer, PriceAnswer};
use parts::parts;

/// A figure and what it is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FigureAnswer {
    /// Its name, as it is asked for.
    pub name: String,
    /// Its name as people read it.
    pub label: String,
    /// Its value; none where it is not known, which is not zero.
    pub value: Option<f64>,
    /// What is missing where there is not enough data for it, one clause each; else empty.
    pub missing_data: Vec<String>,
    /// The unit of the value; empty for what has none.
    pub unit: String,
    /// How it is made, in a sentence.
    pub made: String,
    /// The numbers it is made of.
    pub parts: Vec<PartAnswer>,
    /// The lines it adds up, or is.
    pub lines: Vec<LineAnswer>,
    /// Its energy by calendar month, where meters measure it.
    pub months: Vec<MonthOfFigure>,
}

/// A number that a figure is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartAnswer {
    /// What it is.
    pub name: String,
    /// Its value; none where it is not known.
    pub value: Option<f64>,
    /// Its unit; empty for a count.
    pub unit: String,
    /// What has to be said of it.
    pub said: Option<String>,
    /// The figure to ask about it by; none where it is none of its own.
    pub figure: Option<String>,
}

/// The energy of a figure in one calendar month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MonthOfFigure {
    /// `2026-03`.
    pub month: String,
    /// In kWh.
    pub energy: Amount,
}

/// The figure called `name`.
pub(super) fn figure(footprint: &Footprint, name: &str, figure: &Figure<'_>) -> FigureAnswer {
    let lines: Vec<&Line> = match figure {
        Figure::Intensity | Figure::Gross => of_block(footprint, Block::Statutory),
        Figure::Voluntary => of_block(footprint, Block::Voluntary),
        Figure::Lines(lines) => lines.clone(),
        _ => Vec::new(),
    };
    let made = parts(footprint, figure);
    FigureAnswer {
        name: name.to_owned(),
        label: label(name, figure),
        value: made.value,
        missing_data: match figure {
            Figure::Intensity => footprint.sufficiency.clauses(),
            _ => Vec::new(),
        },
        unit: made.unit,
        made: made.said,
        parts: made.parts,
        lines: lines
            .into_iter()
            .map(|line| line::answer(footprint, line))
            .collect(),
        months: months(footprint, name, figure),
    }
}

fn of_block(footprint: &Footprint, block: Block) -> Vec<&Line> {
    let lines = footprint.lines.iter();
    lines.filter(|line| line.block == block).collect()
}

/// Footprints keep energy by month under the name of what was measured.
fn months(footprint: &Footprint, name: &str, figure: &Figure<'_>) -> Vec<MonthOfFigure> {
    let Some(first) = figure.measured().first().copied() else {
        return Vec::new();
    };
    if !matches!(figure, Figure::Lines(_)) {
        return Vec::new();
    }
    let item = if name == "export" {
        "export"
    } else {
        first.fuel.as_str()
    };
    let of_item = footprint.months.iter().filter(|month| month.item == item);
    of_item
        .map(|month| MonthOfFigure {
            month: month.month.clone(),
            energy: Amount(month.energy),
        })
        .collect()
}
