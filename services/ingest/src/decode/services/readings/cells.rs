//! The cells of one row of a payload.

use chrono::{DateTime, NaiveDateTime};
use events::{Refusal, Rule};
use serde_json::Value;

use super::super::description::{At, Clock, Readings};
use super::super::path::{Element, Path, text_of};
use super::{Series, is_none};
use crate::decode::files::Place;
use crate::decode::files::description::MeterKind;
use crate::rules::Fault;

/// What a cell holds where the payload lacks the name of it: no number, so that it is refused by name.
const NOTHING: &str = "nothing";

/// How times are written once their offsets were applied.
pub(super) const UTC_TIME: &str = "%Y-%m-%dT%H:%M:%S";

/// Reads the rows of one series.
pub(super) struct Cells<'c> {
    pub(super) readings: &'c Readings,
    pub(super) series: &'c Series<'c>,
    pub(super) root: &'c Value,
}

/// The cells of a row, in the order of [`super::layout`].
#[derive(Debug)]
pub(super) struct RowCells {
    pub(super) cells: Vec<String>,
    pub(super) place: Place,
}

impl Cells<'_> {
    /// A row as it stands.
    pub(super) fn row(&self, number: usize, row: &Element<'_>) -> Result<RowCells, Refusal> {
        let readings = self.readings;
        let mut cells = vec![number.to_string(), self.meter(row)];
        match (&readings.at, &readings.date) {
            (Some(at), _) => cells.push(self.time(at, row)?),
            (None, Some(date)) => cells.push(self.text(&date.path, row)),
            (None, None) => {}
        }
        if self.series.channel.is_none()
            && let Some(path) = &readings.channel.path
        {
            cells.push(self.text(path, row));
        }
        match self.series.value {
            Some(path) => cells.push(self.value(path, row)),
            None => cells.extend(readings.numbered().map(|name| self.numbered(&name, row))),
        }
        if let Some(status) = &readings.status {
            match &status.path {
                Some(path) => cells.push(self.text(path, row)),
                None => cells.extend(readings.statuses().map(|name| self.named(&name, row))),
            }
        }
        let place = Place {
            pointer: row.pointer.clone(),
            text: row.value.to_string(),
            number,
        };
        Ok(RowCells { cells, place })
    }

    /// The meter of a row, with its numbering where that is known.
    pub(super) fn meter(&self, row: &Element<'_>) -> String {
        if let Some(meter) = &self.series.meter {
            return meter.clone();
        }
        let meter = self.readings.meter.as_ref();
        let path = meter.and_then(|meter| meter.path.as_ref());
        let text = path.map(|path| self.text(path, row)).unwrap_or_default();
        let kind = meter
            .and_then(|meter| meter.kind)
            .filter(|_| !text.is_empty());
        match kind {
            Some(MeterKind::Mpan) => format!("mpan:{text}"),
            Some(MeterKind::Mprn) => format!("mprn:{text}"),
            Some(MeterKind::Serial) => format!("serial:{text}"),
            None => text,
        }
    }

    /// The time of a row: as it is written, or in UTC if it bears its offset.
    fn time(&self, at: &At, row: &Element<'_>) -> Result<String, Refusal> {
        let text = self.text(&at.path, row);
        if self.readings.clock != Clock::Offset {
            return Ok(text);
        }
        let begins = with_offset(&at.path, &text, row)?;
        if let Some(until) = &at.until {
            let written = self.text(until, row);
            let ends = with_offset(until, &written, row)?;
            let minutes = (ends - begins).num_minutes();
            if minutes != self.readings.minutes {
                let hint = format!(
                    "an interval of this service is {} minutes long, and this is {minutes}; ask the service for half-hours",
                    self.readings.minutes
                );
                let fault = Fault::new(Rule::FileRow, hint);
                return Err(fault.at(field(row, until), written));
            }
        }
        Ok(begins.naive_utc().format(UTC_TIME).to_string())
    }

    /// The time of a row, on the clock of its description.
    pub(super) fn moment(&self, at: &At, row: &Element<'_>) -> Result<NaiveDateTime, Refusal> {
        let text = self.time(at, row)?;
        if self.readings.clock == Clock::Offset {
            return NaiveDateTime::parse_from_str(&text, UTC_TIME)
                .map_err(|_| unreadable(at, row, &text));
        }
        let mut formats = at.formats.iter();
        let read = |format: &String| NaiveDateTime::parse_from_str(&text, format).ok();
        formats
            .find_map(read)
            .ok_or_else(|| unreadable(at, row, &text))
    }

    /// The value of a row, with what is added to it.
    pub(super) fn value(&self, path: &Path, row: &Element<'_>) -> String {
        let Some(found) = path.of(self.root, row) else {
            return match self.readings.values.may_lack {
                true => String::new(),
                false => NOTHING.to_owned(),
            };
        };
        let text = self.unless_none(found.text());
        let plus = self.readings.values.plus.iter();
        let plus = plus
            .filter_map(|path| path.of(self.root, row))
            .map(|found| found.text());
        let plus: Vec<String> = plus.filter(|text| !text.is_empty()).collect();
        if plus.is_empty() {
            return text;
        }
        let all = || std::iter::once(&text).chain(&plus);
        let numbers: Result<Vec<f64>, _> = all().map(|text| text.parse::<f64>()).collect();
        match numbers {
            Ok(numbers) if numbers.iter().all(|number| *number >= 0.0) => sum(&numbers),
            // One that is no measurement stands for all, so that it is refused as it came.
            _ => {
                let mut all = all();
                let is_wrong =
                    |text: &&String| !text.parse::<f64>().is_ok_and(|number| number >= 0.0);
                all.find(is_wrong).cloned().unwrap_or_default()
            }
        }
    }

    fn numbered(&self, name: &str, row: &Element<'_>) -> String {
        match row.value.get(name) {
            Some(_) => self.unless_none(self.named(name, row)),
            None => NOTHING.to_owned(),
        }
    }

    fn named(&self, name: &str, row: &Element<'_>) -> String {
        row.value.get(name).map(text_of).unwrap_or_default()
    }

    fn text(&self, path: &Path, row: &Element<'_>) -> String {
        path.of(self.root, row)
            .map(|found| found.text())
            .unwrap_or_default()
    }

    fn unless_none(&self, text: String) -> String {
        match is_none(self.readings, &text) {
            true => String::new(),
            false => text,
        }
    }
}

/// The sum of numbers as text, to the last place that any meter counts.
pub(super) fn sum(numbers: &[f64]) -> String {
    let sum: f64 = numbers.iter().sum();
    let text = format!("{sum:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The pointer to a field of a row.
pub(super) fn field(row: &Element<'_>, path: &Path) -> String {
    format!("{}/{}", row.pointer, path.as_str())
}

fn with_offset(
    path: &Path,
    text: &str,
    row: &Element<'_>,
) -> Result<DateTime<chrono::FixedOffset>, Refusal> {
    DateTime::parse_from_rfc3339(text).map_err(|_| {
        let hint = "a time with its offset, such as 2026-05-25T22:30:00+01:00";
        let seen = if text.is_empty() { NOTHING } else { text };
        Fault::new(Rule::FileRow, hint).at(field(row, path), seen)
    })
}

fn unreadable(at: &At, row: &Element<'_>, text: &str) -> Refusal {
    let hint = format!(
        "a time, written {} as strftime has it",
        at.formats.join(" or ")
    );
    let seen = if text.is_empty() { NOTHING } else { text };
    Fault::new(Rule::FileRow, hint).at(field(row, &at.path), seen)
}
