//! Reads rows about schools instead of meters: collections of waste, counts of travel surveys, travel initiatives. Each becomes an
//! event.

mod description;
mod initiatives;
mod line;
mod surveys;
mod waste;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use events::{Data, Refusal, Rule, SettlementDay, Urn};

use super::columns::{Differences, NamedColumns};
use super::date_order::{self, has_two_orders};
use super::description::OneOrMore;
use super::read::Found;
use super::table::{Head, Row, Table};
use super::{RefusedRow, row};
use crate::rules::{Bounds, Fault};
use crate::tokens::token_sha256;

pub(crate) use description::SchoolRows;
use line::Line;

/// The content of a file about schools.
#[derive(Debug, Default)]
pub(crate) struct SchoolSheet<'a> {
    /// Rows below the header that the format does not leave alone.
    pub(crate) rows: usize,
    /// What was read.
    pub(crate) events: Vec<SchoolEvent<'a>>,
    /// The refused rows.
    pub(crate) refused: Vec<RefusedRow<'a>>,
    /// The latest day of the file that has begun.
    pub(crate) latest: Option<NaiveDate>,
    /// A note on the order of day and month, if the file needs one.
    pub(crate) date_order: Option<String>,
    /// Rows that are the same as a row before, in words.
    pub(crate) alike: Vec<String>,
    /// Rows that the format leaves alone, by the text that says so.
    pub(crate) left_alone: BTreeMap<String, usize>,
    /// The columns that fields of the events were read from, by the pointer to the field.
    pub(crate) columns: Vec<(&'static str, String)>,
}

/// An event, and the rows it was read from.
#[derive(Debug)]
pub(crate) struct SchoolEvent<'a> {
    /// Never empty.
    pub(crate) rows: Vec<Row<'a>>,
    pub(crate) school: SchoolName,
    pub(crate) name: EventName,
    pub(crate) data: Data,
}

/// How a row names its school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SchoolName {
    /// By its URN, or by the name of a site that the format knows.
    Urn(Urn),
    /// By a name that the register may know.
    Registered(String),
}

/// What tells an event from the others of its format. It stays the same where a file is sent again with other figures.
#[derive(Debug)]
pub(crate) enum EventName {
    /// The number that the sender gave it.
    Reference(String),
    /// The kind of event, and what it is about at its school.
    About(&'static str, String),
}

impl SchoolEvent<'_> {
    /// The line of its first row.
    pub(crate) fn line(&self) -> usize {
        self.rows.first().map_or(0, |row| row.line)
    }

    /// Its id, once its school is known.
    pub(crate) fn id(&self, school: Urn) -> String {
        /// As many hexadecimal digits as tell apart what one school ever sends.
        const DIGITS: usize = 16;
        match &self.name {
            EventName::Reference(reference) => reference.clone(),
            EventName::About(kind, what) => {
                let hash = token_sha256(&format!("{school}\n{what}"));
                format!("{kind}-{}", hash.get(..DIGITS).unwrap_or(&hash))
            }
        }
    }
}

impl SchoolRows {
    /// Finds the columns, and how many there are; or says how the header differs.
    pub(super) fn find(&self, header: &Head<'_>) -> Result<(NamedColumns, usize), Differences> {
        let only: Vec<_> = self
            .only()
            .iter()
            .map(|only| OneOrMore::One(only.column.clone()))
            .collect();
        let mut wanted = self.columns();
        wanted.extend(&only);
        NamedColumns::find(self.header(), &wanted, header)
    }
}

