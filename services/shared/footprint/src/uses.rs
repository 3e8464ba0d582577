//! What each use of energy, fuel or water is: its block, its scope, its factor row and the energy in it.

use events::{ActivityKind, ActivityUnit};

use crate::factors::FactorRow;
use crate::message::Block;

/// A kind of line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Use {
    /// Where it belongs.
    pub block: Block,
    /// Greenhouse Gas Protocol scope.
    pub scope: u8,
    /// Its name on the line.
    pub item: &'static str,
    /// The unit of its quantity.
    pub unit: &'static str,
    /// Its factor; none for what is zero by method.
    pub row: Option<FactorRow>,
    /// Kilowatt-hours in one unit, where SECR counts the energy.
    pub kwh_per_unit: Option<f64>,
}

const fn row(
    heading: &'static str,
    item: &'static str,
    route: &'static str,
    unit: &'static str,
) -> FactorRow {
    FactorRow {
        heading,
        item,
        route,
        unit,
    }
}

/// Gas as billed, gross calorific value.
pub const GAS: Use = Use {
    block: Block::Statutory,
    scope: 1,
    item: "gas",
    unit: "kWh",
    row: Some(row("Fuels", "Natural gas", "", "kWh (Gross CV)")),
    kwh_per_unit: Some(1.0),
};

const GRID: FactorRow = row("UK electricity", "Electricity generated", "", "kWh");

/// Electricity from the grid, location-based.
pub const ELECTRICITY: Use = Use {
    block: Block::Statutory,
    scope: 2,
    item: "electricity",
    unit: "kWh",
    row: Some(GRID),
    kwh_per_unit: Some(1.0),
};

/// What the site's own panels made and the site used: energy, at zero by method.
pub const SOLAR: Use = Use {
    block: Block::Statutory,
    scope: 2,
    item: "solar",
    unit: "kWh",
    row: None,
    kwh_per_unit: Some(1.0),
};

/// Electricity that flowed back to the grid: below the gross line, at the grid's average.
pub const EXPORT: Use = Use {
    block: Block::BelowLine,
    scope: 2,
    item: "export",
    unit: "kWh",
    row: Some(GRID),
    kwh_per_unit: Some(1.0),
};

/// What is lost between the power station and the meter.
pub const GRID_LOSSES: Use = Use {
    block: Block::Voluntary,
    scope: 3,
    item: "grid_losses",
    unit: "kWh",
    row: Some(row("T&D", "T&D- UK electricity", "", "kWh")),
    kwh_per_unit: None,
};

const KM_PER_MILE: f64 = 1.609_344;
/// SECR's kWh (net CV) per km of an average car of unknown fuel, 2025. [DESNZ-2025]
const CAR_KWH_PER_KM: f64 = 0.687_73;
/// SECR's kWh (net CV) per km of an average diesel van up to 3.5 t, 2025. [DESNZ-2025]
const VAN_KWH_PER_KM: f64 = 0.991_23;

/// The use that a recorded activity is. Energy per litre is the Fuel properties sheet's of 2025: gross for heating, as gas
/// is billed; net for vehicles, as the SECR table has it. [DESNZ-2025]
pub fn of_activity(kind: ActivityKind, unit: ActivityUnit) -> Option<Use> {
    use ActivityKind as K;
    use ActivityUnit as U;
    let heating = |item, name, factor_unit, unit, kwh| Use {
        block: Block::Statutory,
        scope: 1,
        item,
        unit,
        row: Some(row("Fuels", name, "", factor_unit)),
        kwh_per_unit: Some(kwh),
    };
    let gross = "kWh (Gross CV)";
    let (diesel, petrol) = (
        "Diesel (average biofuel blend)",
        "Petrol (average biofuel blend)",
    );
    let pellets = |factor_unit, unit, kwh| Use {
        block: Block::Statutory,
        scope: 1,
        item: "wood_pellets",
        unit,
        row: Some(row("Bioenergy", "Wood pellets", "", factor_unit)),
        kwh_per_unit: kwh,
    };
    let van = |factor_unit, unit, kwh| Use {
        block: Block::Statutory,
        scope: 1,
        item: "minibus_distance",
        unit,
        row: Some(row(
            "Delivery vehicles",
            "Average van (up to 3.5 t)",
            "Diesel",
            factor_unit,
        )),
        kwh_per_unit: Some(kwh),
    };
    let car = |factor_unit, kwh| Use {
        block: Block::Statutory,
        scope: 3,
        item: "staff_car",
        unit: factor_unit,
        row: Some(row(
            "Business travel- land",
            "Average car",
            "Unknown",
            factor_unit,
        )),
        kwh_per_unit: Some(kwh),
    };
    let water = |item, heading| Use {
        block: Block::Voluntary,
        scope: 3,
        item,
        unit: "m3",
        row: Some(row(heading, heading, "", "cubic metres")),
        kwh_per_unit: None,
    };
    Some(match (kind, unit) {
        (K::BurningOil, U::Litre) => {
            heating("burning_oil", "Burning oil", "litres", "litres", 10.294)
        }
        (K::BurningOil, U::KilowattHour) => {
            heating("burning_oil", "Burning oil", gross, "kWh", 1.0)
        }
        (K::GasOil, U::Litre) => heating("gas_oil", "Gas oil", "litres", "litres", 10.742),
        (K::GasOil, U::KilowattHour) => heating("gas_oil", "Gas oil", gross, "kWh", 1.0),
        (K::Lpg, U::Litre) => heating("lpg", "LPG", "litres", "litres", 7.259),
        (K::Lpg, U::KilowattHour) => heating("lpg", "LPG", gross, "kWh", 1.0),
        (K::WoodPellets, U::Tonne) => pellets("tonnes", "tonnes", None),
        (K::WoodPellets, U::KilowattHour) => pellets("kWh", "kWh", Some(1.0)),
        (K::MinibusDiesel, U::Litre) => {
            heating("minibus_diesel", diesel, "litres", "litres", 9.905)
        }
        (K::MinibusPetrol, U::Litre) => {
            heating("minibus_petrol", petrol, "litres", "litres", 8.926)
        }
        (K::MinibusDistance, U::Mile) => van("miles", "miles", VAN_KWH_PER_KM * KM_PER_MILE),
        (K::MinibusDistance, U::Kilometre) => van("km", "km", VAN_KWH_PER_KM),
        (K::StaffCar, U::Mile) => car("miles", CAR_KWH_PER_KM * KM_PER_MILE),
        (K::StaffCar, U::Kilometre) => car("km", CAR_KWH_PER_KM),
        (K::WaterSupply, U::CubicMetre) => water("water_supply", "Water supply"),
        (K::WaterTreatment, U::CubicMetre) => water("water_treatment", "Water treatment"),
        _ => return None,
    })
}

/// Kilowatt-hours in a cubic metre of gas: the volume correction 1.02264 times the gross calorific value in MJ/m³, over
/// 3.6 MJ/kWh, as on a gas bill.
pub fn gas_kwh_per_m3(calorific_value: Option<f64>) -> f64 {
    1.022_64 * calorific_value.unwrap_or(39.5) / 3.6
}
