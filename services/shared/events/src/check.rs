//! What a field may hold beyond its type. `schemas/events/` says the same, and `tests/contracts` holds the two to it;
//! only the order of dates, the length of `quality` and check digits are said here alone.

use std::fmt::Display;
use std::ops::RangeInclusive;

use chrono::NaiveDate;

use crate::Data;

/// A field that holds what its schema does not allow.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("{pointer} must be {rule}")]
pub struct FieldError {
    /// JSON pointer into the event.
    pub pointer: String,
    /// What is allowed there: ends the sentence "… must be".
    pub rule: String,
}

/// The most people one count can hold: more than any school or college in England has.
pub(crate) const PEOPLE: RangeInclusive<u32> = 0..=100_000;

impl Data {
    /// What the types alone cannot say of each field.
    pub fn check(&self) -> Result<(), FieldError> {
        match self {
            Data::MeterReadings(data) => data.check(),
            Data::ReadingsWithdrawn(data) => data.check(),
            Data::WasteCollected(data) => data.check(),
            Data::TravelSurveyed(data) => data.check(),
            Data::TravelInitiative(data) => data.check(),
            Data::TravelAccredited(data) => data.check(),
            Data::ActivityRecorded(data) => data.check(),
            Data::EvidenceFiled(data) => data.check(),
            Data::SchoolRegistered(data) => data.check(),
            Data::MeterRegistered(data) => data.check(),
        }
    }
}

pub(crate) fn must(holds: bool, pointer: &str, rule: impl Display) -> Result<(), FieldError> {
    if holds {
        return Ok(());
    }
    Err(FieldError {
        pointer: pointer.to_owned(),
        rule: rule.to_string(),
    })
}

/// Whether `value` is 1 to 200 characters without control characters, as names and every `source` and `id` are.
pub fn is_text(value: &str) -> bool {
    (1..=200).contains(&value.chars().count()) && !value.chars().any(char::is_control)
}

pub(crate) fn text(pointer: &str, value: &str) -> Result<(), FieldError> {
    let rule = "1 to 200 characters without control characters";
    must(is_text(value), pointer, rule)
}

pub(crate) fn maybe_text(pointer: &str, value: Option<&String>) -> Result<(), FieldError> {
    value.map_or(Ok(()), |value| text(pointer, value))
}

pub(crate) fn within<T: PartialOrd + Display>(
    pointer: &str,
    value: T,
    range: RangeInclusive<T>,
) -> Result<(), FieldError> {
    let rule = format_args!("{} to {}", range.start(), range.end());
    must(range.contains(&value), pointer, rule)
}

/// Holds also where there is no last day.
pub(crate) fn not_before(
    pointer: &str,
    first: NaiveDate,
    last: Option<NaiveDate>,
) -> Result<(), FieldError> {
    let ordered = last.is_none_or(|last| first <= last);
    must(ordered, pointer, format_args!("on or after {first}"))
}
