//! Carbon against energy times factor, if the report states the factor.

use super::{Column, Warning, WarningKind};
use crate::format;
use crate::secr::Figure;
use crate::secr::figure::Decimal;

/// Rounding a line to the milligram, once per school, adds up to less than a gram.
const ROUNDED: f64 = 1e-6;

pub(super) fn check(column: Column<'_>) -> Vec<Warning> {
    let year = column.year;
    let energy = &year.energy_kwh;
    let bought = bought(column);
    [
        check_product(
            column,
            "scope_1_tco2e.gas",
            "gas",
            year.scope_1_tco2e.gas.as_ref(),
            column.decimal(energy.gas.as_ref()),
        ),
        check_product(
            column,
            "scope_2_tco2e.purchased_electricity",
            "electricity",
            year.scope_2_tco2e.purchased_electricity.as_ref(),
            bought,
        ),
        check_product(
            column,
            "below_gross.exported_tco2e",
            "export",
            year.below_gross.exported_tco2e.as_ref(),
            column.decimal(year.below_gross.exported_kwh.as_ref()),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Electricity from the grid: without the electricity of own panels, which is zero-rated.
pub(super) fn bought(column: Column<'_>) -> Option<Decimal> {
    let energy = &column.year.energy_kwh;
    let all = column.decimal(energy.electricity.as_ref())?;
    let solar = match &energy.of_it_solar {
        Some(figure) => column.decimal(Some(figure))?.billionths,
        None => 0,
    };
    Some(Decimal {
        billionths: all.billionths - solar,
        ..all
    })
}

/// The one factor per kWh of an item; none where there are several, or none.
fn factor(column: Column<'_>, item: &str) -> Option<f64> {
    let factors = column.year.factors.iter();
    let mut of_item = factors.filter(|factor| factor.item == item && factor.unit == "kWh");
    let first = of_item.next()?.kg_co2e_per_unit;
    of_item
        .all(|other| other.kg_co2e_per_unit == first)
        .then_some(first)
}

fn check_product(
    column: Column<'_>,
    cell: &str,
    item: &str,
    tonnes: Option<&Figure>,
    kwh: Option<Decimal>,
) -> Option<Warning> {
    let (figure, kwh) = (tonnes?, kwh?);
    let stated = column.decimal(Some(figure))?;
    let factor = factor(column, item)?;
    let expected = kwh.number() * factor / 1000.0;
    let steps = |decimal: Decimal| decimal.half_a_step() as f64 / 1e9;
    let slack = steps(stated) + steps(kwh) * factor / 1000.0 + ROUNDED;
    let apart = (stated.number() - expected).abs();
    // Ten billionths, for the rounding errors of doubles.
    if apart <= slack + 1e-8 {
        return None;
    }
    let places = stated.places.clamp(2, 6) as usize;
    let expected_text = format::decimal(expected, places);
    let cut = if apart <= 2.0 * slack {
        "; it may have been cut off and not rounded"
    } else {
        ""
    };
    let text = format!(
        "{} kWh \u{d7} {factor} kg is {} t{cut}",
        kwh.shown(),
        format::decimal(expected, places.max(3))
    );
    Some(column.warn(cell, WarningKind::Factor, figure, Some(expected_text), text))
}
