//! Messages that the configuration describes.

use chrono::{DateTime, TimeDelta, Utc};
use events::{Interval, MeterId, Refusal, Rule, Sent, SettlementDay};

use super::description::{IntervalPayload, Label, MeterPlace, RegisterPayload};
use super::fields::{self, Fields};
use super::{Content, IntervalValue, Message, RegisterRead};
use crate::rules::Fault;

pub(super) fn register(payload: &RegisterPayload, message: &Message) -> Result<Content, Refusal> {
    let fields = Fields::of(message)?;
    let at = match &payload.time {
        Some(pointer) => fields.time(pointer, payload.zone, message.arrived)?,
        None => message.arrived,
    };
    let serial = payload.serial.as_deref();
    let unit = unit(&fields, payload.unit, payload.unit_pointer.as_deref())?;
    Ok(Content::Reads(vec![RegisterRead {
        meter: meter(&payload.meter_place(), &fields, message)?,
        channel: payload.channel,
        unit,
        digits: payload.digits,
        serial: serial.map(|pointer| fields.text(pointer)).transpose()?,
        at,
        value: fields.quantity(&payload.value)?,
    }]))
}

pub(super) fn interval(payload: &IntervalPayload, message: &Message) -> Result<Content, Refusal> {
    let fields = Fields::of(message)?;
    let time = fields.time(&payload.time, payload.zone, message.arrived)?;
    let (start, end) = ends(time, payload.label, payload.interval);
    Ok(Content::Value(IntervalValue {
        meter: meter(&payload.meter_place(), &fields, message)?,
        channel: payload.channel,
        unit: unit(&fields, payload.unit, payload.unit_pointer.as_deref())?,
        start,
        end,
        interval: payload.interval,
        value: fields.quantity(&payload.value)?,
    }))
}

/// The start and the end of an interval. A day is one of London, of 23 to 25 hours.
fn ends(time: DateTime<Utc>, label: Label, interval: Interval) -> (DateTime<Utc>, DateTime<Utc>) {
    let length = match interval {
        Interval::QuarterHour => TimeDelta::minutes(15),
        Interval::HalfHour => TimeDelta::minutes(30),
        Interval::Hour => TimeDelta::hours(1),
        Interval::Day if label == Label::Start => SettlementDay::of(time).ends() - time,
        Interval::Day => time - SettlementDay::of(time - TimeDelta::seconds(1)).starts(),
    };
    match label {
        Label::Start => (time, time + length),
        Label::End => (time - length, time),
    }
}

fn unit(fields: &Fields, fixed: Option<Sent>, pointer: Option<&str>) -> Result<Sent, Refusal> {
    match fixed {
        Some(unit) => Ok(unit),
        None => fields.unit(pointer.unwrap_or_default()),
    }
}

fn meter(place: &MeterPlace<'_>, fields: &Fields, message: &Message) -> Result<MeterId, Refusal> {
    if let Some(meter) = place.fixed {
        return Ok(meter.clone());
    }
    let (pointer, name) = match (place.pointer, place.level) {
        (Some(pointer), _) => (pointer.to_owned(), fields.text(pointer)?),
        (None, level) => {
            let level = level.unwrap_or(1);
            let name = message.topic.split('/').nth(level.saturating_sub(1));
            let hint = format!("the topic has no level {level}, which names the meter");
            let missing = || Fault::new(Rule::Schema, hint).at("/topic", &message.topic);
            ("/topic".to_owned(), name.ok_or_else(missing)?.to_owned())
        }
    };
    if let Some(meter) = place.meters.get(&name) {
        return Ok(meter.clone());
    }
    if !place.meters.is_empty() {
        let hint = "`meters` of the subscription has no such name; add it";
        return Err(Fault::new(Rule::UnknownMeter, hint).at(pointer, name));
    }
    let text = match place.numbering {
        Some(numbering) => format!("{}:{name}", numbering.as_str()),
        None => name,
    };
    fields::meter(&text, &pointer)
}
