//! Reads a file by its description, row by row.

mod day_rows;
mod half_hour_rows;
mod totals;

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use events::{Refusal, Rule};

use super::cells::{Cells, OfMeter, refused, required, value};
use super::columns::{Columns, ValueColumn};
use super::date_order::{self, has_two_orders, stamp};
use super::description::{Description, Layout};
use super::filling::Filling;
use super::place::Place;
use super::table::{Column, Row, Table};
use super::{PartOf, ReadingContext, Sheet};
use crate::decode::meter_day::{HalfHour, UNKNOWN};
use crate::decode::read_as::ReadAs;
use crate::rules::{Bounds, Fault};

/// A file whose header was found.
pub(super) struct Found<'a, C = Columns> {
    pub(super) text: &'a str,
    /// The places of its rows, if it was made from a payload.
    pub(super) places: &'a [Place],
    /// The line of the header.
    pub(super) line: usize,
    pub(super) columns: C,
}

/// Reads the rows below the header.
pub(super) fn read<'a>(
    description: &Description,
    found: &Found<'a>,
    known: &ReadingContext<'_>,
) -> Result<Sheet<'a>, Refusal> {
    let (columns, bounds) = (&found.columns, known.bounds);
    let formats = description.date.as_ref().map(|date| &date.formats);
    let formats = formats.or(description.at.as_ref().map(|at| &at.formats));
    let formats = formats.map(Vec::as_slice).unwrap_or_default();
    let stamps = columns.stamps();
    let today = bounds.latest.date_naive();
    let told = known.part.and_then(|part| part.day_order);
    let order = match (has_two_orders(formats), told) {
        (true, Some(order)) => date_order::told(formats, order),
        (has_two_orders, _) => {
            let dates = match has_two_orders {
                true => dates(found, &stamps, known.part),
                false => BTreeMap::new(),
            };
            let order = date_order::settle(&dates, &columns.stamp_name(), formats, today);
            order.map_err(|contradiction| contradiction.refusal)?
        }
    };
    let mut reader = Reader {
        description,
        columns,
        stamps,
        formats: &order.formats,
        cells: Cells::new(description, columns, *known),
        bounds,
        filling: Filling::default(),
        sheet: Sheet {
            date_order: order.note,
            meter_column: columns.meter.name.clone(),
            ..Sheet::default()
        },
    };
    let mut table = Table::below(found.text, found.line, known.part).placed(found.places);
    while let Some(row) = table.next_row() {
        if table.is_blank() {
            continue;
        }
        if let Some(why) = reader.cells.left_alone(&table) {
            *reader.sheet.left_alone.entry(why).or_default() += 1;
            continue;
        }
        reader.sheet.rows += 1;
        if let Err(refusals) = reader.row(&table, row) {
            reader.sheet.refuse(row.line, row.text, refusals);
        }
    }
    Ok(reader.finish())
}

/// The distinct dates of a file, each with its first line.
fn dates(found: &Found<'_>, stamps: &[Column], part: Option<&PartOf>) -> BTreeMap<String, usize> {
    let mut table = Table::below(found.text, found.line, part);
    let mut dates = BTreeMap::new();
    while let Some(row) = table.next_row() {
        let text = joined(|column| table.field(column), stamps);
        dates.entry(text).or_insert(row.line);
    }
    dates
}

/// The text of a stamp, in one column or in two. A time of digits alone has four: some suppliers write 530 for half past five. A
/// spreadsheet's day ends with the time of midnight.
pub(super) fn joined<'f>(field: impl Fn(&Column) -> Option<&'f str>, stamps: &[Column]) -> String {
    let field = |column| field(column).unwrap_or_default();
    match stamps {
        [date, time] => {
            let (date, time) = (field(date), field(time));
            let date = date.strip_suffix(" 00:00:00").unwrap_or(date);
            let is_number = !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit());
            match is_number {
                true => format!("{date} {time:0>4}"),
                false => format!("{date} {time}"),
            }
        }
        stamps => stamps.iter().map(field).collect(),
    }
}

struct Reader<'a, 'c> {
    description: &'c Description,
    columns: &'c Columns,
    /// The columns of the day or the time.
    stamps: Vec<Column>,
    formats: &'c [String],
    cells: Cells<'c>,
    bounds: &'c Bounds,
    filling: Filling<'a>,
    sheet: Sheet<'a>,
}

