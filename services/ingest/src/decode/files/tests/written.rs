//! Writes half-hours in a format, by its description.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Europe::London;
use events::{Quality, Sent, SettlementDay};

use super::super::description::{At, Clock, Description, Layout, Status};
use super::super::labels::with_number;
use crate::decode::meter_day::{HalfHour, UNKNOWN};
use crate::rules::decimal;

/// The half-hours of meters' days.
pub(super) type Days = BTreeMap<(String, SettlementDay), Vec<HalfHour>>;

/// What a column holds.
enum Content {
    Meter,
    Date,
    /// A time, or the parts of one: all of it, the day, the time of day.
    At,
    AtDate,
    AtTime,
    Period,
    /// The value of the half-hour that begins so many minutes after midnight, and has this place among them, from 0.
    Value(i64, usize),
    Status(i64, usize),
    RowStatus,
    Unit,
    Channel,
    Constant(String),
    Total,
}

/// One row: a day, or one half-hour of it.
struct Row<'d> {
    meter: &'d str,
    /// The day that the row stands for: a local day, or one of UTC.
    day: NaiveDate,
    /// The half-hour of a row that holds one: when it begins, and its number in the day, from 0.
    half_hour: Option<(DateTime<Utc>, usize, HalfHour)>,
}

/// The text of a file. `notation` picks one of the format's notations of days.
pub(super) fn written(
    description: &Description,
    days: &Days,
    notation: usize,
    newest_first: bool,
) -> String {
    let columns = columns(description);
    let mut rows = rows(description, days);
    if newest_first {
        rows.reverse();
    }
    let writer = Writer {
        description,
        days,
        notation,
    };
    let mut text = csv::Writer::from_writer(Vec::new());
    if description.header.none {
        let number = |name: &str| name.parse::<usize>().unwrap();
        let last = columns.iter().map(|(name, _)| number(name)).max().unwrap();
        for row in &rows {
            let field = |at: usize| {
                let column = columns.iter().find(|(name, _)| number(name) == at);
                column.map_or("x".to_owned(), |(_, content)| writer.field(row, content))
            };
            text.write_record((1..=last).map(field)).unwrap();
        }
        return String::from_utf8(text.into_inner().unwrap()).unwrap();
    }
    text.write_record(columns.iter().map(|(name, _)| name))
        .unwrap();
    for row in &rows {
        let fields = columns
            .iter()
            .map(|(_, content)| writer.field(row, content));
        text.write_record(fields).unwrap();
    }
    String::from_utf8(text.into_inner().unwrap()).unwrap()
}

fn columns(description: &Description) -> Vec<(String, Content)> {
    let mut columns = Vec::new();
    for name in &description.header.columns {
        columns.push((name.clone(), Content::Constant("x".to_owned())));
    }
    for only in &description.only {
        columns.push((
            only.column.clone(),
            Content::Constant(only.values[0].clone()),
        ));
    }
    columns.push((description.meter.column.names()[0].clone(), Content::Meter));
    let mut add = |name: Option<&String>, content| {
        columns.extend(name.map(|name| (name.clone(), content)));
    };
    add(
        description
            .date
            .as_ref()
            .map(|date| &date.column.names()[0]),
        Content::Date,
    );
    let at = description.at.as_ref();
    add(at.and_then(|at| at.column.as_ref()), Content::At);
    add(at.and_then(|at| at.date.as_ref()), Content::AtDate);
    add(at.and_then(|at| at.time.as_ref()), Content::AtTime);
    add(
        description.period.as_ref().map(|period| &period.column),
        Content::Period,
    );
    add(description.unit.column.as_ref(), Content::Unit);
    add(description.channel.column.as_ref(), Content::Channel);
    add(
        description.total.as_ref().map(|total| &total.column),
        Content::Total,
    );
    add(description.values.column.as_ref(), Content::Value(0, 0));
    let status = description.status.as_ref();
    add(
        status.and_then(|status| status.column.as_ref()),
        Content::RowStatus,
    );
    let labels = description.labels();
    for (at, label) in labels.iter().enumerate() {
        let name = label.names.last().unwrap().clone();
        columns.push((name.clone(), Content::Value(label.starts, at)));
        if let Some(beside) = status.and_then(|status| status.beside.as_ref()) {
            let beside = beside.replace("{label}", &name);
            columns.push((beside, Content::Status(label.starts, at)));
        }
    }
    if let Some(numbered) = status.and_then(|status| status.numbered.as_ref()) {
        for (at, label) in labels.iter().enumerate() {
            let name = with_number(numbered, at + 1);
            columns.push((name, Content::Status(label.starts, at)));
        }
    }
    // A column may be named twice by the description, and stands in the file once.
    let mut seen = Vec::new();
    columns.retain(|(name, content)| {
        let is_new = !seen.contains(name) || matches!(content, Content::Status(..));
        seen.push(name.clone());
        is_new
    });
    columns
}

