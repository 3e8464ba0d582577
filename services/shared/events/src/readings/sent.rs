//! The units of received readings.

use serde::{Deserialize, Serialize};

use crate::Unit;

/// Units a meter may send; see [`crate::Unit`] for those the ledger keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sent {
    /// Watt-hours.
    Wh,
    /// Kilowatt-hours.
    #[serde(rename = "kWh")]
    KWh,
    /// Megawatt-hours.
    MWh,
    /// Kilowatts: the mean power over the time a value covers.
    #[serde(rename = "kW")]
    KW,
    /// Cubic metres.
    #[serde(rename = "m3")]
    M3,
    /// Cubic feet, as an imperial gas meter counts them.
    #[serde(rename = "ft3")]
    Ft3,
    /// Hundreds of cubic feet.
    #[serde(rename = "hcf")]
    Hcf,
    /// Kilovolt-ampere-reactive-hours.
    #[serde(rename = "kVArh")]
    KVArh,
}

impl Sent {
    /// The unit's spelling in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Sent::Wh => "Wh",
            Sent::KWh => "kWh",
            Sent::MWh => "MWh",
            Sent::KW => "kW",
            Sent::M3 => "m3",
            Sent::Ft3 => "ft3",
            Sent::Hcf => "hcf",
            Sent::KVArh => "kVArh",
        }
    }

    /// The unit in which the ledger stores it.
    pub fn kept(self) -> Unit {
        match self {
            Sent::Wh | Sent::KWh | Sent::MWh | Sent::KW => Unit::KilowattHours,
            Sent::M3 | Sent::Ft3 | Sent::Hcf => Unit::CubicMetres,
            Sent::KVArh => Unit::KilovarHours,
        }
    }
}
