//! The rows that every report has, in the DfE's order.

use std::borrow::Cow;

use super::Style;
use crate::secr::{Figure, Year};

/// A row: its text, and the figure of each year.
pub(crate) struct Row {
    /// The path of the figure in the JSON; empty for a heading.
    pub cell: &'static str,
    text: &'static str,
    /// The number format.
    pub style: Style,
    /// Reads the figure from a year.
    pub figure: fn(&Year) -> Option<Figure>,
    /// Whether the row is left out if no year has a figure.
    optional: bool,
}

impl Row {
    /// The text of the row. The ratio is per pupil unless the report states another unit.
    pub(crate) fn text(&self, years: &[Year]) -> Cow<'static, str> {
        let per = years.first().map_or("pupil", |year| &year.intensity.per);
        match (self.style, per) {
            (Style::Ratio | Style::PartialRatio, per) => format!("{} per {per}", self.text).into(),
            (Style::Count, per) if per != "pupil" => {
                format!("Denominator of the ratio ({per})").into()
            }
            _ => self.text.into(),
        }
    }

    /// Whether the row is shown in a table of these years.
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

/// The row of a figure, whose path is also its cell.
macro_rules! row {
    ($style:ident, $text:literal, $first:ident $(. $rest:ident)*) => {
        row(
            concat!(stringify!($first) $(, ".", stringify!($rest))*),
            $text,
            Style::$style,
            |year| year.$first$(.$rest)*.clone(),
        )
    };
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

/// The table, down to the rows below the gross line.
pub(crate) const ROWS: &[Row] = &[
    row!(
        TotalKwh,
        "Energy consumption used to calculate emissions (kWh)",
        energy_kwh.total
    ),
    heading("Energy consumption break down (kWh)"),
    row!(Kwh, "Gas", energy_kwh.gas),
    row!(Kwh, "Electricity", energy_kwh.electricity),
    optional(row!(
        Kwh,
        "of which solar used on site",
        energy_kwh.of_it_solar
    )),
    row!(Kwh, "Transport fuel", energy_kwh.transport_fuel),
    optional(row!(
        Kwh,
        "Other heating fuels",
        energy_kwh.other_heating_fuels
    )),
    heading("Scope 1 emissions in metric tonnes CO2e"),
    row!(Tonnes, "Gas consumption", scope_1_tco2e.gas),
    row!(
        Tonnes,
        "Owned transport \u{2013} mini-buses",
        scope_1_tco2e.owned_transport
    ),
    optional(row!(Tonnes, "Other fuels", scope_1_tco2e.other_fuels)),
    row!(TotalTonnes, "Total scope 1", scope_1_tco2e.total),
    heading("Scope 2 emissions in metric tonnes CO2e"),
    row!(
        TotalTonnes,
        "Purchased electricity (location-based)",
        scope_2_tco2e.purchased_electricity
    ),
    heading("Scope 3 emissions in metric tonnes CO2e"),
    row!(
        TotalTonnes,
        "Business travel in employee-owned vehicles",
        scope_3_tco2e.employee_owned_vehicles
    ),
    row!(
        TotalTonnes,
        "Total gross emissions in metric tonnes CO2e",
        total_gross_tco2e
    ),
    heading("Intensity ratio"),
    row!(Ratio, "Tonnes CO2e", intensity.tco2e),
    optional(row!(
        Ratio,
        "At the factors of the baseline: tonnes CO2e",
        intensity.at_baseline_factors_tco2e
    )),
    optional(row!(
        PartialRatio,
        "Partial, of the data that came: tonnes CO2e",
        intensity.partial_tco2e
    )),
    row!(Count, "Pupils in the ratio", intensity.count),
    optional(row!(
        Tonnes,
        "Gross emissions in the ratio, where schools are left out of it (t CO2e)",
        intensity.gross_tco2e
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
    heading("Below and beside the gross total"),
    optional(row!(
        Kwh,
        "Electricity exported to the grid (kWh)",
        below_gross.exported_kwh
    )),
    optional(row!(
        Tonnes,
        "Electricity exported, at the grid\u{2019}s average (t CO2e)",
        below_gross.exported_tco2e
    )),
    optional(row!(
        Tonnes,
        "Gross less exported electricity (t CO2e)",
        below_gross.net_tco2e
    )),
    optional(row!(
        Tonnes,
        "Scope 2, market-based, beside the location-based (t CO2e)",
        market_based_scope_2_tco2e
    )),
];
