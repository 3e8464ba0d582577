//! Reads the payloads of services that answer in JSON, as they come: half-hours become the rows of a table, which the reader of
//! files reads, and the items of a receipt become events. A service is a description and not code: see [`description`] and
//! [`catalogue`].

mod catalogue;
mod description;
mod head;
mod parameters;
mod path;
mod readings;
mod reads;
mod receipt;

use events::{Refusal, Rule};
use serde_json::Value;

use crate::rules::Fault;

pub use catalogue::Services;
pub(crate) use catalogue::{GLOW, Service};
pub(crate) use description::{Kind, Readings, Waste};
pub(crate) use parameters::Parameters;
pub(crate) use readings::{Tables, tables};
pub(crate) use receipt::receipt;

/// An element of a payload that was refused before it could be judged as a row or an event.
#[derive(Debug)]
pub(crate) struct RefusedElement {
    /// Its number among the rows of the payload, from 1.
    pub(crate) number: usize,
    /// The pointer to it.
    pub(crate) pointer: String,
    /// It, as JSON.
    pub(crate) text: String,
    pub(crate) refusal: Refusal,
}

/// The longest payload, in bytes: JSON takes several times as much memory as its text.
const LONGEST: usize = 16 << 20;

/// A payload as JSON.
pub(crate) fn parse(text: &str) -> Result<Value, Refusal> {
    if text.len() > LONGEST {
        let hint =
            format!("a payload is at most {LONGEST} bytes; ask the service for a shorter time");
        let seen = format!("{} bytes", text.len());
        return Err(Fault::new(Rule::TooLarge, hint).at("", seen));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(text).map_err(|error| {
        let beginning: String = text.chars().take(80).collect();
        let hint = format!("send the JSON that the service answered, all of it; {error}");
        Fault::new(Rule::Unreadable, hint).at("", beginning)
    })
}

#[cfg(test)]
mod tests;
