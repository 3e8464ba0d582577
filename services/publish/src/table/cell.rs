//! A cell, and the values that it is made from.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use events::{Grams, MilligramsCo2e};

/// A cell. There is no default: a value that is not known is [`Cell::Nothing`], never 0.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Not known.
    Nothing,
    /// Text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number for reading.
    Float(f64),
    /// Yes or no.
    Flag(bool),
    /// A day.
    Day(NaiveDate),
}

impl<V: Into<Cell>> From<Option<V>> for Cell {
    fn from(value: Option<V>) -> Self {
        value.map_or(Cell::Nothing, Into::into)
    }
}

/// A conversion for each type of value; one blanket conversion could not also take options.
macro_rules! cell_from {
    ($($value:ident: $from:ty => $cell:expr;)*) => {
        $(impl From<$from> for Cell {
            fn from($value: $from) -> Self {
                $cell
            }
        })*
    };
}

cell_from! {
    text: String => Cell::Text(text);
    text: &str => Cell::Text(text.to_owned());
    time: DateTime<Utc> => Cell::Text(time.to_rfc3339_opts(SecondsFormat::Secs, true));
    day: NaiveDate => Cell::Day(day);
    flag: bool => Cell::Flag(flag);
    number: f64 => Cell::Float(number);
    number: i64 => Cell::Int(number);
    number: u32 => Cell::Int(number.into());
    number: usize => i64::try_from(number).ok().into();
    weight: Grams => Cell::Int(weight.0);
    co2e: MilligramsCo2e => Cell::Int(co2e.0);
}
