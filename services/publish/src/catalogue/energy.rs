//! Energy by use.

use crate::rollup::{EnergyUse, Totals};
use crate::table::{Cell, Unit};

use super::Read::Sum;
use super::{Family, Figure, Gauge, figure, sample};

pub(super) const FIGURES: &[Figure] = &[
    energy(
        "electricity_milliwatt_hours",
        "electricity_kwh",
        "Electricity from the grid.",
        |totals| totals.energy(EnergyUse::Electricity).into(),
    ),
    energy(
        "gas_milliwatt_hours",
        "gas_kwh",
        "Natural gas, gross calorific value.",
        |totals| totals.energy(EnergyUse::Gas).into(),
    ),
    energy(
        "solar_milliwatt_hours",
        "solar_kwh",
        "Electricity of the sites' own panels that was used there.",
        |totals| totals.energy(EnergyUse::Solar).into(),
    ),
    energy(
        "export_milliwatt_hours",
        "export_kwh",
        "Electricity sent to the grid.",
        |totals| totals.energy(EnergyUse::Export).into(),
    ),
    energy(
        "other_energy_milliwatt_hours",
        "other_energy_kwh",
        "Fuels of vehicles and boilers, where SECR counts their energy.",
        |totals| totals.energy(EnergyUse::Other).into(),
    ),
];

pub(super) const FAMILIES: &[Family] = &[Family {
    gauge: Gauge::named("energy_joules").twin(),
    help: "Energy by fuel; export is what was sent to the grid.",
    labels: &["fuel"],
    read: Sum(|totals| {
        let energy = totals.energy.iter();
        energy
            .map(|(fuel, energy)| sample([fuel.as_str()], *energy as f64 * 3.6))
            .collect()
    }),
}];

const fn energy(
    exact: &'static str,
    for_reading: &'static str,
    help: &'static str,
    read: fn(&Totals) -> Cell,
) -> Figure {
    figure(exact, Unit::MilliwattHours, help, Sum(read)).also(for_reading, Unit::KilowattHours)
}
