//! Reads of cumulative registers, as messages in JSON hold them: where in a message the meter, the time and the value stand is a
//! description and not code. The same for messages of gateways and for payloads of services.

mod description;
mod fields;
mod parts;

use chrono::{DateTime, Utc};
use events::{Channel, MeterId, Quantity, Refusal, Rule, Sent};

use crate::rules::Fault;

pub(crate) use description::{MeterPlace, pointer_is_wrong, unit_is_wrong};
pub use description::{Numbering, RegisterPayload};
pub(crate) use fields::{Fields, utf8};
pub(crate) use parts::{RegisterPart, reads_of_parts};

/// A read of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RegisterRead {
    pub(crate) meter: MeterId,
    pub(crate) channel: Channel,
    pub(crate) unit: Sent,
    pub(crate) digits: Option<u32>,
    pub(crate) serial: Option<String>,
    pub(crate) at: DateTime<Utc>,
    /// In millionths of the unit.
    pub(crate) value: Quantity,
}

/// The circumstances of a message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival<'a> {
    /// Its topic, if it came by MQTT.
    pub(crate) topic: Option<&'a str>,
    pub(crate) at: DateTime<Utc>,
}

/// The read that a message holds, by its description.
pub(crate) fn read(
    payload: &RegisterPayload,
    fields: &Fields<'_>,
    arrival: Arrival<'_>,
) -> Result<RegisterRead, Refusal> {
    let at = match &payload.time {
        Some(pointer) => fields.time(pointer, payload.zone, arrival.at)?,
        None => arrival.at,
    };
    let serial = payload.serial.as_deref();
    Ok(RegisterRead {
        meter: meter(&payload.meter_place(), fields, arrival.topic)?,
        channel: payload.channel,
        unit: unit(fields, payload.unit, payload.unit_pointer.as_deref())?,
        digits: payload.digits,
        serial: serial.map(|pointer| fields.text(pointer)).transpose()?,
        at,
        value: fields.quantity(&payload.value)?,
    })
}

/// The unit that a description states, or else the one that the message does.
pub(crate) fn unit(
    fields: &Fields<'_>,
    fixed: Option<Sent>,
    pointer: Option<&str>,
) -> Result<Sent, Refusal> {
    match fixed {
        Some(unit) => Ok(unit),
        None => fields.unit(pointer.unwrap_or_default()),
    }
}

/// The meter that a message, or its topic, names.
pub(crate) fn meter(
    place: &MeterPlace<'_>,
    fields: &Fields<'_>,
    topic: Option<&str>,
) -> Result<MeterId, Refusal> {
    if let Some(meter) = place.fixed {
        return Ok(meter.clone());
    }
    let (pointer, name) = match (place.pointer, place.level) {
        (Some(pointer), _) => (pointer.to_owned(), fields.text(pointer)?),
        (None, level) => {
            let (topic, level) = (topic.unwrap_or_default(), level.unwrap_or(1));
            let name = topic.split('/').nth(level.saturating_sub(1));
            let hint = format!("the topic has no level {level}, which names the meter");
            let missing = || Fault::new(Rule::Schema, hint).at("/topic", topic);
            ("/topic".to_owned(), name.ok_or_else(missing)?.to_owned())
        }
    };
    if let Some(meter) = place.meters.get(&name) {
        return Ok(meter.clone());
    }
    if !place.meters.is_empty() {
        let hint = "`meters` of the description has no such name; add it";
        return Err(Fault::new(Rule::UnknownMeter, hint).at(pointer, name));
    }
    let text = match place.numbering {
        Some(numbering) => format!("{}:{name}", numbering.as_str()),
        None => name,
    };
    fields::meter(&text, &pointer)
}

#[cfg(test)]
mod tests;