fn rows<'d>(description: &Description, days: &'d Days) -> Vec<Row<'d>> {
    if description.layout != Layout::Day {
        let halves = |((meter, day), half_hours): (&'d (String, SettlementDay), &Vec<HalfHour>)| {
            let row = |(slot, half_hour): (usize, &HalfHour)| Row {
                meter,
                day: day.0,
                half_hour: Some((day.slot_starts(slot), slot, *half_hour)),
            };
            half_hours.iter().enumerate().map(row).collect::<Vec<_>>()
        };
        return days.iter().flat_map(halves).collect();
    }
    let mut stamps: Vec<(&str, NaiveDate)> = Vec::new();
    for (meter, day) in days.keys() {
        let midnight_before = description.clock == Clock::Utc;
        let midnight_after = description.values.midnight_first;
        let first = day.0 - TimeDelta::days(midnight_before.into());
        let last = day.0 + TimeDelta::days(midnight_after.into());
        let all = first.iter_days().take_while(|on| *on <= last);
        stamps.extend(all.map(|on| (meter.as_str(), on)));
    }
    stamps.sort_unstable();
    stamps.dedup();
    let row = |(meter, day)| Row {
        meter,
        day,
        half_hour: None,
    };
    stamps.into_iter().map(row).collect()
}

struct Writer<'d> {
    description: &'d Description,
    days: &'d Days,
    notation: usize,
}

impl Writer<'_> {
    fn field(&self, row: &Row<'_>, content: &Content) -> String {
        let description = self.description;
        match content {
            Content::Meter => row.meter.to_owned(),
            Content::Date => {
                let formats = &description.date.as_ref().unwrap().formats;
                self.stamp(row.day.into(), formats)
            }
            Content::At => self.time(row),
            Content::AtDate => self.time(row).split_once(' ').unwrap().0.to_owned(),
            Content::AtTime => self.time(row).split_once(' ').unwrap().1.to_owned(),
            Content::Period => (row.half_hour.unwrap().1 + 1).to_string(),
            Content::Value(starts, at) => value(self.cell(row, *starts, *at)),
            Content::Status(starts, at) => self.status(self.cell(row, *starts, *at)),
            Content::RowStatus => {
                let mut cells = self.cells(row);
                let known = cells.find(|(value, _)| value.is_some());
                self.status(known.unwrap_or(UNKNOWN))
            }
            // A unit that is kept as it is.
            Content::Unit => {
                let mut names = description.unit.names.iter();
                let kept = names.find(|(_, unit)| matches!(unit, Sent::KWh | Sent::M3));
                kept.unwrap().0.clone()
            }
            Content::Channel => description.channel.names.keys().next().unwrap().clone(),
            Content::Constant(text) => text.clone(),
            Content::Total => {
                let sum = self.cells(row).filter_map(|(value, _)| value).sum();
                decimal(sum)
            }
        }
    }

    fn time(&self, row: &Row<'_>) -> String {
        let (begins, ..) = row.half_hour.unwrap();
        let At { formats, .. } = self.description.at.as_ref().unwrap();
        let labelled = begins + self.description.label_after();
        let clock = match self.description.clock {
            Clock::Local => labelled.with_timezone(&London).naive_local(),
            Clock::Utc => labelled.naive_utc(),
        };
        self.stamp(clock, formats)
    }

    fn stamp(&self, stamp: NaiveDateTime, formats: &[String]) -> String {
        let stamp = stamp - TimeDelta::days(self.description.shift_days);
        let format = &formats[self.notation % formats.len()];
        stamp.format(format).to_string()
    }

    fn cells(&self, row: &Row<'_>) -> impl Iterator<Item = HalfHour> {
        let labels = self.description.labels();
        let of_labels = labels
            .iter()
            .enumerate()
            .map(|(at, label)| self.cell(row, label.starts, at));
        let own = row.half_hour.map(|(_, _, half_hour)| half_hour);
        own.into_iter()
            .chain(of_labels)
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// The half-hour in a column.
    fn cell(&self, row: &Row<'_>, starts: i64, at: usize) -> HalfHour {
        if let Some((_, _, half_hour)) = row.half_hour {
            return half_hour;
        }
        let (day, slot) = match self.description.clock {
            Clock::Utc => {
                let begins = row.day.and_time(chrono::NaiveTime::MIN).and_utc();
                let begins = begins + TimeDelta::minutes(starts);
                let day = SettlementDay::of(begins);
                (day, day.slot_at(begins))
            }
            Clock::Local if starts < 0 => {
                let day = SettlementDay(row.day.pred_opt().unwrap());
                (day, Some(day.slots() - 1))
            }
            Clock::Local => {
                let day = SettlementDay(row.day);
                (day, self.slot(day, starts, at))
            }
        };
        let half_hours = self.days.get(&(row.meter.to_owned(), day));
        let half_hour = half_hours.zip(slot).and_then(|(all, slot)| all.get(slot));
        half_hour.copied().unwrap_or(UNKNOWN)
    }

    /// The half-hour of a local day that a column stands for. Numbers count the half-hours, but 48 of them know the hour that
    /// clocks show twice once.
    fn slot(&self, day: SettlementDay, starts: i64, at: usize) -> Option<usize> {
        let values = &self.description.values;
        if values.count == Some(50) {
            return Some(at);
        }
        let shown = (starts / 30) as usize;
        match (day.slots(), shown) {
            (46, _) if values.numbered.is_some() || values.from.is_some() => Some(at),
            (46, 2 | 3) => None,
            (46, 4..) => Some(shown - 2),
            (50, 4..) => Some(shown + 2),
            _ => Some(shown),
        }
    }

    fn status(&self, (value, quality): HalfHour) -> String {
        let Some(Status { texts, .. }) = &self.description.status else {
            return String::new();
        };
        let texts = match quality {
            _ if value.is_none() => &texts.actual,
            Quality::Actual => &texts.actual,
            Quality::Estimated => &texts.estimated,
            Quality::Spread => &texts.spread,
        };
        texts.first().cloned().unwrap_or_default()
    }
}

fn value((value, _): HalfHour) -> String {
    value.map(decimal).unwrap_or_default()
}
