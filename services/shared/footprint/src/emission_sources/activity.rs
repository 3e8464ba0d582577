//! Recorded activities: heating fuels, vehicles, water.

use events::{ActivityKind, ActivityUnit};

use super::{EmissionSource, Energy, row};
use crate::factors::{FactorRow, FactorUnit as U, KM_PER_MILE};
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
        K::BurningOil => heating("burning_oil", "Burning oil", unit),
        K::GasOil => heating("gas_oil", "Gas oil", unit),
        K::Lpg => heating("lpg", "LPG", unit),
        K::WoodPellets => pellets(unit),
        K::MinibusDiesel => litres("minibus_diesel", DIESEL, unit),
        K::MinibusPetrol => litres("minibus_petrol", PETROL, unit),
        K::MinibusDistance => van("minibus_distance", "Diesel", unit),
        K::MinibusDistancePetrol => van("minibus_distance_petrol", "Petrol", unit),
        K::StaffCar => car("staff_car", "Unknown", "Unknown", unit),
        K::StaffCarPetrol => car("staff_car_petrol", "Petrol", "Petrol", unit),
        K::StaffCarDiesel => car("staff_car_diesel", "Diesel", "Diesel", unit),
        K::StaffCarHybrid => car("staff_car_hybrid", "Hybrid", "Hybrid", unit),
        K::StaffCarPlugInHybrid => car(
            "staff_car_plug_in_hybrid",
            "Plug-in Hybrid Electric Vehicle",
            "PHEV",
            unit,
        ),
        K::StaffCarElectric => electric_car(unit),
        K::WaterSupply => water("water_supply", "Water supply", unit),
        K::WaterTreatment => water("water_treatment", "Water treatment", unit),
    }
}

fn statutory(
    scope: u8,
    item: &'static str,
    unit: &'static str,
    row: FactorRow,
    energy: Energy,
) -> EmissionSource {
    EmissionSource {
        block: Block::Statutory,
        scope,
        item,
        unit,
        row: Some(row),
        energy,
    }
}

fn heating(item: &'static str, fuel: &'static str, unit: ActivityUnit) -> Option<EmissionSource> {
    let by = |unit| row("Fuels", fuel, "", unit);
    match unit {
        ActivityUnit::Litre => {
            let energy = Energy::Content {
                row: row(CONTENTS, fuel, "", U::LitreToKilowattHourGross),
                per_unit: 1.0,
            };
            Some(statutory(1, item, "litres", by(U::Litre), energy))
        }
        ActivityUnit::KilowattHour => Some(statutory(
            1,
            item,
            "kWh",
            by(U::KilowattHourGross),
            Energy::Quantity,
        )),
        _ => None,
    }
}

/// The energy in a tonne of pellets depends on their moisture: it is counted only where kilowatt-hours are recorded.
fn pellets(unit: ActivityUnit) -> Option<EmissionSource> {
    let by = |unit| row("Bioenergy", "Wood pellets", "", unit);
    match unit {
        ActivityUnit::Tonne => Some(statutory(
            1,
            "wood_pellets",
            "tonnes",
            by(U::Tonne),
            Energy::NotCounted,
        )),
        ActivityUnit::KilowattHour => Some(statutory(
            1,
            "wood_pellets",
            "kWh",
            by(U::KilowattHour),
            Energy::Quantity,
        )),
        _ => None,
    }
}

fn litres(item: &'static str, fuel: &'static str, unit: ActivityUnit) -> Option<EmissionSource> {
    let energy = Energy::Content {
        row: row(CONTENTS, fuel, "", U::LitreToKilowattHourNet),
        per_unit: 1.0,
    };
    (unit == ActivityUnit::Litre)
        .then(|| statutory(1, item, "litres", row("Fuels", fuel, "", U::Litre), energy))
}

/// There is no minibus in the set: if no litres are known, an average van up to 3.5 t is used.
fn van(item: &'static str, fuel: &'static str, unit: ActivityUnit) -> Option<EmissionSource> {
    let (unit, per_unit) = distance(unit)?;
    let energy = Energy::Content {
        row: row(SECR, VAN, fuel, U::KilometreToKilowattHourNet),
        per_unit,
    };
    let factor = row("Delivery vehicles", VAN, fuel, unit);
    Some(statutory(1, item, unit.as_str(), factor, energy))
}

fn car(
    item: &'static str,
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
    Some(statutory(3, item, unit.as_str(), factor, energy))
}

/// A battery car burns nothing, and SECR's table of fuel has 0 kWh for it: its electricity is not counted on this line.
fn electric_car(unit: ActivityUnit) -> Option<EmissionSource> {
    car(
        "staff_car_electric",
        "Battery Electric Vehicle",
        "BEV",
        unit,
    )
}

fn distance(unit: ActivityUnit) -> Option<(U, f64)> {
    match unit {
        ActivityUnit::Mile => Some((U::Mile, KM_PER_MILE)),
        ActivityUnit::Kilometre => Some((U::Kilometre, 1.0)),
        _ => None,
    }
}

fn water(item: &'static str, heading: &'static str, unit: ActivityUnit) -> Option<EmissionSource> {
    (unit == ActivityUnit::CubicMetre).then_some(EmissionSource {
        block: Block::Voluntary,
        scope: 3,
        item,
        unit: "m3",
        row: Some(row(heading, heading, "", U::CubicMetre)),
        energy: Energy::NotCounted,
    })
}
