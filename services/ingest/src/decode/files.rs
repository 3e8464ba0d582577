//! Reads suppliers' files: turns rows into meter-days. A format is a description, not code: see [`format::FORMATS`].

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

pub(crate) use format::{FORMATS, Format, Layout, find, names};

/// The context in which a file is read.
#[derive(Clone, Copy)]
pub(crate) struct ReadingContext<'a> {
    pub(crate) register: &'a Register,
    pub(crate) bounds: &'a Bounds,
}

/// The content of a file.
#[derive(Debug, Default)]
pub(crate) struct Sheet<'a> {
    /// Rows below the header.
    pub(crate) rows: usize,
    /// The accepted meter-days.
    pub(crate) days: Vec<FileDay<'a>>,
    /// The refused rows.
    pub(crate) refused: Vec<RefusedRow<'a>>,
    /// The end of the latest half-hour of the file that is over.
    pub(crate) latest: Option<DateTime<Utc>>,
    /// A note on the order of day and month, if the file needs one.
    pub(crate) date_order: Option<String>,
    /// For each meter, a note on how its values were converted, if they were not kept as received.
    pub(crate) read_as: BTreeMap<MeterId, String>,
}

/// A meter-day, and the rows it was read from.
#[derive(Debug)]
pub(crate) struct FileDay<'a> {
    pub(crate) day: MeterDay,
    /// The line of the first accepted row, and its text.
    pub(crate) line: usize,
    pub(crate) text: &'a str,
    /// The number of accepted rows.
    pub(crate) rows: usize,
    /// Its impossible values. A row of one half-hour with such a value is refused instead.
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
    /// Reads a whole file; fails if it does not have this format at all.
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

/// The pointer to a row.
pub(crate) fn row(line: usize) -> String {
    format!("/row/{line}")
}

/// Refuses an earlier row because of a later row about the same thing.
fn superseded(line: usize, by: usize, what: String) -> Refusal {
    let hint =
        format!("line {by} is about the same and stands, being later; leave one of the two out");
    Fault::new(Rule::Conflict, hint).at(row(line), what)
}

#[cfg(test)]
mod tests;
