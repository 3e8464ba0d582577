//! How a message with the read of a register is described: where in it, or in its topic, the meter, the time and the value stand.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use events::{Channel, MeterId, Sent};
use serde::Deserialize;

/// Messages with the reads of a register that only counts up.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterPayload {
    /// The meter, if all messages are of one.
    #[serde(default)]
    pub meter: Option<MeterId>,
    /// Where its name stands in the message, as a JSON pointer.
    #[serde(default)]
    pub meter_pointer: Option<String>,
    /// The level of the topic that names it, from 1.
    #[serde(default)]
    pub meter_level: Option<usize>,
    /// `mpan`, `mprn` or `serial`: what numbering a bare number is of.
    #[serde(default)]
    pub numbering: Option<Numbering>,
    /// The meter of each name.
    #[serde(default)]
    pub meters: BTreeMap<String, MeterId>,
    /// Where the register's value stands, as a JSON pointer; empty if the message is the value.
    pub value: String,
    /// Where the time of the read stands; without it, a message is of the time when it arrives.
    #[serde(default)]
    pub time: Option<String>,
    /// The time zone of times that do not state one.
    #[serde(default)]
    pub zone: Option<Tz>,
    /// The unit of the value.
    #[serde(default)]
    pub unit: Option<Sent>,
    /// Where the unit stands.
    #[serde(default)]
    pub unit_pointer: Option<String>,
    /// The channel; active import by default.
    #[serde(default)]
    pub channel: Channel,
    /// Where the meter's serial number stands: another one means that the meter was exchanged.
    #[serde(default)]
    pub serial: Option<String>,
    /// The register's digits before the decimal point, after which it rolls over.
    #[serde(default)]
    pub digits: Option<u32>,
}

/// What numbering a bare number is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Numbering {
    /// MPANs.
    Mpan,
    /// MPRNs.
    Mprn,
    /// Serial numbers.
    Serial,
}

impl Numbering {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Numbering::Mpan => "mpan",
            Numbering::Mprn => "mprn",
            Numbering::Serial => "serial",
        }
    }
}

/// Where a message's meter is named.
pub(crate) struct MeterPlace<'a> {
    pub(crate) fixed: Option<&'a MeterId>,
    pub(crate) pointer: Option<&'a str>,
    pub(crate) level: Option<usize>,
    pub(crate) numbering: Option<Numbering>,
    pub(crate) meters: &'a BTreeMap<String, MeterId>,
}

impl MeterPlace<'_> {
    pub(crate) fn wrong(&self) -> Option<String> {
        let places = [
            self.fixed.is_some(),
            self.pointer.is_some(),
            self.level.is_some(),
        ];
        let named = places.into_iter().filter(|is_named| *is_named).count();
        if named != 1 {
            return Some("exactly one of meter, meter_pointer and meter_level says which meter a message is of".to_owned());
        }
        if self.fixed.is_some() && !(self.meters.is_empty() && self.numbering.is_none()) {
            return Some("meters and numbering go with meter_pointer or meter_level".to_owned());
        }
        if self.level == Some(0) {
            return Some("meter_level counts from 1".to_owned());
        }
        pointer_is_wrong("meter_pointer", self.pointer)
    }
}

impl RegisterPayload {
    pub(crate) fn meter_place(&self) -> MeterPlace<'_> {
        MeterPlace {
            fixed: self.meter.as_ref(),
            pointer: self.meter_pointer.as_deref(),
            level: self.meter_level,
            numbering: self.numbering,
            meters: &self.meters,
        }
    }

    pub(crate) fn wrong(&self) -> Option<String> {
        if self.unit == Some(Sent::KW) {
            return Some("unit: a register counts energy or volume, and kW is power".to_owned());
        }
        if self.zone.is_some() && self.time.is_none() {
            return Some("zone is of use with time only".to_owned());
        }
        if self.digits.is_some_and(|digits| !(3..=9).contains(&digits)) {
            return Some("digits is 3 to 9".to_owned());
        }
        self.meter_place()
            .wrong()
            .or_else(|| unit_is_wrong(self.unit, self.unit_pointer.as_deref()))
            .or_else(|| pointer_is_wrong("value", Some(&self.value)))
            .or_else(|| pointer_is_wrong("time", self.time.as_deref()))
            .or_else(|| pointer_is_wrong("serial", self.serial.as_deref()))
    }
}

/// Fails, in words, unless one of a fixed unit and a place of it is stated.
pub(crate) fn unit_is_wrong(unit: Option<Sent>, pointer: Option<&str>) -> Option<String> {
    if unit.is_some() == pointer.is_some() {
        return Some("exactly one of unit and unit_pointer says what the value is in".to_owned());
    }
    pointer_is_wrong("unit_pointer", pointer)
}

/// Fails, in words, unless it is a JSON pointer.
pub(crate) fn pointer_is_wrong(key: &str, pointer: Option<&str>) -> Option<String> {
    let pointer = pointer.filter(|pointer| !pointer.is_empty() && !pointer.starts_with('/'))?;
    Some(format!(
        "{key}: a JSON pointer begins with /, such as /{}",
        pointer.replace('.', "/")
    ))
}
