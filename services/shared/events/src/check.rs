//! The constraints on fields beyond their types. `schemas/events/` states the same, and `tests/contracts` checks that both
//! agree; only the order of dates, the length of `quality` and check digits are checked here alone.

use std::fmt::Display;
use std::ops::RangeInclusive;

use chrono::NaiveDate;

use crate::Data;

/// A field with a value that its schema does not allow.
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
    /// Checks each field for what the types alone cannot express.
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
            Data::GridIntensity(data) => data.check(),
        }
    }
}

pub(crate) fn must(is_kept: bool, pointer: &str, rule: impl Display) -> Result<(), FieldError> {
    if is_kept {
        return Ok(());
    }
    Err(FieldError {
        pointer: pointer.to_owned(),
        rule: rule.to_string(),
    })
}

/// The most characters of a `source`, an `id` and most other texts.
pub const LONGEST_TEXT: usize = 200;

/// Whether `value` is 1 to 200 characters without control characters, as names and every `source` and `id` are.
pub fn is_text(value: &str) -> bool {
    (1..=LONGEST_TEXT).contains(&value.chars().count()) && !value.chars().any(char::is_control)
}

pub(crate) fn text(pointer: &str, value: &str) -> Result<(), FieldError> {
    let rule = "1 to 200 characters without control characters";
    must(is_text(value), pointer, rule)
}

/// The name of a school, a trust or a meter: people read it in lists, pages and spreadsheets.
pub(crate) fn name(pointer: &str, value: &str) -> Result<(), FieldError> {
    let rule = "1 to 100 characters, one of them visible, without control characters and characters that change the \
                direction of text";
    let is_name = (1..=100).contains(&value.chars().count())
        && !value.chars().any(char::is_control)
        && !value.chars().any(turns_text)
        && !value.chars().all(is_blank);
    must(is_name, pointer, rule)
}

/// Unicode's `Bidi_Control`: with one of these characters, a name is displayed in another order than it is stored in.
fn turns_text(letter: char) -> bool {
    matches!(
        letter,
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
    )
}

/// Whether a character is invisible: white space, or a character without width or ink.
fn is_blank(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '\u{AD}'
                | '\u{34F}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{180E}'
                | '\u{200B}'..='\u{200D}'
                | '\u{2060}'..='\u{2064}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{FEFF}'
                | '\u{FFA0}'
        )
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

/// Also passes if there is no last day.
pub(crate) fn not_before(
    pointer: &str,
    first: NaiveDate,
    last: Option<NaiveDate>,
) -> Result<(), FieldError> {
    let ordered = last.is_none_or(|last| first <= last);
    must(ordered, pointer, format_args!("on or after {first}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_visible_short_and_read_as_it_is_written() {
        let is_name = |value: &str| name("/data/name", value).is_ok();
        for taken in [
            "Oak",
            "=HYPERLINK(\"x\")",
            "Ysgol T\u{177} Ffynnon, St Mary\u{2019}s \"C/E\"",
            "<b>Oak</b> & Ash\\",
            &"\u{e9}".repeat(100),
        ] {
            assert!(is_name(taken), "{taken}");
        }
        for refused in [
            "",
            "   ",
            "\u{a0}\u{2003}",
            "\u{200b}\u{feff}",
            "\u{3164}",
            "Oak\u{202e}loohcS",
            "\u{2066}Oak\u{2069}",
            "Oak\u{200f}",
            "Oak\nPrimary",
            &"e".repeat(101),
        ] {
            assert!(!is_name(refused), "{refused:?}");
        }
    }
}
