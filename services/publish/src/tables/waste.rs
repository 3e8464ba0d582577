//! Waste: by stream and route, and the totals of schools and trusts.

use footprint::{Footprint, Verdict, WasteStream};

use super::parts::each;
use super::{joined, key};
use crate::format;
use crate::rollup::{Totals, TrustView};
use crate::table::{Columns, Table};

/// Waste by stream and route.
pub fn waste(view: &TrustView) -> Table {
    type Row<'a> = (&'a Footprint, &'a WasteStream);
    let columns = key(|row: &Row<'_>| row.0);
    let columns = columns
        .text("stream", |(_, stream)| {
            Some(stream.stream.as_str().to_owned())
        })
        .text("route", |(_, stream)| {
            Some(stream.route.as_str().to_owned())
        })
        .int("weight_grams", |(_, stream)| Some(stream.weight.0))
        .float("weight_kg", |(_, stream)| {
            Some(stream.weight.0 as f64 / 1e3)
        })
        .int("collections", |(_, stream)| Some(stream.collections.into()));
    Table::new("waste", columns, each(view, |school| &school.waste.streams))
}

/// The waste figures that schools and trusts share.
pub(super) fn figures<'f, R: 'f>(columns: Columns<'f, R>, of: fn(&R) -> &Totals) -> Columns<'f, R> {
    let mut columns = columns;
    for (name, weight) in WEIGHTS {
        columns = columns.int(name, move |row| known(of(row), weight));
    }
    columns
        .float("waste_kg_per_pupil", move |row| {
            of(row).waste_sites.kg_per_pupil()
        })
        .float("waste_estimated_ratio", move |row| {
            of(row).waste.estimated_ratio()
        })
        .float("recycling_ratio", move |row| {
            of(row).waste.recycling_ratio()
        })
        .float("landfill_diversion_ratio", move |row| {
            of(row).waste.diversion_ratio()
        })
        .float("waste_unknown_route_ratio", move |row| {
            of(row).waste.unknown_route_ratio()
        })
        .int("waste_contaminated_grams", move |row| {
            let waste = &of(row).waste;
            (waste.inspected.0 > 0).then_some(waste.contaminated.0)
        })
        .float("contamination_ratio", move |row| {
            of(row).waste.contamination_ratio()
        })
        .int("rejected_loads", move |row| {
            known(of(row), |totals| totals.waste.rejected_loads.into())
        })
        .int("heavy_loads", move |row| {
            known(of(row), |totals| totals.waste.heavy_loads.into())
        })
        .int("missed_lifts", move |row| {
            of(row).waste.known_missed_lifts().map(i64::from)
        })
}

type Weight = fn(&Totals) -> i64;

const WEIGHTS: [(&str, Weight); 8] = [
    ("waste_grams", |totals| totals.waste.total.0),
    ("waste_recycled_grams", |totals| totals.waste.recycled.0),
    ("waste_landfill_grams", |totals| totals.waste.landfill.0),
    ("waste_unknown_route_grams", |totals| {
        totals.waste.unknown_route.0
    }),
    ("waste_estimated_grams", |totals| totals.waste.estimated.0),
    ("waste_hazardous_grams", |totals| totals.waste.hazardous.0),
    ("dry_recycling_grams", |totals| totals.waste.dry_recycling.0),
    ("dry_recycling_inspected_grams", |totals| {
        totals.waste.inspected.0
    }),
];

/// If nothing was ever collected there is no waste figure, rather than one of 0.
fn known(totals: &Totals, of: Weight) -> Option<i64> {
    totals.waste.is_known().then(|| of(totals))
}

/// Whether a site separates its waste as the law asks, and what it lacks.
pub(super) fn of_school<'f, R: 'f>(
    columns: Columns<'f, R>,
    of: fn(&R) -> &Footprint,
) -> Columns<'f, R> {
    columns
        .text("simpler_recycling", move |row| {
            of(row).waste.simpler_recycling.verdict.map(format::snake)
        })
        .text("simpler_recycling_missing", move |row| {
            joined(&of(row).waste.simpler_recycling.missing)
        })
}

/// How many sites separate their waste, do not, or have no evidence; empty if the law binds none of them yet.
pub(super) fn of_trust<'f, R: 'f>(
    columns: Columns<'f, R>,
    of: fn(&R) -> &Totals,
) -> Columns<'f, R> {
    let names = [
        ("schools_simpler_recycling_met", Verdict::Met),
        ("schools_simpler_recycling_not_met", Verdict::NotMet),
        (
            "schools_simpler_recycling_not_evidenced",
            Verdict::NotEvidenced,
        ),
    ];
    names.into_iter().fold(columns, |columns, (name, verdict)| {
        columns.int(name, move |row| {
            let count = of(row).waste_sites.of_verdict(verdict)?;
            i64::try_from(count).ok()
        })
    })
}
