//! The intensity at the factors of the baseline, beside the reported one.

use footprint::{AtBaseline, Baseline, BaselineBasis, Footprint};

use crate::format;
use crate::rollup::TrustView;
use crate::table::Columns;

/// A school's intensity at the factors of its trust's baseline, or why there is none.
pub(super) fn of_school<'f, R: 'f>(
    columns: Columns<'f, R>,
    of: fn(&R) -> (&Footprint, &Baseline),
) -> Columns<'f, R> {
    let at = move |row: &R| {
        let (footprint, baseline) = of(row);
        let stated = footprint.tonnes_per_pupil().is_some();
        stated.then(|| baseline.intensity_of([footprint]))
    };
    intensity(columns, at)
}

/// A trust's intensity at the factors of the baseline, and the baseline itself with how it was made.
pub(super) fn of_trust<'f>(columns: Columns<'f, &'f TrustView>) -> Columns<'f, &'f TrustView> {
    let basis = |view: &TrustView| -> Option<BaselineBasis> { view.baseline().basis };
    let at = |view: &&TrustView| {
        let stated = view.tonnes_per_pupil().is_some();
        stated.then(|| view.at_baseline())
    };
    intensity(columns, at)
        .float("baseline_tco2e_per_pupil", |view| {
            Some(view.baseline().tco2e_per_pupil)
        })
        .text("baseline_year", move |view| {
            Some(basis(view)?.year.to_string())
        })
        .text("baseline_scope", move |view| {
            Some(format::snake(basis(view)?.scope))
        })
        .int("baseline_factor_year", move |view| {
            Some(basis(view)?.factor_year.into())
        })
        .float("against_baseline_ratio", |view| view.against_baseline())
        .float("against_baseline_at_its_factors_ratio", |view| {
            view.against_baseline_at_its_factors()
        })
}

fn intensity<'f, R: 'f>(
    columns: Columns<'f, R>,
    at: impl Fn(&R) -> Option<AtBaseline> + Copy + 'f,
) -> Columns<'f, R> {
    columns
        .float(
            "intensity_at_baseline_factors_tco2e_per_pupil",
            move |row| at(row)?.tonnes_per_pupil(),
        )
        .text("constant_factors_note", move |row| at(row)?.lacks())
}
