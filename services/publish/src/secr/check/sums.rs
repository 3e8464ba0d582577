//! Totals against their parts.

use super::{Column, Warning, WarningKind};
use crate::secr::Figure;
use crate::secr::figure::Decimal;

pub(super) fn check(column: Column<'_>) -> Vec<Warning> {
    [
        energy(column),
        solar(column),
        scope_1(column),
        gross(column),
        net(column),
        voluntary(column),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The breakdown is optional; if it is given without gas or electricity, it is not meant to be complete.
fn energy(column: Column<'_>) -> Option<Warning> {
    let energy = &column.year.energy_kwh;
    energy.gas.as_ref().zip(energy.electricity.as_ref())?;
    let parts = [
        energy.gas.as_ref(),
        energy.electricity.as_ref(),
        energy.transport_fuel.as_ref(),
        energy.other_heating_fuels.as_ref(),
    ];
    against(
        column,
        "energy_kwh.total",
        energy.total.as_ref()?,
        &parts,
        "the parts of the breakdown",
    )
}

/// Checks that solar electricity does not exceed the electricity it is a part of.
fn solar(column: Column<'_>) -> Option<Warning> {
    let energy = &column.year.energy_kwh;
    let figure = energy.of_it_solar.as_ref()?;
    let (solar, all) = (
        column.decimal(Some(figure))?,
        column.decimal(energy.electricity.as_ref())?,
    );
    (solar.billionths > all.billionths).then(|| {
        let most = format!("at most {}", all.shown());
        let text = "is more than the electricity it is a part of".to_owned();
        let cell = "energy_kwh.of_it_solar";
        column.warn(cell, WarningKind::Sum, figure, Some(most), text)
    })
}

fn scope_1(column: Column<'_>) -> Option<Warning> {
    let scope = &column.year.scope_1_tco2e;
    let parts = [
        scope.gas.as_ref(),
        scope.owned_transport.as_ref(),
        scope.other_fuels.as_ref(),
    ];
    against(
        column,
        "scope_1_tco2e.total",
        scope.total.as_ref()?,
        &parts,
        "its parts",
    )
}

/// The gross against the three scopes; scope 1 counts by its stated total, so that an error in it is reported once.
fn gross(column: Column<'_>) -> Option<Warning> {
    let year = column.year;
    let scope_1 = &year.scope_1_tco2e;
    let scope_2 = year.scope_2_tco2e.purchased_electricity.as_ref();
    let scope_3 = year.scope_3_tco2e.employee_owned_vehicles.as_ref();
    let parts = match &scope_1.total {
        Some(total) => vec![Some(total), scope_2, scope_3],
        None => vec![
            scope_1.gas.as_ref(),
            scope_1.owned_transport.as_ref(),
            scope_1.other_fuels.as_ref(),
            scope_2,
            scope_3,
        ],
    };
    against(
        column,
        "total_gross_tco2e",
        year.total_gross_tco2e.as_ref()?,
        &parts,
        "the three scopes",
    )
}

fn net(column: Column<'_>) -> Option<Warning> {
    let below = &column.year.below_gross;
    let figure = below.net_tco2e.as_ref()?;
    let gross = column.decimal(column.year.total_gross_tco2e.as_ref())?;
    let exported = column.decimal(below.exported_tco2e.as_ref())?;
    let minus = Decimal {
        billionths: -exported.billionths,
        ..exported
    };
    compare(
        column,
        "below_gross.net_tco2e",
        figure,
        &[gross, minus],
        "gross less exported",
    )
}

fn voluntary(column: Column<'_>) -> Option<Warning> {
    let voluntary = &column.year.voluntary;
    let parts: Vec<Option<&Figure>> = voluntary
        .lines
        .iter()
        .map(|line| line.tco2e.as_ref())
        .collect();
    against(
        column,
        "voluntary.total_tco2e",
        voluntary.total_tco2e.as_ref()?,
        &parts,
        "its items",
    )
}

/// Compares a total with parts, some of which may not be given. No warning if none are given, or if one cannot be read.
fn against(
    column: Column<'_>,
    cell: &str,
    total: &Figure,
    parts: &[Option<&Figure>],
    of: &str,
) -> Option<Warning> {
    let given = parts.iter().flatten();
    let parts: Option<Vec<Decimal>> = given.map(|part| column.decimal(Some(part))).collect();
    let parts = parts.filter(|parts| !parts.is_empty())?;
    compare(column, cell, total, &parts, of)
}

fn compare(
    column: Column<'_>,
    cell: &str,
    total: &Figure,
    parts: &[Decimal],
    of: &str,
) -> Option<Warning> {
    let stated = column.decimal(Some(total))?;
    let exact = Decimal {
        billionths: parts.iter().map(|part| part.billionths).sum(),
        places: parts.iter().map(|part| part.places).max().unwrap_or(0),
    };
    let rounded = exact.rounded(stated.places);
    if rounded.billionths == stated.billionths {
        return None;
    }
    let apart = (exact.billionths - stated.billionths).abs();
    let slack: i128 = parts.iter().map(|part| part.half_a_step()).sum();
    // The parts of our own tables are exact; in tables of others each may have been rounded separately.
    let rounding = if apart <= slack + stated.half_a_step() {
        "; the rounding of each may explain it"
    } else {
        ""
    };
    let text = format!("the sum of {of} is {}{rounding}", exact.shown());
    Some(column.warn(cell, WarningKind::Sum, total, Some(exact.shown()), text))
}
