//! Whether there is enough data for a claim, as columns that schools and trusts share.

use events::Fuel;
use footprint::{Footprint, FuelCoverage, TrustSufficiency};

use crate::table::Columns;

/// The status of a school's data, and the share of each fuel's data that arrived.
pub(super) fn of_school<'f, R: 'f>(
    columns: Columns<'f, R>,
    of: fn(&R) -> &Footprint,
) -> Columns<'f, R> {
    let columns = columns
        .flag("enough_data", move |row| {
            Some(of(row).sufficiency.is_enough())
        })
        .text("missing_data", move |row| {
            super::joined(&of(row).sufficiency.clauses())
        });
    shares(columns, move |row| &of(row).sufficiency.fuels)
}

/// The status of a trust's data, and the share of each fuel's data that arrived. Schools without enough data of their own
/// are named even if the trust has enough.
pub(super) fn of_trust<'f, R: 'f>(
    columns: Columns<'f, R>,
    of: fn(&R) -> &TrustSufficiency,
) -> Columns<'f, R> {
    let columns = columns
        .flag("enough_data", move |row| Some(of(row).is_enough()))
        .text("missing_data", move |row| super::joined(&of(row).clauses()))
        .int("schools_without_enough_data", move |row| {
            i64::try_from(of(row).schools.len()).ok()
        });
    shares(columns, move |row| &of(row).fuels)
}

/// Present over expected half-hours of each fuel that has to be measured.
fn shares<'f, R: 'f>(
    columns: Columns<'f, R>,
    of: impl Fn(&R) -> &[FuelCoverage] + Copy + 'f,
) -> Columns<'f, R> {
    let share = move |row: &R, fuel| {
        let mut fuels = of(row).iter();
        fuels.find(|coverage| coverage.fuel == fuel)?.ratio()
    };
    columns
        .float("electricity_coverage_ratio", move |row| {
            share(row, Fuel::Electricity)
        })
        .float("gas_coverage_ratio", move |row| share(row, Fuel::Gas))
        .float("solar_coverage_ratio", move |row| share(row, Fuel::Solar))
}
