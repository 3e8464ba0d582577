//! Reads a message: what it says of which meter, or why it says nothing. Independent of the state of registers.

mod described;
mod description;
mod fields;
mod glow;

use chrono::{DateTime, Utc};
use events::{Channel, Interval, MeterId, Quantity, Refusal, Rule, Sent};

use serde::de::IgnoredAny;

use crate::decode::content_mode::{ContentMode, split};
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
    most_events: usize,
) -> Result<Content, Refusal> {
    if message.retained && !payload.has_time() {
        // It is of an unknown time in the past.
        return Ok(Content::Nothing);
    }
    match payload {
        Payload::CloudEvents => events(text(message)?, most_events),
        Payload::Glow => glow::read(message),
        Payload::Register(payload) => described::register(payload, message),
        Payload::Interval(payload) => described::interval(payload, message),
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

fn text(message: &Message) -> Result<&str, Refusal> {
    std::str::from_utf8(&message.payload).map_err(|error| {
        let at = error.valid_up_to();
        let hint = format!("send UTF-8: byte {at} of the message is not");
        let seen = &message.payload[at..message.payload.len().min(at + 8)];
        Fault::new(Rule::Unreadable, hint).at("", seen.escape_ascii())
    })
}

#[cfg(test)]
mod tests;
