//! The one row of a trust.

use super::{baseline, sufficiency};
use crate::format;
use crate::rollup::{TrustView, passed};
use crate::table::{Columns, Table};

/// One row: the sum of the schools, and the ratio against its baseline.
pub fn trusts(view: &TrustView) -> Table {
    type Row<'a> = &'a TrustView;
    let columns = Columns::<Row<'_>>::new()
        .text("trust", |view| Some(view.trust.id.clone()))
        .text("period", |view| Some(view.period.key()))
        .text("trust_name", |view| Some(view.trust.name.clone()))
        .text("period_label", |view| Some(view.period.label()))
        .day("from_day", |view| Some(passed(view.period).from))
        .day("to_day", |view| Some(passed(view.period).to))
        .int("schools", |view| i64::try_from(view.totals.schools).ok())
        .int("schools_with_pupils", |view| {
            i64::try_from(view.totals.schools_with_pupils).ok()
        })
        .float("pupils", |view| view.totals.in_ratio.pupils())
        .int("roll", |view| {
            (view.totals.roll > 0).then_some(view.totals.roll)
        })
        .float("intensity_tco2e_per_pupil", |view| view.tonnes_per_pupil())
        .float("partial_intensity_tco2e_per_pupil", |view| {
            view.partial_tonnes_per_pupil()
        });
    let columns = baseline::of_trust(columns);
    let columns = sufficiency::of_trust(columns, |view| &view.sufficiency);
    let columns = super::figures(columns, |view| &view.totals);
    let columns = super::waste::of_trust(columns, |view| &view.totals)
        .int("schools_stars_engaged", |view| {
            i64::try_from(view.totals.stars_engaged).ok()
        })
        .flag("complete", |view| Some(view.is_complete()))
        .text("incomplete", |view| super::joined(&view.incomplete()))
        .text("notes", |view| super::joined(&view.totals.notes))
        .text("factor_set_name", |view| {
            Some(view.totals.factor_sets.first()?.name.clone())
        })
        .text("factor_set_version", |view| {
            Some(view.totals.factor_sets.first()?.version.clone())
        })
        .text("factor_set_hash", |view| {
            Some(view.totals.factor_sets.first()?.hash.clone())
        })
        .text("factor_set_years", |view| {
            Some(format::years(&view.totals.factor_sets.first()?.years))
        });
    Table::new("trusts", columns, [view])
}
