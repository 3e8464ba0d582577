//! Reads a file by its description, row by row.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use events::{Refusal, Rule, SettlementDay};

use super::cells::{Cells, OfMeter, means_none, number, refused, required, value};
use super::clock::{self, Meant, half_hour_at, meant};
use super::columns::{Columns, ValueColumn};
use super::date_order::{self, has_two_orders, stamp};
use super::description::{Clock, Description, Layout};
use super::filling::Filling;
use super::labels::{HALF_HOUR, MOST, USUAL};
use super::table::{Column, Row, Table};
use super::{ReadingContext, Sheet};
use crate::decode::bad_values::BadValues;
use crate::decode::meter_day::{HalfHour, UNKNOWN};
use crate::decode::read_as::{Called, ReadAs};
use crate::rules::{Bounds, Fault, decimal, has_ended};

/// A file whose header was found.
pub(super) struct Found<'a> {
    pub(super) text: &'a str,
    /// The line of the header.
    pub(super) line: usize,
    pub(super) columns: Columns,
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
    let dates = match has_two_orders(formats) {
        true => dates(found, &stamps),
        false => BTreeMap::new(),
    };
    let order = date_order::settle(&dates, &columns.stamp_name(), formats, today)?;
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
    let mut table = Table::below(found.text, found.line);
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
fn dates(found: &Found<'_>, stamps: &[Column]) -> BTreeMap<String, usize> {
    let mut table = Table::below(found.text, found.line);
    let mut dates = BTreeMap::new();
    while let Some(row) = table.next_row() {
        let text = joined(&table, stamps);
        dates.entry(text).or_insert(row.line);
    }
    dates
}

