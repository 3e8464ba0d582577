//! Reads suppliers' files: turns rows into meter-days. A format is a description and not code: see [`description`] and
//! [`catalogue`].

mod catalogue;
mod cells;
mod clock;
mod columns;
mod container;
mod cut;
mod date_order;
pub(crate) mod description;
mod draft;
mod encoding;
mod filling;
mod headerless;
mod labels;
mod lists;
mod part_of;
mod place;
mod preview;
mod read;
mod repeated_hour;
mod rows;
mod school_rows;
mod table;

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Utc};
use events::{MeterId, Refusal, Rule};

use crate::decode::bad_values::BadValues;
use crate::decode::meter_day::MeterDay;
use crate::register::Register;
use crate::rules::{Bounds, Fault};

use catalogue::found;
use columns::{Columns, Differences};
use read::Found;
use table::Row;

pub(crate) use catalogue::Format;
pub use catalogue::{FormatError, Formats};
pub(crate) use catalogue::{Reads, descriptions_in, is_name};
pub use cells::is_scientific;
pub use container::{Kind, attachments, is_old_office, kind, sheets};
pub(crate) use container::{Part, part, parts};
pub use cut::{Cut, CutError, CutPart, cut};
pub use date_order::DayOrder;
pub use draft::draft;
pub use encoding::decode;
pub(crate) use filling::QuarterPlace;
pub(crate) use labels::with_number;
pub use lists::{TextRow, TextTable, tables};
pub use part_of::PartOf;
pub(crate) use place::{FIELD, Place, place_of, row};
pub(crate) use preview::preview_placed;
pub use preview::{DetectedTable, Preview, PreviewedDay, PreviewedEvent};
pub(crate) use school_rows::{SchoolEvent, SchoolName, SchoolSheet};

/// The context in which a file is read.
#[derive(Clone, Copy)]
pub(crate) struct ReadingContext<'a> {
    pub(crate) register: &'a Register,
    pub(crate) bounds: &'a Bounds,
    /// What the sender says of the whole table, if the text is a part of one.
    pub(crate) part: Option<&'a PartOf>,
}

/// The content of a file, by what its format holds.
#[derive(Debug)]
pub(crate) enum Content<'a> {
    /// Half-hours of meters.
    Readings(Box<Sheet<'a>>),
    /// Events about schools.
    Schools(SchoolSheet<'a>),
}

/// The readings of a file.
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
    /// The name of the column with the meters' numbers.
    pub(crate) meter_column: String,
    /// Rows that the format leaves alone, by the text that says so.
    pub(crate) left_alone: BTreeMap<String, usize>,
    /// Rows whose values do not add up to the total that they state, in sentences.
    pub(crate) totals_off: Vec<String>,
}

/// A meter-day, and the rows it was read from.
#[derive(Debug)]
pub(crate) struct FileDay<'a> {
    pub(crate) day: MeterDay,
    /// The line of the first row that counts with it.
    pub(crate) line: usize,
    /// The number of accepted rows that count with it; none if it is the end of a row that counts with the day before.
    pub(crate) rows: usize,
    /// Its rows with impossible values. A row of one half-hour with such a value is refused instead.
    pub(crate) bad: Vec<BadRow<'a>>,
}

/// A row with impossible values.
#[derive(Debug)]
pub(crate) struct BadRow<'a> {
    pub(crate) line: usize,
    pub(crate) text: &'a str,
    pub(crate) bad: BadValues,
}

/// A row that was refused, as it stands in the file.
#[derive(Debug)]
pub(crate) struct RefusedRow<'a> {
    pub(crate) line: usize,
    pub(crate) text: &'a str,
    pub(crate) refusals: Vec<Refusal>,
}

impl<'a> Content<'a> {
    /// Reads a whole file; fails if it does not have this format at all.
    pub(crate) fn read(
        format: &Format,
        text: &'a str,
        known: &ReadingContext<'_>,
    ) -> Result<Self, Refusal> {
        Content::read_placed(format, text, &[], known)
    }

    /// The same for a table that was made from a payload: `places` are those of its rows.
    pub(crate) fn read_placed(
        format: &Format,
        text: &'a str,
        places: &'a [Place],
        known: &ReadingContext<'_>,
    ) -> Result<Self, Refusal> {
        let differs = |differences: Differences| {
            let (header, line) = first_row(text);
            let hint = format!("this is no file of format {}: {differences}", format.name);
            Fault::new(Rule::FileRow, hint).at(row(line), header)
        };
        match &format.reads {
            Reads::Readings(description) => {
                let find = |head: &table::Head<'_>| Columns::find(description, head);
                let found = found(text, &description.header, find);
                let found = Found {
                    places,
                    ..found.map_err(differs)?
                };
                let sheet = read::read(description, &found, known)?;
                Ok(Content::Readings(Box::new(sheet)))
            }
            Reads::SchoolRows(rows) => {
                let found = found(text, rows.header(), |head| rows.find(head)).map_err(differs)?;
                school_rows::read(rows, &found, known.bounds).map(Content::Schools)
            }
        }
    }
}

impl<'a> Sheet<'a> {
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

/// The first row of a file, and its line.
fn first_row(text: &str) -> (String, usize) {
    let heads = table::Table::heads(text);
    let head = heads
        .first()
        .map(|head| (head.row.text.to_owned(), head.row.line));
    head.unwrap_or_else(|| ("no header".to_owned(), 1))
}

/// Whether a day lies in the years that events can be of.
fn is_of_our_time(day: &chrono::NaiveDate) -> bool {
    (1900..=2099).contains(&day.year())
}

/// Refuses an earlier row because of a later row about the same thing.
fn superseded(row: &Row<'_>, by: &Row<'_>, what: String) -> Refusal {
    let hint = format!(
        "{} is about the same and stands, being later; leave one of the two out",
        by.name()
    );
    Fault::new(Rule::Conflict, hint).at(row.pointer(), what)
}

#[cfg(test)]
mod tests;