/// Reads the rows below the header. Fails if days of the file are written in two orders.
pub(super) fn read<'a>(
    rows: &SchoolRows,
    found: &Found<'a, NamedColumns>,
    bounds: &Bounds,
) -> Result<SchoolSheet<'a>, Refusal> {
    let formats = &rows.date().formats;
    let days = rows.days();
    let today = SettlementDay::of(bounds.latest).0;
    let dates = match has_two_orders(formats) {
        true => dates(found, &days),
        false => BTreeMap::new(),
    };
    let column = days.first().and_then(|day| found.columns.of(day));
    let column = column.map_or("the day", |column| column.name.as_str());
    let order = date_order::settle(&dates, column, formats, today)
        .map_err(|contradiction| contradiction.refusal)?;
    let mut sheet = SchoolSheet {
        date_order: order.note,
        ..SchoolSheet::default()
    };
    let mut lines = Vec::new();
    let mut table = Table::below(found.text, found.line, None);
    while let Some(at) = table.next_row() {
        if table.is_blank() {
            continue;
        }
        let line = Line::new(&table, &found.columns, at, &order.formats);
        if let Some(why) = rows.only().iter().find_map(|only| line.left_alone(only)) {
            *sheet.left_alone.entry(why).or_default() += 1;
            continue;
        }
        sheet.rows += 1;
        lines.push(line);
    }
    match rows {
        SchoolRows::Waste(rows) => waste::read(rows, &lines, today, &mut sheet),
        SchoolRows::Survey(rows) => surveys::read(rows, &lines, today, &mut sheet),
        SchoolRows::Initiatives(rows) => initiatives::read(rows, &lines, today, &mut sheet),
    }
    sheet.refused.sort_by_key(|refused| refused.line);
    sheet.events.sort_by_key(SchoolEvent::line);
    Ok(sheet)
}

/// The distinct days of a file, each with its first line.
fn dates(found: &Found<'_, NamedColumns>, days: &[&OneOrMore]) -> BTreeMap<String, usize> {
    let mut table = Table::below(found.text, found.line, None);
    let mut dates = BTreeMap::new();
    while let Some(row) = table.next_row() {
        for day in days {
            let text = found.columns.of(day).and_then(|day| table.field(day));
            let text = text.unwrap_or_default().to_owned();
            dates.entry(text).or_insert(row.line);
        }
    }
    dates
}

impl<'a> SchoolSheet<'a> {
    fn refuse(&mut self, at: Row<'a>, refusals: Vec<Refusal>) {
        self.refused.push(RefusedRow {
            line: at.line,
            text: at.text,
            refusals,
        });
    }

    /// Notes a day of the file that has begun.
    fn saw(&mut self, day: NaiveDate, today: NaiveDate) {
        if day <= today {
            self.latest = self.latest.max(Some(day));
        }
    }

    /// A note on rows that are the same as a row before, if there are any.
    pub(crate) fn alike(&self) -> Option<String> {
        /// The most rows that are named; the others are counted.
        const NAMED: usize = 5;
        let named: Vec<_> = self.alike.iter().take(NAMED).map(String::as_str).collect();
        let more = match self.alike.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        (!named.is_empty()).then(|| {
            format!(
                "rows that are the same as a row before count, too: {}{more}. Where a collection is listed twice, leave one of the \
                 two out",
                named.join(", ")
            )
        })
    }

    /// The column that a field of an event was read from.
    pub(crate) fn column(&self, pointer: &str) -> Option<&str> {
        let found = self.columns.iter().find(|(field, _)| *field == pointer);
        found.map(|(_, column)| column.as_str())
    }
}

/// Refuses days that have not come yet: nothing was collected or asked on them.
fn has_begun(day: NaiveDate, today: NaiveDate) -> Result<(), Fault> {
    let hint = "the day has not come yet; check the order of day, month and year";
    match day <= today && day.year() >= 2001 {
        true => Ok(()),
        false if day > today => Err(Fault::new(Rule::Future, hint)),
        false => Err(Fault::new(
            Rule::Clock,
            "the day is before 2001; check its year",
        )),
    }
}

/// The reasons why a row is refused.
#[derive(Default)]
struct Faults(Vec<Refusal>);

impl Faults {
    fn take<T>(&mut self, read: Result<T, Refusal>) -> Option<T> {
        read.map_err(|refusal| self.0.push(refusal)).ok()
    }
}

/// Refuses a row because of another of the same survey, ticket or initiative.
fn because_of(at: Row<'_>, other: usize, hint: &str, seen: &str) -> Refusal {
    let hint = format!("line {other}: {hint}");
    Fault::new(Rule::FileRow, hint).at(row(at.line), seen)
}
