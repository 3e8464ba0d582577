//! Carbon that is implausible for its energy: another unit, or a digit too many.

use super::factors::bought;
use super::{Column, Warning, WarningKind};
use crate::format;
use crate::secr::Figure;
use crate::secr::figure::Decimal;

/// Bounds of kg CO2e per kWh that the energy used by schools stays within: published factors of 2018 to 2026 lie between
/// 0.182 and 0.184 for gas, and between 0.131 and 0.283 for electricity (DESNZ).
struct Bounds {
    cell: &'static str,
    least: f64,
    most: f64,
}

const GAS: Bounds = Bounds {
    cell: "scope_1_tco2e.gas",
    least: 0.15,
    most: 0.25,
};
const ELECTRICITY: Bounds = Bounds {
    cell: "scope_2_tco2e.purchased_electricity",
    least: 0.05,
    most: 0.6,
};
/// All energy together, including own solar electricity at zero.
const GROSS: Bounds = Bounds {
    cell: "total_gross_tco2e",
    least: 0.02,
    most: 0.6,
};

/// A factor of about a thousand means another unit, not an arithmetic error; from this factor on it may be one.
const NEARLY_A_THOUSAND: f64 = 100.0;

pub(super) fn check(column: Column<'_>) -> Vec<Warning> {
    let year = column.year;
    let kwh = |figure: Option<&Figure>| column.decimal(figure);
    [
        within(
            column,
            &GAS,
            year.scope_1_tco2e.gas.as_ref(),
            kwh(year.energy_kwh.gas.as_ref()),
        ),
        within(
            column,
            &ELECTRICITY,
            year.scope_2_tco2e.purchased_electricity.as_ref(),
            bought(column),
        ),
        within(
            column,
            &GROSS,
            year.total_gross_tco2e.as_ref(),
            kwh(year.energy_kwh.total.as_ref()),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn within(
    column: Column<'_>,
    bounds: &Bounds,
    tonnes: Option<&Figure>,
    kwh: Option<Decimal>,
) -> Option<Warning> {
    let (figure, kwh) = (tonnes?, kwh?.number());
    let tonnes = column.decimal(Some(figure))?.number();
    if kwh <= 0.0 {
        return None;
    }
    let implied = tonnes * 1000.0 / kwh;
    let (kind, like) = match () {
        () if implied > bounds.most * NEARLY_A_THOUSAND => {
            (WarningKind::Unit, ": this looks like kilograms, not tonnes")
        }
        () if implied < bounds.least / NEARLY_A_THOUSAND => (
            WarningKind::Unit,
            ": this looks like thousands of tonnes, or energy in another unit than kWh",
        ),
        () if implied > bounds.most || implied < bounds.least => (WarningKind::Plausible, ""),
        () => return None,
    };
    let text = format!(
        "it makes {} kg per kWh, and published factors leave between {} and {}{like}",
        format::decimal(implied, if implied < 0.01 { 6 } else { 3 }),
        bounds.least,
        bounds.most
    );
    Some(column.warn(bounds.cell, kind, figure, None, text))
}
