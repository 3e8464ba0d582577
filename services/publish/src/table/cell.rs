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

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<DateTime<Utc>> for Cell {
    fn from(time: DateTime<Utc>) -> Self {
        Cell::Text(time.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl From<NaiveDate> for Cell {
    fn from(day: NaiveDate) -> Self {
        Cell::Day(day)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Cell::Flag(flag)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Cell::Float(number)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Cell::Int(number)
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Cell::Int(number.into())
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        i64::try_from(number).ok().into()
    }
}

impl From<Grams> for Cell {
    fn from(weight: Grams) -> Self {
        Cell::Int(weight.0)
    }
}

impl From<MilligramsCo2e> for Cell {
    fn from(co2e: MilligramsCo2e) -> Self {
        Cell::Int(co2e.0)
    }
}
