//! The rows of the report in the DfE's order, for text, workbook and page alike.

mod rounded;
mod table;

use std::collections::BTreeMap;

use super::{Figure, Year};
use crate::format;

pub(crate) use table::{ROWS, Row};

/// How a row is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Heading,
    Kwh,
    TotalKwh,
    Tonnes,
    TotalTonnes,
    Ratio,
    PartialRatio,
    Count,
    Share,
}

impl Style {
    /// Whether the row is a total, which is set in bold.
    pub(crate) fn is_bold(self) -> bool {
        matches!(
            self,
            Style::Heading | Style::TotalKwh | Style::TotalTonnes | Style::Ratio
        )
    }

    /// The decimals it is shown with; a small ratio gets as many as it needs.
    pub(crate) fn places(self, figure: &Figure) -> usize {
        let size = figure.number().unwrap_or(0.0).abs();
        match self {
            // Pupils of part-year members count by their days, so the sum is not always a whole number.
            Style::Count => usize::from(size.fract() > 0.0),
            Style::Heading | Style::Kwh | Style::TotalKwh => 0,
            Style::Tonnes | Style::TotalTonnes => 2,
            Style::Share => 1,
            Style::Ratio | Style::PartialRatio if size >= 0.1 => 3,
            Style::Ratio | Style::PartialRatio if size >= 0.01 => 4,
            Style::Ratio | Style::PartialRatio => 8,
        }
    }
}

const VOLUNTARY: &str = "Voluntary scope 3: not part of the statutory total (t CO2e)";

/// The text of the row with the sum of the voluntary block.
pub(super) const VOLUNTARY_TOTAL: &str = "Total voluntary";

/// A row of a report with the values of its years.
pub(crate) struct ShownRow {
    pub text: String,
    pub style: Style,
    /// A figure per year; empty for a heading.
    pub figures: Vec<Cell>,
}

/// The value of a year in a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// A figure.
    Figure(Figure),
    /// Nothing is known: not the same as 0.
    NoData,
    /// Too little data arrived for a figure.
    NotEnoughData,
}

impl Cell {
    /// The text shown if there is no figure.
    pub(crate) fn absent(&self) -> Option<&'static str> {
        match self {
            Cell::Figure(_) => None,
            Cell::NoData => Some("no data"),
            Cell::NotEnoughData => Some("not enough data"),
        }
    }
}

impl From<Option<Figure>> for Cell {
    fn from(figure: Option<Figure>) -> Self {
        figure.map_or(Cell::NoData, Cell::Figure)
    }
}

/// The value of a year in a row of the table.
fn cell(row: &Row, year: &Year) -> Cell {
    let lacks = row.style == Style::Ratio && year.intensity.not_enough_data.is_some();
    match (row.figure)(year) {
        None if lacks => Cell::NotEnoughData,
        figure => figure.into(),
    }
}

/// The rows of a table of these years: the required rows, and each optional row that any year has. Figures under a total
/// are rounded so that they add up to the total as it is shown.
pub(crate) fn shown(years: &[Year]) -> Vec<ShownRow> {
    let years: &[Year] = &years.iter().map(rounded::rounded).collect::<Vec<_>>();
    let mut rows: Vec<ShownRow> = Vec::new();
    for row in ROWS.iter().filter(|row| row.is_shown(years)) {
        rows.push(ShownRow {
            text: row.text(years).into_owned(),
            style: row.style,
            figures: match row.style {
                Style::Heading => Vec::new(),
                _ => years.iter().map(|year| cell(row, year)).collect(),
            },
        });
    }
    rows.extend(voluntary(years));
    let is_heading = |row: Option<&ShownRow>| row.is_none_or(|row| row.style == Style::Heading);
    let alone: Vec<bool> = (0..rows.len())
        .map(|place| is_heading(rows.get(place)) && is_heading(rows.get(place + 1)))
        .collect();
    let mut alone = alone.into_iter();
    // Drops a heading without rows under it.
    rows.retain(|_| !alone.next().unwrap_or(false));
    rows
}

/// The voluntary block: every item of any year, and their sum.
fn voluntary(years: &[Year]) -> Vec<ShownRow> {
    let items: BTreeMap<&str, &str> = years
        .iter()
        .flat_map(|year| &year.voluntary.lines)
        .map(|line| (line.item.as_str(), line.label.as_str()))
        .collect();
    let of = |year: &Year, item: &str| {
        let mut lines = year.voluntary.lines.iter();
        lines.find(|line| line.item == item)?.tco2e.clone()
    };
    let rows = items.iter().map(|(item, label)| ShownRow {
        text: (*label).to_owned(),
        style: Style::Tonnes,
        figures: years.iter().map(|year| of(year, item).into()).collect(),
    });
    let total = |year: &Year| year.voluntary.total_tco2e.clone();
    let heading = ShownRow {
        text: VOLUNTARY.to_owned(),
        style: Style::Heading,
        figures: Vec::new(),
    };
    let sum = ShownRow {
        text: VOLUNTARY_TOTAL.to_owned(),
        style: Style::TotalTonnes,
        figures: years.iter().map(|year| total(year).into()).collect(),
    };
    if years.iter().all(|year| total(year).is_none()) && items.is_empty() {
        return Vec::new();
    }
    [heading].into_iter().chain(rows).chain([sum]).collect()
}

impl ShownRow {
    /// A cell as people read it.
    pub(crate) fn text_of(&self, cell: &Cell) -> String {
        match cell {
            Cell::Figure(figure) => self.figure_text(figure),
            absent => absent.absent().unwrap_or_default().to_owned(),
        }
    }

    /// A figure as people read it.
    pub(crate) fn figure_text(&self, figure: &Figure) -> String {
        let places = self.style.places(figure);
        match (self.style, figure) {
            (Style::Share, Figure::Number(share)) => format::percent(*share, places as i32),
            _ => figure.shown(places),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_with_nothing_under_it_is_left_out_and_a_missing_figure_is_not_nought() {
        let rows = shown(&[Year::default()]);
        let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
        assert!(!texts.contains(&"What the figures rest on") && !texts.contains(&VOLUNTARY));
        assert!(texts.contains(&"Owned transport \u{2013} mini-buses"));
        let figures = rows.iter().flat_map(|row| &row.figures);
        assert!(figures.into_iter().all(|cell| *cell == Cell::NoData));
    }

    #[test]
    fn a_ratio_too_small_for_three_decimals_keeps_its_digits() {
        let shown = |ratio: f64| {
            let figure = Figure::Number(ratio);
            figure.shown(Style::Ratio.places(&figure))
        };
        assert_eq!(shown(0.231_639), "0.232");
        assert_eq!(shown(0.000_712_98), "0.00071298");
    }
}
