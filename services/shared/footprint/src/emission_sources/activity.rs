//! Recorded activities: heating fuels, vehicles, water.

use events::{ActivityKind, ActivityUnit};

use super::{EmissionSource, Energy, row};
use crate::factors::{FactorRow, FactorUnit as U, KM_PER_MILE};
use crate::item::Item;
use crate::line::Block;

const DIESEL: &str = "Diesel (average biofuel blend)";
const PETROL: &str = "Petrol (average biofuel blend)";
const CONTENTS: &str = "Fuel properties";
const SECR: &str = "SECR kWh pass & delivery vehs";
const VAN: &str = "Average van (up to 3.5 t)";

/// The use of a recorded activity; none for a unit that no factor is per. Heating fuels count their gross energy, as gas is
/// billed; vehicles count their net energy, as in the SECR table.
pub fn of_activity(kind: ActivityKind, unit: ActivityUnit) -> Option<EmissionSource> {
    use ActivityKind as K;
    match kind {
        K::BurningOil => heating(kind, "Burning oil", unit),
        K::GasOil => heating(kind, "Gas oil", unit),
        K::Lpg => heating(kind, "LPG", unit),
        K::WoodPellets => pellets(kind, unit),
        K::MinibusDiesel => litres(kind, DIESEL, unit),
        K::MinibusPetrol => litres(kind, PETROL, unit),
        K::MinibusDistance => van(kind, "Diesel", unit),
        K::MinibusDistancePetrol => van(kind, "Petrol", unit),
        K::StaffCar => car(kind, "Unknown", "Unknown", unit),
        K::StaffCarPetrol => car(kind, "Petrol", "Petrol", unit),
        K::StaffCarDiesel => car(kind, "Diesel", "Diesel", unit),
        K::StaffCarHybrid => car(kind, "Hybrid", "Hybrid", unit),
        K::StaffCarPlugInHybrid => car(kind, "Plug-in Hybrid Electric Vehicle", "PHEV", unit),
        K::StaffCarElectric => electric_car(kind, unit),
        K::WaterSupply => water(kind, "Water supply", unit),
        K::WaterTreatment => water(kind, "Water treatment", unit),
    }
}

fn statutory(
    scope: u8,
    kind: ActivityKind,
    unit: &'static str,
    row: FactorRow,
    energy: Energy,
) -> EmissionSource {
    EmissionSource {
        block: Block::Statutory,
        scope,
        item: Item::Activity(kind),
        unit,
        row: Some(row),
        energy,
    }
}

fn heating(kind: ActivityKind, fuel: &'static str, unit: ActivityUnit) -> Option<EmissionSource> {
    let by = |unit| row("Fuels", fuel, "", unit);
    match unit {
        ActivityUnit::Litre => {
            let energy = Energy::Content {
                row: row(CONTENTS, fuel, "", U::LitreToKilowattHourGross),
                per_unit: 1.0,
            };
            Some(statutory(1, kind, "litres", by(U::Litre), energy))
        }
        ActivityUnit::KilowattHour => Some(statutory(
            1,
            kind,
            "kWh",
            by(U::KilowattHourGross),
            Energy::Quantity,
        )),
        _ => None,
    }
}

/// The energy in a tonne of pellets depends on their moisture: it is counted only where kilowatt-hours are recorded.
fn pellets(kind: ActivityKind, unit: ActivityUnit) -> Option<EmissionSource> {
    let by = |unit| row("Bioenergy", "Wood pellets", "", unit);
    match unit {
        ActivityUnit::Tonne => Some(statutory(
            1,
            kind,
            "tonnes",
            by(U::Tonne),
            Energy::NotCounted,
        )),
        ActivityUnit::KilowattHour => Some(statutory(
            1,
            kind,
            "kWh",
            by(U::KilowattHour),
            Energy::Quantity,
        )),
        _ => None,
    }
}

fn litres(kind: ActivityKind, fuel: &'static str, unit: ActivityUnit) -> Option<EmissionSource> {
    let energy = Energy::Content {
        row: row(CONTENTS, fuel, "", U::LitreToKilowattHourNet),
        per_unit: 1.0,
    };
    (unit == ActivityUnit::Litre)
        .then(|| statutory(1, kind, "litres", row("Fuels", fuel, "", U::Litre), energy))
}

/// There is no minibus in the set: if no litres are known, an average van up to 3.5 t is used.
fn van(kind: ActivityKind, fuel: &'static str, unit: ActivityUnit) -> Option<EmissionSource> {
    let (unit, per_unit) = distance(unit)?;
    let energy = Energy::Content {
        row: row(SECR, VAN, fuel, U::KilometreToKilowattHourNet),
        per_unit,
    };
    let factor = row("Delivery vehicles", VAN, fuel, unit);
    Some(statutory(1, kind, unit.as_str(), factor, energy))
}

fn car(
    kind: ActivityKind,
    fuel: &'static str,
    fuel_of_energy: &'static str,
    unit: ActivityUnit,
) -> Option<EmissionSource> {
    let (unit, per_unit) = distance(unit)?;
    let energy = Energy::Content {
        row: row(
            SECR,
            "Average car",
            fuel_of_energy,
            U::KilometreToKilowattHourNet,
        ),
        per_unit,
    };
    let factor = row("Business travel- land", "Average car", fuel, unit);
    Some(statutory(3, kind, unit.as_str(), factor, energy))
}

/// A battery car burns nothing, and SECR's table of fuel has 0 kWh for it: its electricity is not counted on this line.
fn electric_car(kind: ActivityKind, unit: ActivityUnit) -> Option<EmissionSource> {
    car(kind, "Battery Electric Vehicle", "BEV", unit)
}

fn distance(unit: ActivityUnit) -> Option<(U, f64)> {
    match unit {
        ActivityUnit::Mile => Some((U::Mile, KM_PER_MILE)),
        ActivityUnit::Kilometre => Some((U::Kilometre, 1.0)),
        _ => None,
    }
}

fn water(kind: ActivityKind, heading: &'static str, unit: ActivityUnit) -> Option<EmissionSource> {
    (unit == ActivityUnit::CubicMetre).then_some(EmissionSource {
        block: Block::Voluntary,
        scope: 3,
        item: Item::Activity(kind),
        unit: "m3",
        row: Some(row(heading, heading, "", U::CubicMetre)),
        energy: Energy::NotCounted,
    })
}
