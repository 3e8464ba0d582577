//! The rows of the report in the DfE's order, for text, workbook and page alike.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Figure, Year};
use crate::words;

/// A row: what it says, and a figure of each year.
pub(crate) struct Row {
    /// Where the figure stands in the JSON; empty for a heading.
    pub cell: &'static str,
    text: &'static str,
    /// How it is written.
    pub style: Style,
    /// The figure.
    pub figure: fn(&Year) -> Option<Figure>,
    /// Left out where no year has it.
    optional: bool,
}

/// How a row is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Heading,
    Kwh,
    TotalKwh,
    Tonnes,
    TotalTonnes,
    Ratio,
    Count,
    Share,
}

impl Style {
    /// Whether it is a total.
    pub(crate) fn is_bold(self) -> bool {
        matches!(
            self,
            Style::Heading | Style::TotalKwh | Style::TotalTonnes | Style::Ratio
        )
    }

    /// The decimals it is shown with: those of a small ratio, as many as it needs.
    pub(crate) fn places(self, figure: &Figure) -> usize {
        let size = figure.number().unwrap_or(0.0).abs();
        match self {
            // Pupils of part-year members count by their days, and so not always whole.
            Style::Count => usize::from(size.fract() > 0.0),
            Style::Heading | Style::Kwh | Style::TotalKwh => 0,
            Style::Tonnes | Style::TotalTonnes => 2,
            Style::Share => 1,
            Style::Ratio if size >= 0.1 => 3,
            Style::Ratio if size >= 0.01 => 4,
            Style::Ratio => 8,
        }
    }
}

impl Row {
    /// What it says. The ratio is per pupil unless the report says what else.
    pub(crate) fn text(&self, years: &[Year]) -> Cow<'static, str> {
        let per = years.first().map_or("pupil", |year| &year.intensity.per);
        match (self.style, per) {
            (Style::Ratio, per) => format!("{} per {per}", self.text).into(),
            (Style::Count, per) if per != "pupil" => {
                format!("Denominator of the ratio ({per})").into()
            }
            _ => self.text.into(),
        }
    }

    /// Whether it has a place in a table of these years.
    pub(crate) fn is_shown(&self, years: &[Year]) -> bool {
        !self.optional || years.iter().any(|year| (self.figure)(year).is_some())
    }
}

const fn row(
    cell: &'static str,
    text: &'static str,
    style: Style,
    figure: fn(&Year) -> Option<Figure>,
) -> Row {
    Row {
        cell,
        text,
        style,
        figure,
        optional: false,
    }
}

const fn heading(text: &'static str) -> Row {
    row("", text, Style::Heading, |_| None)
}

const fn optional(row: Row) -> Row {
    Row {
        optional: true,
        ..row
    }
}

/// The table down to what stands below the gross line.
pub(crate) const ROWS: &[Row] = &[
    row(
        "energy_kwh.total",
        "Energy consumption used to calculate emissions (kWh)",
        Style::TotalKwh,
        |year| year.energy_kwh.total.clone(),
    ),
    heading("Energy consumption break down (kWh)"),
    row("energy_kwh.gas", "Gas", Style::Kwh, |year| {
        year.energy_kwh.gas.clone()
    }),
    row(
        "energy_kwh.electricity",
        "Electricity",
        Style::Kwh,
        |year| year.energy_kwh.electricity.clone(),
    ),
    optional(row(
        "energy_kwh.of_it_solar",
        "of it solar, used on site",
        Style::Kwh,
        |year| year.energy_kwh.of_it_solar.clone(),
    )),
    row(
        "energy_kwh.transport_fuel",
        "Transport fuel",
        Style::Kwh,
        |year| year.energy_kwh.transport_fuel.clone(),
    ),
    optional(row(
        "energy_kwh.other_heating_fuels",
        "Other heating fuels",
        Style::Kwh,
        |year| year.energy_kwh.other_heating_fuels.clone(),
    )),
    heading("Scope 1 emissions in metric tonnes CO2e"),
    row(
        "scope_1_tco2e.gas",
        "Gas consumption",
        Style::Tonnes,
        |year| year.scope_1_tco2e.gas.clone(),
    ),
    row(
        "scope_1_tco2e.owned_transport",
        "Owned transport \u{2013} mini-buses",
        Style::Tonnes,
        |year| year.scope_1_tco2e.owned_transport.clone(),
    ),
    optional(row(
        "scope_1_tco2e.other_fuels",
        "Other fuels",
        Style::Tonnes,
        |year| year.scope_1_tco2e.other_fuels.clone(),
    )),
    row(
        "scope_1_tco2e.total",
        "Total scope 1",
        Style::TotalTonnes,
        |year| year.scope_1_tco2e.total.clone(),
    ),
    heading("Scope 2 emissions in metric tonnes CO2e"),
    row(
        "scope_2_tco2e.purchased_electricity",
        "Purchased electricity (location-based)",
        Style::TotalTonnes,
        |year| year.scope_2_tco2e.purchased_electricity.clone(),
    ),
    heading("Scope 3 emissions in metric tonnes CO2e"),
    row(
        "scope_3_tco2e.employee_owned_vehicles",
        "Business travel in employee-owned vehicles",
        Style::TotalTonnes,
        |year| year.scope_3_tco2e.employee_owned_vehicles.clone(),
    ),
    row(
        "total_gross_tco2e",
        "Total gross emissions in metric tonnes CO2e",
        Style::TotalTonnes,
        |year| year.total_gross_tco2e.clone(),
    ),
    heading("Intensity ratio"),
    row("intensity.tco2e", "Tonnes CO2e", Style::Ratio, |year| {
        year.intensity.tco2e.clone()
    }),
    row(
        "intensity.count",
        "Pupils in the ratio",
        Style::Count,
        |year| year.intensity.count.clone(),
    ),
    optional(row(
        "intensity.gross_tco2e",
        "Gross emissions in the ratio, where schools are left out of it (t CO2e)",
        Style::Tonnes,
        |year| year.intensity.gross_tco2e.clone(),
    )),
    heading("What the figures rest on"),
    optional(row(
        "half_hours_present",
        "Half-hourly data present, of that expected",
        Style::Share,
        |year| {
            let (present, all) = (year.half_hours_present?, year.half_hours_expected?);
            (all > 0).then(|| Figure::Number(present as f64 / all as f64))
        },
    )),
    heading("Below the gross line, and beside it"),
    optional(row(
        "below_gross.exported_kwh",
        "Electricity exported to the grid (kWh)",
        Style::Kwh,
        |year| year.below_gross.exported_kwh.clone(),
    )),
    optional(row(
        "below_gross.exported_tco2e",
        "Electricity exported, at the grid\u{2019}s average (t CO2e)",
        Style::Tonnes,
        |year| year.below_gross.exported_tco2e.clone(),
    )),
    optional(row(
        "below_gross.net_tco2e",
        "Gross less exported electricity (t CO2e)",
        Style::Tonnes,
        |year| year.below_gross.net_tco2e.clone(),
    )),
    optional(row(
        "market_based_scope_2_tco2e",
        "Scope 2, market-based, beside the location-based (t CO2e)",
        Style::Tonnes,
        |year| year.market_based_scope_2_tco2e.clone(),
    )),
];

