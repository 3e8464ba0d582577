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
        "of which solar used on site",
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
    optional(row(
        "intensity.at_baseline_factors_tco2e",
        "At the factors of the baseline: tonnes CO2e",
        Style::Ratio,
        |year| year.intensity.at_baseline_factors_tco2e.clone(),
    )),
    optional(row(
        "intensity.partial_tco2e",
        "Partial, of the data that came: tonnes CO2e",
        Style::PartialRatio,
        |year| year.intensity.partial_tco2e.clone(),
    )),
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
    heading("Below and beside the gross total"),
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
