//! The parts of a school's figures: lines, months and streams of waste.

use events::kilowatt_hours;
use footprint::{Footprint, Line, MonthFigures, WasteStream};

use super::key;
use crate::format;
use crate::rollup::{TrustView, passed};
use crate::table::{Table, Unit};

/// Every carbon line: the quantity used, the factor and its provenance, and the carbon.
pub fn lines(view: &TrustView) -> Table {
    type Row<'a> = (&'a Footprint, &'a Line);
    let rows = each(view, |school| &school.lines);
    let columns = key(|row: &Row<'_>| row.0)
        .column(
            "block",
            Unit::Text,
            "Statutory, voluntary, market-based or below the line.",
            |(_, line)| Some(line.block.as_str()),
        )
        .column("scope", Unit::Number, SCOPE, |(_, line)| {
            Some(u32::from(line.scope))
        })
        .column("item", Unit::Text, "What was used.", |(_, line)| {
            Some(line.item.as_str())
        })
        .column(
            "quantity_millionths",
            Unit::Millionths,
            QUANTITY,
            |(_, line)| Some(line.quantity),
        )
        .column("quantity", Unit::OfTheRow, QUANTITY, |(_, line)| {
            Some(kilowatt_hours(line.quantity))
        })
        .column(
            "unit",
            Unit::Text,
            "The unit of the quantity.",
            |(_, line)| Some(line.unit.clone()),
        )
        .column(
            "energy_milliwatt_hours",
            Unit::MilliwattHours,
            ENERGY,
            |(_, line)| line.energy,
        )
        .column("energy_kwh", Unit::KilowattHours, ENERGY, |(_, line)| {
            line.energy.map(kilowatt_hours)
        })
        .column(
            "coverage_ratio",
            Unit::Ratio,
            "Half-hours present over those expected by now, of the meters that the line is of.",
            |(school, line)| school.coverage_of(line)?.ratio(),
        )
        .column(
            "energy_from",
            Unit::Text,
            "How the energy is worked out, where it is not measured.",
            |(_, line)| line.energy_from.clone(),
        )
        .column(
            "priced",
            Unit::YesOrNo,
            "Whether there is a factor for the line.",
            |(_, line)| Some(line.price.is_some()),
        )
        .column(
            "factor_kg_co2e_per_unit",
            Unit::KilogramsCo2ePerUnit,
            "The factor that prices the line.",
            |(_, line)| Some(line.price.as_ref()?.factor),
        )
        .column(
            "factor_year",
            Unit::Year,
            "The year of the factor.",
            |(_, line)| Some(i64::from(line.price.as_ref()?.year)),
        )
        .column(
            "factor_blend",
            Unit::Text,
            "The days and factors of each year, where the factor is of two.",
            |(_, line)| format::blend(&line.price.as_ref()?.blend),
        )
        .column(
            "factor_row",
            Unit::Sentences,
            "The row of the published factors.",
            |(_, line)| Some(line.price.as_ref()?.row.clone()),
        )
        .column(
            "factor_provenance",
            Unit::Sentences,
            "Where the factor is from.",
            |(_, line)| Some(line.price.as_ref()?.provenance()),
        )
        .column("mg_co2e", Unit::MilligramsCo2e, CARBON, |(_, line)| {
            Some(line.price.as_ref()?.co2e)
        })
        .column("kg_co2e", Unit::KilogramsCo2e, CARBON, |(_, line)| {
            Some(line.price.as_ref()?.co2e.kilograms())
        })
        .add(key::FACTOR_SET_NAME, |(school, _)| {
            Some(school.factor_set.name.clone())
        })
        .add(key::FACTOR_SET_VERSION, |(school, _)| {
            Some(school.factor_set.version.clone())
        })
        .add(key::FACTOR_SET_HASH, |(school, _)| {
            Some(school.factor_set.hash.clone())
        });
    Table::new("lines", columns, rows)
}

const SCOPE: &str = "The scope of the Greenhouse Gas Protocol, 1 to 3.";
const QUANTITY: &str = "How much was used.";
const ENERGY: &str = "The energy of the line, where SECR counts it.";
const CARBON: &str = "The quantity times the factor; absent where there is none.";

/// Energy by calendar month and use.
pub fn months(view: &TrustView) -> Table {
    type Row<'a> = (&'a Footprint, &'a MonthFigures);
    const ENERGY: &str = "The energy of the month.";
    let columns = key(|row: &Row<'_>| row.0)
        .column(
            "month",
            Unit::Text,
            "The calendar month, such as `2026-03`.",
            |(_, month)| Some(month.month.clone()),
        )
        .column(
            "whole_month",
            Unit::YesOrNo,
            "Whether all its days are in the period and have passed.",
            |(school, month)| Some(format::month_is_whole(&month.month, passed(school.period))),
        )
        .column(
            "item",
            Unit::Text,
            "The metered use; solar is what was generated.",
            |(_, month)| Some(month.item.as_str()),
        )
        .column(
            "energy_milliwatt_hours",
            Unit::MilliwattHours,
            ENERGY,
            |(_, month)| Some(month.energy),
        )
        .column("energy_kwh", Unit::KilowattHours, ENERGY, |(_, month)| {
            Some(kilowatt_hours(month.energy))
        });
    Table::new("months", columns, each(view, |school| &school.months))
}

/// Waste by stream and route.
pub fn waste(view: &TrustView) -> Table {
    type Row<'a> = (&'a Footprint, &'a WasteStream);
    const WEIGHT: &str = "The weight of the stream by the route.";
    let columns = key(|row: &Row<'_>| row.0)
        .column(
            "stream",
            Unit::Text,
            "What the waste is, by its code.",
            |(_, stream)| Some(stream.stream.as_str()),
        )
        .column("route", Unit::Text, "What became of it.", |(_, stream)| {
            Some(stream.route.as_str())
        })
        .column("weight_grams", Unit::Grams, WEIGHT, |(_, stream)| {
            Some(stream.weight)
        })
        .column("weight_kg", Unit::Kilograms, WEIGHT, |(_, stream)| {
            Some(stream.weight.0 as f64 / 1e3)
        })
        .column(
            "collections",
            Unit::Count,
            "Collections of the stream by the route.",
            |(_, stream)| Some(stream.collections),
        );
    Table::new("waste", columns, each(view, |school| &school.waste.streams))
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
