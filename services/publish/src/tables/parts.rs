//! The parts of a school's figures: lines and months.

use events::kilowatt_hours;
use footprint::{Footprint, Line, MonthFigures};

use super::key;
use crate::format;
use crate::rollup::TrustView;
use crate::table::Table;

/// Every carbon line: the quantity used, the factor and its provenance, and the carbon.
pub fn lines(view: &TrustView) -> Table {
    type Row<'a> = (&'a Footprint, &'a Line);
    let rows = each(view, |school| &school.lines);
    let columns = key(|row: &Row<'_>| row.0);
    let columns = columns
        .text("block", |(_, line)| Some(line.block.as_str().to_owned()))
        .int("scope", |(_, line)| Some(line.scope.into()))
        .text("item", |(_, line)| Some(line.item.to_string()))
        .int("quantity_millionths", |(_, line)| Some(line.quantity))
        .float("quantity", |(_, line)| Some(kilowatt_hours(line.quantity)))
        .text("unit", |(_, line)| Some(line.unit.clone()))
        .int("energy_milliwatt_hours", |(_, line)| line.energy)
        .float("energy_kwh", |(_, line)| line.energy.map(kilowatt_hours))
        .float("coverage_ratio", |(school, line)| {
            school.coverage_of(line)?.ratio()
        })
        .text("energy_from", |(_, line)| line.energy_from.clone())
        .flag("priced", |(_, line)| Some(line.price.is_some()))
        .float("factor_kg_co2e_per_unit", |(_, line)| {
            Some(line.price.as_ref()?.factor)
        })
        .int("factor_year", |(_, line)| {
            Some(line.price.as_ref()?.year.into())
        })
        .text("factor_blend", |(_, line)| {
            format::blend(&line.price.as_ref()?.blend)
        })
        .text("factor_row", |(_, line)| {
            Some(line.price.as_ref()?.row.clone())
        })
        .text("factor_provenance", |(_, line)| {
            Some(line.price.as_ref()?.provenance())
        })
        .int("mg_co2e", |(_, line)| Some(line.price.as_ref()?.co2e.0))
        .float("kg_co2e", |(_, line)| {
            Some(line.price.as_ref()?.co2e.kilograms())
        })
        .text("factor_set_name", |(school, _)| {
            Some(school.factor_set.name.clone())
        })
        .text("factor_set_version", |(school, _)| {
            Some(school.factor_set.version.clone())
        })
        .text("factor_set_hash", |(school, _)| {
            Some(school.factor_set.hash.clone())
        });
    Table::new("lines", columns, rows)
}

/// Energy by calendar month and use.
pub fn months(view: &TrustView) -> Table {
    type Row<'a> = (&'a Footprint, &'a MonthFigures);
    let columns = key(|row: &Row<'_>| row.0);
    let columns = columns
        .text("month", |(_, month)| Some(month.month.clone()))
        .flag("whole_month", |(school, month)| {
            Some(format::month_is_whole(
                &month.month,
                crate::rollup::passed(school.period),
            ))
        })
        .text("item", |(_, month)| Some(month.item.to_string()))
        .int("energy_milliwatt_hours", |(_, month)| Some(month.energy))
        .float("energy_kwh", |(_, month)| {
            Some(kilowatt_hours(month.energy))
        });
    Table::new("months", columns, each(view, |school| &school.months))
}

pub(super) fn each<'a, P>(
    view: &'a TrustView,
    parts: fn(&'a Footprint) -> &'a Vec<P>,
) -> impl Iterator<Item = (&'a Footprint, &'a P)> {
    view.schools.iter().flat_map(move |school| {
        parts(school)
            .iter()
            .map(move |part| (school.as_ref(), part))
    })
}
