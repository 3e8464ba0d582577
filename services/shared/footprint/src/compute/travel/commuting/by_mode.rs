//! Each mode's commuting line: its name, its factor and its kilometres.

use events::{Audience, Mode};

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

/// The line's name.
pub(super) fn item(audience: Audience, mode: Mode) -> &'static str {
    match (audience, mode) {
        (Audience::Pupil, Mode::Walk) => "commuting_pupil_walk",
        (Audience::Pupil, Mode::Scoot) => "commuting_pupil_scoot",
        (Audience::Pupil, Mode::Cycle) => "commuting_pupil_cycle",
        (Audience::Pupil, Mode::ParkAndStride) => "commuting_pupil_park_and_stride",
        (Audience::Pupil, Mode::CarShare) => "commuting_pupil_car_share",
        (Audience::Pupil, Mode::Car) => "commuting_pupil_car",
        (Audience::Pupil, Mode::PublicBus) => "commuting_pupil_public_bus",
        (Audience::Pupil, Mode::SchoolBus) => "commuting_pupil_school_bus",
        (Audience::Pupil, Mode::Taxi) => "commuting_pupil_taxi",
        (Audience::Pupil, Mode::Rail) => "commuting_pupil_rail",
        (Audience::Pupil, Mode::Other) => "commuting_pupil_other",
        (Audience::Staff, Mode::Walk) => "commuting_staff_walk",
        (Audience::Staff, Mode::Scoot) => "commuting_staff_scoot",
        (Audience::Staff, Mode::Cycle) => "commuting_staff_cycle",
        (Audience::Staff, Mode::ParkAndStride) => "commuting_staff_park_and_stride",
        (Audience::Staff, Mode::CarShare) => "commuting_staff_car_share",
        (Audience::Staff, Mode::Car) => "commuting_staff_car",
        (Audience::Staff, Mode::PublicBus) => "commuting_staff_public_bus",
        (Audience::Staff, Mode::SchoolBus) => "commuting_staff_school_bus",
        (Audience::Staff, Mode::Taxi) => "commuting_staff_taxi",
        (Audience::Staff, Mode::Rail) => "commuting_staff_rail",
        (Audience::Staff, Mode::Other) => "commuting_staff_other",
    }
}
