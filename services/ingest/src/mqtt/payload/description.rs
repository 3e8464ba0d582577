//! How the messages of a gateway are described: where in them, or in their topic, the meter, the time and the value stand.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use events::{Channel, Interval, MeterId, Sent};
use serde::Deserialize;

use crate::decode::register_reads::{
    MeterPlace, Numbering, RegisterPayload, pointer_is_wrong, unit_is_wrong,
};

/// What messages hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Payload {
    /// One event, or a JSON array of them, as for `/v1/events`.
    CloudEvents,
    /// What a display of Hildebrand Glow sends to a broker in the building.
    Glow,
    /// JSON with reads of a cumulative register.
    Register(RegisterPayload),
    /// JSON with values of intervals.
    Interval(IntervalPayload),
}

impl Payload {
    /// Whether a message says what time it is of. Otherwise that is when it arrives, so a message that the broker kept would
    /// get a wrong time.
    pub(crate) fn has_time(&self) -> bool {
        match self {
            Payload::Register(payload) => payload.time.is_some(),
            Payload::CloudEvents | Payload::Glow | Payload::Interval(_) => true,
        }
    }

    pub(crate) fn wrong(&self) -> Option<String> {
        match self {
            Payload::CloudEvents | Payload::Glow => None,
            Payload::Register(payload) => payload.wrong(),
            Payload::Interval(payload) => payload.wrong(),
        }
    }
}

/// Messages with the value of an interval.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntervalPayload {
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
    /// Where the value stands, as a JSON pointer.
    pub value: String,
    /// Where the time of the interval stands.
    pub time: String,
    /// Whether that is its start or its end.
    pub label: Label,
    /// How long it is: `PT30M`, `PT1H` or `P1D`.
    pub interval: Interval,
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
}

/// What a time of an interval is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// Its start.
    Start,
    /// Its end.
    End,
}

impl IntervalPayload {
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
        self.meter_place()
            .wrong()
            .or_else(|| unit_is_wrong(self.unit, self.unit_pointer.as_deref()))
            .or_else(|| pointer_is_wrong("value", Some(&self.value)))
            .or_else(|| pointer_is_wrong("time", Some(&self.time)))
    }
}