/// The text of a stamp, in one column or in two. A time of digits alone has four: some suppliers write 530 for half past five. A
/// spreadsheet's day ends with the time of midnight.
fn joined(table: &Table<'_>, stamps: &[Column]) -> String {
    let field = |column| table.field(column).unwrap_or_default();
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

/// The value of one cell, and where it belongs.
struct Placed {
    day: SettlementDay,
    slot: usize,
    half_hour: HalfHour,
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
        let text = joined(table, &self.stamps);
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
            None => fault.at(super::row(at.line), seen),
        }
    }

    /// A row for a meter and day.
    fn day_row(
        &mut self,
        table: &Table<'_>,
        at: Row<'a>,
        of_meter: &OfMeter<'_>,
        called: Called,
    ) -> Result<(), Vec<Refusal>> {
        let one = |refusal| vec![refusal];
        let date = self.stamp(table, &at).map_err(one)?.date();
        has_ended(SettlementDay(date).slot_starts(1), self.bounds)
            .map_err(|fault| one(self.refused(fault, &at, &date.to_string())))?;
        let mut bad = BadValues::default();
        let mut reads: BTreeMap<SettlementDay, ReadAs> = BTreeMap::new();
        let mut cells = Vec::with_capacity(self.columns.values.len());
        for column in &self.columns.values {
            let day = self.day_of(date, column);
            let read = match reads.get(&day) {
                Some(read) => *read,
                None => {
                    let read = self.cells.read_as(called, of_meter, day.0, &at);
                    *reads.entry(day).or_insert(read.map_err(one)?)
                }
            };
            let half_hour = self
                .half_hour(table, &at, column, (of_meter, day.0), &read)
                .unwrap_or_else(|refusal| {
                    bad.add(refusal.rule, || refusal);
                    UNKNOWN
                });
            if table.field(&column.column).is_none() && at.breaks_off {
                let hint = "the file breaks off in the middle of this row; send all of it";
                let fault = Fault::new(Rule::FileRow, hint);
                return Err(one(refused(fault, &column.column, &at, "nothing")));
            }
            cells.push((column.starts, half_hour));
        }
        self.qualify(table, &at, (of_meter, date), &mut cells)
            .map_err(one)?;
        if bad.is_empty() {
            self.check_total(table, &at);
        }
        let is_known = |(value, _): &HalfHour| value.is_some();
        let count = cells.iter().filter(|(_, cell)| is_known(cell)).count();
        let mut placed = self.placed(date, cells).ok_or_else(|| {
            let slots = SettlementDay(date).slots();
            let hint = format!("{date} has {slots} half-hours; leave the others empty");
            let fault = Fault::new(Rule::ValueCount, hint);
            one(self.refused(fault, &at, &format!("{count} values")))
        })?;
        for placed in &mut placed {
            let ends = placed.day.slot_starts(placed.slot + 1);
            let Err(fault) = has_ended(ends, self.bounds) else {
                continue;
            };
            if let (Some(micro), _) = std::mem::replace(&mut placed.half_hour, UNKNOWN) {
                let seen = format!("{} in half-hour {}", decimal(micro), placed.slot + 1);
                bad.add(fault.rule, || self.refused(fault, &at, &seen));
            }
        }
        if !bad.is_empty() && !placed.iter().any(|placed| is_known(&placed.half_hour)) {
            return Err(bad.into_refusals());
        }
        let row = self.filling.row(at, bad);
        for Placed {
            day,
            slot,
            half_hour,
        } in placed
        {
            if let Some(read) = reads.get(&day) {
                let day = self.filling.day(&of_meter.meter, day, *read);
                self.filling.put(row, day, slot, half_hour);
            }
        }
        Ok(())
    }

    /// The local day of a column's half-hour in the row of a day.
    fn day_of(&self, date: NaiveDate, column: &ValueColumn) -> SettlementDay {
        match self.description.clock {
            Clock::Utc => SettlementDay::of(midnight(date) + TimeDelta::minutes(column.starts)),
            Clock::Local if column.starts < 0 => SettlementDay(date.pred_opt().unwrap_or(date)),
            Clock::Local => SettlementDay(date),
        }
    }

    /// A value and its quality, as far as it has a status of its own.
    fn half_hour(
        &self,
        table: &Table<'_>,
        at: &Row<'_>,
        column: &ValueColumn,
        of: (&OfMeter<'_>, NaiveDate),
        read: &ReadAs,
    ) -> Result<HalfHour, Refusal> {
        let Some(micro) = value(read, table, &column.column, at)? else {
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

    /// Where the cells of a day's row belong; none if there are more values than the day has half-hours.
    fn placed(&self, date: NaiveDate, cells: Vec<(i64, HalfHour)>) -> Option<Vec<Placed>> {
        if self.description.clock == Clock::Utc {
            let place = |(starts, half_hour)| {
                let (day, slot) = half_hour_at(midnight(date) + TimeDelta::minutes(starts))?;
                Some(Placed {
                    day,
                    slot,
                    half_hour,
                })
            };
            return cells.into_iter().map(place).collect();
        }
        let mut placed = Vec::with_capacity(cells.len());
        let mut own = Vec::with_capacity(cells.len());
        for (starts, half_hour) in cells {
            if starts >= 0 {
                own.push(Some(half_hour));
                continue;
            }
            let day = SettlementDay(date.pred_opt()?);
            placed.push(Placed {
                day,
                slot: day.slots() - 1,
                half_hour,
            });
        }
        // The last half-hour stands in the row of the next day.
        while own.len() < USUAL {
            own.push(None);
        }
        let day = SettlementDay(date);
        let own = clock::columns(day, own, |(value, _): &HalfHour| *value)?;
        let own = own.into_iter().enumerate();
        placed.extend(own.filter_map(|(slot, half_hour)| {
            Some(Placed {
                day,
                slot,
                half_hour: half_hour?,
            })
        }));
        Some(placed)
    }

    /// A row for a half-hour.
    fn half_hour_row(
        &mut self,
        table: &Table<'_>,
        at: Row<'a>,
        of_meter: &OfMeter<'_>,
        called: Called,
    ) -> Result<(), Refusal> {
        let stamp = self.stamp(table, &at)?;
        let text = joined(table, &self.stamps);
        let meant = self.meant(table, &at, stamp, &text)?;
        let Some(column) = self.columns.values.first() else {
            return Ok(());
        };
        let day = meant.day;
        let of = (of_meter, day.0);
        let read = self.cells.read_as(called, of_meter, day.0, &at)?;
        let mut half_hour = [(0, self.half_hour(table, &at, column, of, &read)?)];
        self.qualify(table, &at, of, &mut half_hour)?;
        let [(_, half_hour)] = half_hour;
        if let Some(slot) = meant.slots.first() {
            has_ended(day.slot_starts(slot + 1), self.bounds)
                .map_err(|fault| self.refused(fault, &at, &text))?;
        }
        let row = self.filling.row(at, BadValues::default());
        let filling = self.filling.day(&of_meter.meter, day, read);
        self.filling
            .put_stamped(row, filling, meant, half_hour)
            .map_err(|fault| self.refused(fault, &at, at.text))
    }

    /// The half-hours that a row may mean.
    fn meant(
        &self,
        table: &Table<'_>,
        at: &Row<'_>,
        stamp: NaiveDateTime,
        text: &str,
    ) -> Result<Meant, Refusal> {
        if let Some(period) = &self.columns.period {
            return self.period(table, at, stamp.date(), period);
        }
        let label = self.description.label_after();
        let meant = match self.description.clock {
            Clock::Local => meant(stamp, label),
            Clock::Utc => half_hour_at(stamp.and_utc() - label).map(Meant::exactly),
        };
        meant.ok_or_else(|| {
            let hint = "a half-hour begins and ends on the hour or half past";
            self.refused(Fault::new(Rule::FileRow, hint), at, text)
        })
    }

    /// The half-hour of this number in the day.
    fn period(
        &self,
        table: &Table<'_>,
        at: &Row<'_>,
        day: NaiveDate,
        column: &Column,
    ) -> Result<Meant, Refusal> {
        let text = required(table, column, at)?;
        let number: Option<usize> = text.parse().ok();
        let slot = number.filter(|number| (1..=MOST).contains(number));
        let slot = slot.map(|number| number - 1);
        let place = |slot: usize| match self.description.clock {
            Clock::Utc if slot < USUAL => {
                half_hour_at(midnight(day) + TimeDelta::minutes(slot as i64 * HALF_HOUR))
            }
            Clock::Utc => None,
            Clock::Local => {
                let day = SettlementDay(day);
                (slot < day.slots()).then_some((day, slot))
            }
        };
        slot.and_then(place).map(Meant::exactly).ok_or_else(|| {
            let slots = match self.description.clock {
                Clock::Utc => USUAL,
                Clock::Local => SettlementDay(day).slots(),
            };
            let hint = format!("{day} has the half-hours 1 to {slots}");
            refused(Fault::new(Rule::FileRow, hint), column, at, text)
        })
    }

    /// Notes a row whose values do not add up to the total that it states.
    fn check_total(&mut self, table: &Table<'_>, at: &Row<'_>) {
        let Some(column) = &self.columns.total else {
            return;
        };
        let read = |text: &str| number(text, table.may_part_thousands());
        let stated = table.field(column).filter(|text| !means_none(text));
        let Some((text, stated)) = stated.and_then(|text| Some((text, read(text)?))) else {
            return;
        };
        let values = self.columns.values.iter();
        let texts = values.filter_map(|value| table.field(&value.column));
        let texts: Vec<&str> = texts.filter(|text| !means_none(text)).collect();
        let Some(known) = texts
            .iter()
            .map(|text| read(text))
            .collect::<Option<Vec<f64>>>()
        else {
            return;
        };
        // Each value and the total may have been rounded to its last place.
        let finest = texts.iter().map(|text| rounding(text));
        let finest = finest.fold(0.5, f64::min);
        let tolerance = rounding(text) + known.len() as f64 * finest;
        let sum: f64 = known.iter().sum();
        if (sum - stated).abs() > tolerance {
            self.sheet.totals_off.push(format!(
                "line {}: {} says {text}, and the values add up to {}",
                at.line,
                column.name,
                (sum * 1e6).round() / 1e6
            ));
        }
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

/// The most by which rounding to the last decimal of this number can have changed it.
fn rounding(text: &str) -> f64 {
    let decimals = text
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    0.5 * 10f64.powi(-i32::try_from(decimals).unwrap_or(i32::MAX))
}
