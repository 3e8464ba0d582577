//! Suppliers' files: rows in, meter-days out. A format is a description, not code: see [`format::FORMATS`].

mod cells;
mod clock;
mod date_order;
mod day_rows;
mod filling;
mod format;
mod half_hour_rows;
mod repeated_hour;
mod table;

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Utc};
use events::{MeterId, Refusal, Rule};

use crate::decode::bad_values::BadValues;
use crate::decode::meter_day::MeterDay;
use crate::register::Register;
use crate::rules::{Bounds, Fault};

pub(crate) use format::{Format, Layout, find, names};

/// What a file is read by.
#[derive(Clone, Copy)]
pub(crate) struct ReadingContext<'a> {
    pub(crate) register: &'a Register,
    pub(crate) bounds: &'a Bounds,
}

/// What a file says.
#[derive(Debug, Default)]
pub(crate) struct Sheet<'a> {
    /// Rows below the header.
    pub(crate) rows: usize,
    /// The meter-days that stand.
    pub(crate) days: Vec<FileDay<'a>>,
    /// The rows that do not.
    pub(crate) refused: Vec<RefusedRow<'a>>,
    /// When the latest half-hour of the file ended, leaving out those that have not.
    pub(crate) latest: Option<DateTime<Utc>>,
    /// A note on the order of day and month, if the file needs one.
    pub(crate) date_order: Option<String>,
    /// What was made of the values of each meter beyond keeping them as they came.
    pub(crate) read_as: BTreeMap<MeterId, String>,
}

/// A meter-day, and the rows it was read from.
#[derive(Debug)]
pub(crate) struct FileDay<'a> {
    pub(crate) day: MeterDay,
    /// The line of the first row that stands, and its text.
    pub(crate) line: usize,
    pub(crate) text: &'a str,
    /// How many rows stand.
    pub(crate) rows: usize,
    /// Its values that cannot be. A row of one half-hour that holds such a value is refused instead.
    pub(crate) bad: BadValues,
}

/// A row that was refused, as it stands in the file.
#[derive(Debug)]
pub(crate) struct RefusedRow<'a> {
    pub(crate) line: usize,
    pub(crate) text: &'a str,
    pub(crate) refusals: Vec<Refusal>,
}

impl<'a> Sheet<'a> {
    /// Reads a whole file; fails if it is not of this format at all.
    pub(crate) fn read(
        format: &Format,
        text: &'a str,
        known: &ReadingContext<'_>,
    ) -> Result<Self, Refusal> {
        match &format.layout {
            Layout::DayRows {
                date,
                date_format,
                values,
                count,
            } => day_rows::read(
                format,
                text,
                known,
                &day_rows::Columns {
                    date,
                    date_format,
                    values,
                    count: *count,
                },
            ),
            Layout::HalfHourRows {
                at,
                at_format,
                value,
                label_minutes,
            } => {
                let columns = half_hour_rows::Columns {
                    at,
                    at_format,
                    value,
                    label_minutes: *label_minutes,
                };
                half_hour_rows::read(format, text, known, &columns)
            }
        }
    }

    fn refuse(&mut self, line: usize, text: &'a str, refusals: Vec<Refusal>) {
        self.refused.push(RefusedRow {
            line,
            text,
            refusals,
        });
    }

    fn saw(&mut self, end: DateTime<Utc>, bounds: &Bounds) {
        if end <= bounds.latest {
            self.latest = self.latest.max(Some(end));
        }
    }
}

/// Whether a day lies in the years that events can be of.
fn is_of_our_time(day: &chrono::NaiveDate) -> bool {
    (1900..=2099).contains(&day.year())
}

/// Where a row stands, as a pointer.
pub(crate) fn row(line: usize) -> String {
    format!("/row/{line}")
}

/// A refusal of an earlier row about the same thing as a later one.
fn superseded(line: usize, by: usize, what: String) -> Refusal {
    let hint =
        format!("line {by} is about the same and stands, being later; leave one of the two out");
    Fault::new(Rule::Conflict, hint).at(row(line), what)
}

#[cfg(test)]
mod tests;
