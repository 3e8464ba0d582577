//! Energies and events as findings show them.

use events::{Unit, gas_kwh_per_m3};

use crate::ledger::Identity;
use crate::message::EventName;
use crate::school_history::OwnedMeter;

/// Milliwatt-hours in a millionth of the unit.
pub(super) fn energy_per_unit(unit: Unit, meter: &OwnedMeter) -> f64 {
    match unit {
        Unit::CubicMetres => gas_kwh_per_m3(meter.registered.calorific_value),
        Unit::KilowattHours | Unit::KilovarHours => 1.0,
    }
}

pub(super) fn event_name(identity: &Identity) -> EventName {
    EventName {
        source: identity.source.to_string(),
        id: identity.id.to_string(),
    }
}
