//! The table that the rows of a series make, and how the reader of files reads it.

use std::collections::BTreeMap;
use std::sync::Arc;

use csv::Writer;
use events::Channel;

use super::super::Service;
use super::super::description::{Clock, Readings};
use super::cells::{RowCells, UTC_TIME};
use super::halves::BEGINS;
use super::{Series, Table};
use crate::decode::files::description as file;
use crate::decode::files::{FIELD, Format, Reads, with_number};

/// The column of the row's number: so no row is blank.
const NUMBER: &str = "row";
/// The column of the quarter of its half-hour that a value is of, where it is not of both.
const QUARTER: &str = "quarter";
/// The column of the meter, which the payload may name elsewhere than in the row.
const METER: &str = "meter";

/// The table of these rows.
pub(super) fn table(
    service: &Service,
    readings: &Readings,
    series: &Series<'_>,
    rows: Vec<RowCells>,
) -> Table {
    let description = readings.of_table(&service.description.title, series);
    let mut writer = Writer::from_writer(b"sep=,\n".to_vec());
    let mut write = |cells: &[String]| {
        // Writing to memory cannot fail.
        let _written = writer.write_record(cells);
    };
    write(&header(readings, series));
    let mut places = Vec::with_capacity(rows.len());
    for row in rows {
        write(&row.cells);
        places.push(row.place);
    }
    let text = writer.into_inner().unwrap_or_default();
    Table {
        format: Format {
            name: service.name.clone(),
            reads: Reads::Readings(Arc::new(description)),
            text: String::new(),
        },
        text: String::from_utf8(text).unwrap_or_default(),
        places,
    }
}

/// The names of the columns, in the order of the cells.
fn header(readings: &Readings, series: &Series<'_>) -> Vec<String> {
    let mut names = vec![NUMBER.to_owned(), METER.to_owned()];
    names.extend(readings.stamp());
    names.extend(readings.own_channel(series));
    match series.value {
        Some(path) => names.push(column(path.as_str())),
        None => names.extend(readings.numbered().map(|name| column(&name))),
    }
    if let Some(status) = &readings.status {
        match &status.path {
            Some(path) => names.push(column(path.as_str())),
            None => names.extend(readings.statuses().map(|name| column(&name))),
        }
    }
    names.extend(readings.quarter());
    names
}

/// The column of a field of the row.
fn column(field: &str) -> String {
    format!("{FIELD}{field}")
}

impl Readings {
    /// The names of a day's values.
    pub(super) fn numbered(&self) -> impl Iterator<Item = String> {
        names(self.values.numbered.as_deref(), self.values.count)
    }

    /// The names of the statuses of a day's values.
    pub(super) fn statuses(&self) -> impl Iterator<Item = String> {
        let pattern = self
            .status
            .as_ref()
            .and_then(|status| status.numbered.as_deref());
        names(pattern, self.values.count)
    }

    /// The column of the time or the day.
    fn stamp(&self) -> Option<String> {
        let at = self.at.as_ref().map(|at| &at.path);
        let path = at.or(self.date.as_ref().map(|date| &date.path))?;
        Some(column(path.as_str()))
    }

    /// The column of lone quarters, if intervals are quarters of an hour.
    fn quarter(&self) -> Option<String> {
        (self.minutes == 15).then(|| QUARTER.to_owned())
    }

    /// The column of the channel, if each row says its own.
    fn own_channel(&self, series: &Series<'_>) -> Option<String> {
        let path = self
            .channel
            .path
            .as_ref()
            .filter(|_| series.channel.is_none())?;
        Some(column(path.as_str()))
    }

    /// The description of the table of a series.
    fn of_table(&self, title: &str, series: &Series<'_>) -> file::Description {
        let is_short = self.minutes < 30;
        let formats = |formats: &[String]| match (is_short, self.clock) {
            (true, _) => vec![BEGINS.to_owned()],
            (false, Clock::Offset) => vec![UTC_TIME.to_owned()],
            (false, Clock::Local | Clock::Utc) => formats.to_vec(),
        };
        let stamp = self.stamp().unwrap_or_default();
        let at = self.at.as_ref().map(|at| file::At {
            column: Some(stamp.clone()),
            date: None,
            time: None,
            formats: formats(&at.formats),
        });
        let date = self.date.as_ref().map(|date| file::Date {
            column: file::OneOrMore::One(stamp.clone()),
            formats: date.formats.clone(),
        });
        file::Description {
            _kind: None,
            title: title.to_owned(),
            layout: match at {
                Some(_) => file::Layout::Reading,
                None => file::Layout::Day,
            },
            clock: match self.clock {
                Clock::Local => file::Clock::Local,
                Clock::Utc | Clock::Offset => file::Clock::Utc,
            },
            label: match is_short {
                true => Some(file::Label::Start),
                false => self.label,
            },
            shift_days: 0,
            header: file::Header::default(),
            meter: file::Meter {
                column: file::OneOrMore::One(METER.to_owned()),
                kind: None,
            },
            date,
            at,
            period: None,
            values: file::Values {
                numbered: self.values.numbered.as_deref().map(column),
                timed: None,
                column: series.value.map(|path| column(path.as_str())),
                from: None,
                every: None,
                count: self.values.count,
                quarter: self.quarter(),
                midnight_first: false,
            },
            unit: file::Unit {
                is: Some(series.unit),
                column: None,
                names: BTreeMap::new(),
            },
            channel: self.channel_of(series),
            status: self.status_of(),
            only: Vec::new(),
            total: None,
        }
    }

    fn channel_of(&self, series: &Series<'_>) -> file::ChannelOf {
        match self.own_channel(series) {
            None => file::ChannelOf {
                is: Some(series.channel.unwrap_or(Channel::AI)),
                ..file::ChannelOf::default()
            },
            column => file::ChannelOf {
                is: None,
                column,
                names: self.channel.names.clone(),
                skip: self.channel.skip.clone(),
            },
        }
    }

    fn status_of(&self) -> Option<file::Status> {
        let status = self.status.as_ref()?;
        Some(file::Status {
            column: status.path.as_ref().map(|path| column(path.as_str())),
            beside: None,
            numbered: status.numbered.as_deref().map(column),
            texts: status.texts.clone(),
        })
    }
}

fn names(pattern: Option<&str>, count: Option<usize>) -> impl Iterator<Item = String> {
    let count = pattern.map_or(0, |_| count.unwrap_or_default());
    (1..=count).map(move |number| with_number(pattern.unwrap_or_default(), number))
}