const VOLUNTARY: &str = "Voluntary scope 3: not part of the statutory total (t CO2e)";

/// A row of a report with what its years have.
pub(crate) struct ShownRow {
    pub text: String,
    pub style: Style,
    /// A figure per year; empty for a heading. None is "no data", never 0.
    pub figures: Vec<Option<Figure>>,
}

/// The rows that a table of these years has: those that are asked for, and of the others those that any year has.
pub(crate) fn shown(years: &[Year]) -> Vec<ShownRow> {
    let mut rows: Vec<ShownRow> = Vec::new();
    for row in ROWS.iter().filter(|row| row.is_shown(years)) {
        rows.push(ShownRow {
            text: row.text(years).into_owned(),
            style: row.style,
            figures: match row.style {
                Style::Heading => Vec::new(),
                _ => years.iter().map(row.figure).collect(),
            },
        });
    }
    rows.extend(voluntary(years));
    let is_heading = |row: Option<&ShownRow>| row.is_none_or(|row| row.style == Style::Heading);
    let alone: Vec<bool> = (0..rows.len())
        .map(|place| is_heading(rows.get(place)) && is_heading(rows.get(place + 1)))
        .collect();
    let mut alone = alone.into_iter();
    // A heading with nothing under it.
    rows.retain(|_| !alone.next().unwrap_or(false));
    rows
}

/// The voluntary block: every item that any year has, and their sum.
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
        figures: years.iter().map(|year| of(year, item)).collect(),
    });
    let total = |year: &Year| year.voluntary.total_tco2e.clone();
    let heading = ShownRow {
        text: VOLUNTARY.to_owned(),
        style: Style::Heading,
        figures: Vec::new(),
    };
    let sum = ShownRow {
        text: "Voluntary, together".to_owned(),
        style: Style::TotalTonnes,
        figures: years.iter().map(total).collect(),
    };
    if years.iter().all(|year| total(year).is_none()) && items.is_empty() {
        return Vec::new();
    }
    [heading].into_iter().chain(rows).chain([sum]).collect()
}

impl ShownRow {
    /// A figure as people read it.
    pub(crate) fn said(&self, figure: &Figure) -> String {
        let places = self.style.places(figure);
        match (self.style, figure) {
            (Style::Share, Figure::Number(share)) => words::percent(*share, places as i32),
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
        assert!(figures.into_iter().all(Option::is_none));
    }

    #[test]
    fn a_ratio_too_small_for_three_decimals_keeps_its_digits() {
        let said = |ratio: f64| {
            let figure = Figure::Number(ratio);
            figure.shown(Style::Ratio.places(&figure))
        };
        assert_eq!(said(0.231_639), "0.232");
        assert_eq!(said(0.000_712_98), "0.00071298");
    }
}
