//! Values of intervals, in messages that the configuration describes.

use chrono::{DateTime, TimeDelta, Utc};
use events::{Interval, Refusal, SettlementDay};

use super::description::{IntervalPayload, Label};
use super::{IntervalValue, Message};
use crate::decode::register_reads::{Fields, meter, unit};

pub(super) fn interval(
    payload: &IntervalPayload,
    message: &Message,
) -> Result<IntervalValue, Refusal> {
    let fields = Fields::read(&message.payload)?;
    let time = fields.time(&payload.time, payload.zone, message.arrived)?;
    let (start, end) = ends(time, payload.label, payload.interval);
    Ok(IntervalValue {
        meter: meter(&payload.meter_place(), &fields, Some(&message.topic))?,
        channel: payload.channel,
        unit: unit(&fields, payload.unit, payload.unit_pointer.as_deref())?,
        start,
        end,
        interval: payload.interval,
        value: fields.quantity(&payload.value)?,
    })
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
