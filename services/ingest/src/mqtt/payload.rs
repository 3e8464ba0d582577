//! Reads a message: what it says of which meter, or why it says nothing. Independent of the state of registers.

mod described;
mod description;

use chrono::{DateTime, Utc};
use events::{Channel, Interval, MeterId, Quantity, Refusal, Rule, Sent};
use serde::de::IgnoredAny;

use crate::decode::content_mode::{ContentMode, split};
use crate::decode::register_reads::{self, Arrival, Fields, RegisterRead, utf8};
use crate::decode::services::{GLOW, Services};
use crate::rules::Fault;

pub use description::Payload;

/// A message as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) topic: String,
    pub(crate) payload: Vec<u8>,
    /// Whether the broker had kept it for new subscribers.
    pub(crate) retained: bool,
    pub(crate) arrived: DateTime<Utc>,
}

/// What a message holds.
#[derive(Debug, PartialEq)]
pub(crate) enum Content {
    /// Events, each as text.
    Events(Vec<String>),
    /// Reads of registers.
    Reads(Vec<RegisterRead>),
    /// The value of one interval.
    Value(IntervalValue),
    /// Nothing that is measured.
    Nothing,
}

/// The value of an interval.
#[derive(Debug, PartialEq)]
pub(crate) struct IntervalValue {
    pub(crate) meter: MeterId,
    pub(crate) channel: Channel,
    pub(crate) unit: Sent,
    pub(crate) start: DateTime<Utc>,
    pub(crate) end: DateTime<Utc>,
    pub(crate) interval: Interval,
    pub(crate) value: Quantity,
}

/// Reads a message.
pub(crate) fn read(
    payload: &Payload,
    message: &Message,
    services: &Services,
    most_events: usize,
) -> Result<Content, Refusal> {
    if message.retained && !payload.has_time() {
        // It is of an unknown time in the past.
        return Ok(Content::Nothing);
    }
    let arrival = Arrival {
        topic: Some(&message.topic),
        at: message.arrived,
    };
    match payload {
        Payload::CloudEvents => events(utf8(&message.payload)?, most_events),
        Payload::Glow => glow(message, services),
        Payload::Register(payload) => {
            let fields = Fields::read(&message.payload)?;
            let read = register_reads::read(payload, &fields, arrival)?;
            Ok(Content::Reads(vec![read]))
        }
        Payload::Interval(payload) => described::interval(payload, message).map(Content::Value),
    }
}

/// What a display sends of its meters; what it says of itself is left out.
fn glow(message: &Message, services: &Services) -> Result<Content, Refusal> {
    let of = message.topic.rsplit('/').next();
    let glow = services.find(GLOW);
    match glow.filter(|_| matches!(of, Some("electricitymeter" | "gasmeter"))) {
        Some(glow) => {
            let fields = Fields::read(&message.payload)?;
            glow.reads(&fields, message.arrived).map(Content::Reads)
        }
        None => Ok(Content::Nothing),
    }
}

fn events(text: &str, most: usize) -> Result<Content, Refusal> {
    let is_batch = text.trim_ascii_start().starts_with('[');
    let mode = match is_batch {
        true => ContentMode::Batch,
        false => ContentMode::One,
    };
    let items = split(&mode, text, most)?;
    // The elements of an array are known to be JSON.
    if let (false, Err(error)) = (is_batch, serde_json::from_str::<IgnoredAny>(text)) {
        let hint = format!("send JSON; {error}");
        return Err(Fault::new(Rule::Unreadable, hint).at("", text.trim_ascii()));
    }
    Ok(Content::Events(
        items.into_iter().map(str::to_owned).collect(),
    ))
}

#[cfg(test)]
mod tests;