impl<'a> Reader<'a, '_> {
    fn row(&mut self, table: &Table<'_>, at: Row<'a>) -> Result<(), Vec<Refusal>> {
        let one = |refusal| vec![refusal];
        let of_meter = self.cells.meter(table, &at).map_err(one)?;
        let called = self.cells.called(table, &at).map_err(one)?;
        match self.description.layout {
            Layout::Day => self.day_row(table, at, &of_meter, called),
            Layout::Reading | Layout::Period => self
                .half_hour_row(table, at, &of_meter, called)
                .map_err(one),
        }
    }

    fn finish(mut self) -> Sheet<'a> {
        let whole_days = self.description.layout == Layout::Day;
        if let Some(at) = self.stamps.first() {
            self.filling.settle_repeated_hours(at, &mut self.sheet);
        }
        self.filling
            .finish(&mut self.sheet, whole_days, self.bounds);
        self.sheet.read_as = self.cells.into_conversions();
        self.sheet
    }

    /// The time that a row's stamp says, without the days that it is off.
    fn stamp(&self, table: &Table<'_>, at: &Row<'_>) -> Result<NaiveDateTime, Refusal> {
        for column in &self.stamps {
            required(table, column, at)?;
        }
        let text = joined(|column| table.field(column), &self.stamps);
        let with_time = self.description.layout == Layout::Reading;
        let shift = TimeDelta::days(self.description.shift_days);
        let stamp = stamp(&text, self.formats, with_time);
        stamp
            .and_then(|stamp| stamp.checked_add_signed(shift))
            .ok_or_else(|| {
                let hint = if is_serial(&text) {
                    "a spreadsheet has written the number of the day and not the day: format the column as a date, and export the \
                     file again"
                        .to_owned()
                } else {
                    let what = if with_time { "a half-hour" } else { "a day" };
                    format!(
                        "{what} of 1900 to 2099, written {} as strftime has it",
                        self.formats.join(" or ")
                    )
                };
                self.refused(Fault::new(Rule::FileRow, hint), at, &text)
            })
    }

    /// A refusal of a row for its stamp.
    fn refused(&self, fault: Fault, at: &Row<'_>, seen: &str) -> Refusal {
        match self.stamps.first() {
            Some(column) => refused(fault, column, at, seen),
            None => fault.at(at.pointer(), seen),
        }
    }

    /// A value that covers this time, and its quality as far as it has a status of its own.
    fn measured(
        &self,
        table: &Table<'_>,
        at: &Row<'_>,
        column: &ValueColumn,
        of: (&OfMeter<'_>, NaiveDate),
        read: &ReadAs,
        covers: TimeDelta,
    ) -> Result<HalfHour, Refusal> {
        let Some(micro) = value(read, table, &column.column, at, covers)? else {
            // The quality of a missing value does not matter.
            return Ok(UNKNOWN);
        };
        let Some(status) = &column.status else {
            return Ok((Some(micro), UNKNOWN.1));
        };
        let quality = self.cells.quality(status, of, table, at)?;
        Ok(quality.map_or(UNKNOWN, |quality| (Some(micro), quality)))
    }

    /// Gives all values the status of their row, if it has one.
    fn qualify(
        &self,
        table: &Table<'_>,
        at: &Row<'_>,
        of: (&OfMeter<'_>, NaiveDate),
        cells: &mut [(i64, HalfHour)],
    ) -> Result<(), Refusal> {
        let is_known = cells.iter().any(|(_, (value, _))| value.is_some());
        let Some(status) = self.columns.status.as_ref().filter(|_| is_known) else {
            return Ok(());
        };
        let quality = self.cells.quality(status, of, table, at)?;
        for (_, half_hour) in cells {
            *half_hour = match (half_hour.0, quality) {
                (Some(micro), Some(quality)) => (Some(micro), quality),
                _ => UNKNOWN,
            };
        }
        Ok(())
    }
}

fn midnight(date: NaiveDate) -> chrono::DateTime<chrono::Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

/// Whether a day is the number by which spreadsheets count days: 40,000 is in 2009, and 60,000 in 2064.
fn is_serial(text: &str) -> bool {
    let serial = text.trim().parse::<f64>();
    serial.is_ok_and(|serial| (40_000.0..60_000.0).contains(&serial))
}
