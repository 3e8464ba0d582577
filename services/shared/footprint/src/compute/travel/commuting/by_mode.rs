//! Each mode's commuting line: its factor and its kilometres.

use events::Mode;

use crate::compute::activity_data::Pricing;
use crate::emission_sources::row;
use crate::factors::{FactorRow, FactorUnit};

/// The unit of a mode's quantity, and how it is priced.
pub(super) struct EstimateBasis {
    pub unit: &'static str,
    pub pricing: Pricing,
}

/// Walked in about ten minutes: the part of the way that a park-and-stride traveller does not drive.
const STRIDE_MICRO_KM: i128 = 800_000;

/// The travel counted for a pupil or a member of staff: a car is driven for that person alone, a shared car for two people;
/// buses, taxis and trains are priced per passenger. Walking, scooters and bicycles are zero by method.
pub(super) fn how(mode: Mode) -> EstimateBasis {
    let vehicle = |item, route| priced(item, route, FactorUnit::Kilometre);
    let passenger = |item| priced(item, "", FactorUnit::PassengerKilometre);
    match mode {
        Mode::Walk | Mode::Scoot | Mode::Cycle => EstimateBasis {
            unit: FactorUnit::Kilometre.as_str(),
            pricing: Pricing::Free,
        },
        Mode::Car | Mode::CarShare | Mode::ParkAndStride => vehicle("Average car", "Unknown"),
        Mode::PublicBus => passenger("Bus: Average local bus"),
        Mode::SchoolBus => passenger("Bus: Coach"),
        Mode::Taxi => passenger("Taxis: Regular taxi"),
        Mode::Rail => passenger("Rail: National rail"),
        Mode::Other => EstimateBasis {
            unit: FactorUnit::PassengerKilometre.as_str(),
            pricing: Pricing::NoRow,
        },
    }
}

fn priced(item: &'static str, route: &'static str, unit: FactorUnit) -> EstimateBasis {
    let row: FactorRow = row("Business travel- land", item, route, unit);
    EstimateBasis {
        unit: unit.as_str(),
        pricing: Pricing::Row(row),
    }
}

/// The share of a there-and-back distance, in millionths of a kilometre, that counts for one person, in halves.
pub(super) fn half_kilometres(mode: Mode, both_ways: i128) -> i128 {
    match mode {
        Mode::CarShare => both_ways,
        Mode::ParkAndStride => 2 * (both_ways - 2 * STRIDE_MICRO_KM).max(0),
        _ => 2 * both_ways,
    }
}
