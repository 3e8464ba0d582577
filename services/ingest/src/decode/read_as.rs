//! Decides how a meter's numbers are read, from the label in its feed or file and from its registration.
//!
//! A feed that says kWh or m3 often uses that label by default, and a file has no label at all: if the registration names
//! another unit, the registration's unit applies. Any other unit was chosen by its sender, and one that contradicts the
//! registration is refused.

mod from;

use chrono::NaiveDate;
use events::{
    Channel, Direction, Fuel, MeterReadings, MeterRegistered, Quantity, Rule, Sent, Unit,
};

use crate::register::MeterEntry;
use crate::rules::{Bounds, Fault};

pub(crate) use from::ReadFrom;

/// The sender's label for its values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Called {
    pub(crate) unit: Sent,
    pub(crate) channel: Channel,
    /// Whether the sender vouches for both.
    pub(crate) as_registered: bool,
    /// Whether they are reads of a register, which counts energy even where half-hours are sent as power.
    pub(crate) is_register: bool,
}

/// How the values of some days are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReadAs {
    /// The unit that applies.
    pub(crate) unit: Sent,
    pub(crate) channel: Channel,
    /// The most one half-hour of them can hold.
    pub(crate) most: Quantity,
    /// Whether unit and channel come from the registration, or the sender vouched for them: the registration must not be
    /// applied again.
    pub(crate) as_registered: bool,
    /// The first day of the registration that contradicts the sender's label.
    pub(crate) by: Option<NaiveDate>,
}

impl ReadAs {
    /// The most that so many seconds of them can hold.
    pub(crate) fn most_in(&self, seconds: i64) -> Quantity {
        self.most.saturating_mul(seconds / 60) / 30
    }
}

impl Called {
    /// The label that one event gives its values.
    pub(crate) fn by(readings: &MeterReadings) -> Self {
        Called {
            unit: readings.unit,
            channel: readings.channel,
            as_registered: readings.as_registered,
            is_register: readings.register.is_some(),
        }
    }

    /// How they are read on a day; fails where the registration of that day contradicts them.
    pub(crate) fn on(
        self,
        day: NaiveDate,
        meter: Option<&MeterEntry>,
        bounds: &Bounds,
    ) -> Result<ReadAs, Fault> {
        let registered = meter.and_then(|meter| meter.on(day));
        let mut read = ReadAs {
            unit: self.unit,
            channel: self.channel,
            most: bounds.most,
            as_registered: self.as_registered,
            by: None,
        };
        if let Some((_, registered)) = registered {
            read.by(registered, self)?;
        }
        let ceiling = meter.and_then(|meter| meter.ceiling(read.unit.kept()));
        read.most = ceiling.unwrap_or(bounds.most);
        Ok(read)
    }
}

impl ReadAs {
    fn by(&mut self, registered: &MeterRegistered, called: Called) -> Result<(), Fault> {
        let is_reactive = matches!(self.channel, Channel::RI | Channel::RE);
        if is_reactive {
            return Ok(());
        }
        if !self.as_registered {
            let applies = |unit: &Sent| *unit != Sent::KW || !called.is_register;
            if let Some(unit) = registered.unit.filter(applies) {
                self.unit = unit_of(called.unit, unit, registered)?;
            }
            if registered.direction == Some(Direction::Export) {
                self.channel = Channel::AE;
            }
            if (called.unit, called.channel) != (self.unit, self.channel) {
                (self.as_registered, self.by) = (true, Some(registered.from));
            }
        }
        let is_volume = self.unit.kept() == Unit::CubicMetres;
        if is_volume && registered.fuel != Fuel::Gas {
            let hint = format!(
                "{} is registered as {}, which is not measured by volume; correct the unit, or register it as gas",
                registered.meter,
                registered.fuel.as_str()
            );
            return Err(Fault::new(Rule::Schema, hint));
        }
        Ok(())
    }

    /// A note on how values of this meter were converted; `None` if they are kept as received.
    pub(crate) fn describe(
        &self,
        called: Called,
        registered_as: &dyn std::fmt::Display,
    ) -> Option<String> {
        let mut parts = Vec::new();
        if let Some(from) = self.by {
            let mut what = Vec::new();
            if self.unit != called.unit {
                what.push(format!(
                    "what is called {} is {}",
                    called.unit.as_str(),
                    self.unit.as_str()
                ));
            }
            if self.channel != called.channel {
                what.push(format!(
                    "what is called {} is {}",
                    called.channel.as_str(),
                    self.channel.as_str()
                ));
            }
            parts.push(format!(
                "{}, as {registered_as} is registered from {from} on",
                what.join(" and ")
            ));
        }
        parts.extend(conversion(self.unit).map(str::to_owned));
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// The unit that applies where the sender and the registration name different units.
fn unit_of(called: Sent, unit: Sent, registered: &MeterRegistered) -> Result<Sent, Fault> {
    if called == unit || matches!(called, Sent::KWh | Sent::M3) {
        return Ok(unit);
    }
    let hint = format!(
        "{} is registered from {} on as measuring {}, and this says {}; send what it measures, or register it anew from the \
         day on which it measures something else",
        registered.meter,
        registered.from,
        unit.as_str(),
        called.as_str()
    );
    Err(Fault::new(Rule::Schema, hint))
}

/// How a unit that the ledger does not keep becomes one that it does, where the sender may want to check it.
fn conversion(unit: Sent) -> Option<&'static str> {
    match unit {
        Sent::Ft3 => Some(
            "ft3 are kept as m3: 1 ft3 is 0.028316846592 m3, each value rounded to a millilitre",
        ),
        Sent::Hcf => {
            Some("hcf are kept as m3: 1 hcf is 2.8316846592 m3, each value rounded to a millilitre")
        }
        Sent::KW => Some("kW are kept as kWh: the power times the hours each value covers"),
        Sent::Wh | Sent::KWh | Sent::MWh | Sent::M3 | Sent::KVArh => None,
    }
}

#[cfg(test)]
mod tests;
