//! A figure: its value, what it is made of, and the lines it adds up.

mod at_baseline;
mod line;
mod parts;

use footprint::{Block, Footprint, Item, Line};
use serde::Serialize;
use utoipa::ToSchema;

use super::Amount;
use crate::explain::figure_name::{Figure, label};

pub(super) use at_baseline::parts as at_baseline;
pub use line::{LineAnswer, PriceAnswer};
use parts::parts;

/// A figure and what it is made of.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FigureAnswer {
    /// The name used to ask for it.
    pub name: String,
    /// Its name as people read it.
    pub label: String,
    /// Its value; none if it is not known, which is not zero.
    pub value: Option<f64>,
    /// The data that the figure still needs, one clause each; empty if there is enough.
    pub missing_data: Vec<String>,
    /// The unit of the value; empty if it has none.
    pub unit: String,
    /// How it is calculated, in a sentence.
    pub made: String,
    /// The numbers it is made of.
    pub parts: Vec<PartAnswer>,
    /// The lines that it adds up; for a line, that line itself.
    pub lines: Vec<LineAnswer>,
    /// Its energy by calendar month, where meters measure it.
    pub months: Vec<MonthOfFigure>,
}

/// A number that a figure is made of.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PartAnswer {
    /// The name of the number.
    pub name: String,
    /// Its value; none if it is not known.
    pub value: Option<f64>,
    /// Its unit; empty for a count.
    pub unit: String,
    /// A remark that belongs beside it.
    pub note: Option<String>,
    /// The name of the figure that explains this number; none if the number is not a figure.
    pub figure: Option<String>,
}

/// The energy of a figure in one calendar month.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
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
    let breakdown = parts(footprint, figure);
    FigureAnswer {
        name: name.to_owned(),
        label: label(name, figure),
        value: breakdown.value,
        missing_data: match figure {
            Figure::Intensity => footprint.sufficiency.clauses(),
            _ => Vec::new(),
        },
        unit: breakdown.unit,
        made: breakdown.description,
        parts: breakdown.parts,
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

/// Footprints store energy by month under the name of the measured use.
fn months(footprint: &Footprint, name: &str, figure: &Figure<'_>) -> Vec<MonthOfFigure> {
    let Some(first) = figure.measured().first().copied() else {
        return Vec::new();
    };
    if !matches!(figure, Figure::Lines(_)) {
        return Vec::new();
    }
    let item = if name == Item::Export.as_str() {
        Item::Export
    } else {
        Item::of_fuel(first.fuel)
    };
    let of_item = footprint.months.iter().filter(|month| month.item == item);
    of_item
        .map(|month| MonthOfFigure {
            month: month.month.clone(),
            energy: Amount(month.energy),
        })
        .collect()
}
