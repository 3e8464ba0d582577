//! A row for each half-hour.

use std::collections::HashMap;

use chrono::{NaiveDateTime, TimeDelta};
use events::{MeterId, Refusal, Rule, SettlementDay};

use super::cells::{Common, refused, required, value};
use super::clock::{Meant, meant};
use super::filling::{Filling, Refusing};
use super::format::Format;
use super::table::{Column, Row, Table};
use super::{ReadingContext, Sheet, date_order};
use crate::decode::meter_day::{HalfHour, UNKNOWN};
use crate::decode::read_as::ReadAs;
use crate::rules::{Bounds, Fault, has_ended};

/// The names of the columns.
pub(super) struct Columns<'a> {
    pub(super) at: &'a str,
    pub(super) at_format: &'a str,
    pub(super) value: &'a str,
    pub(super) label_minutes: i64,
}

/// The columns, once it is known where they stand.
struct Found<'a> {
    at: Column,
    value: Column,
    at_format: &'a str,
    label: TimeDelta,
}

/// A row that was read.
struct Reading {
    meter: MeterId,
    meant: Meant,
    read: ReadAs,
    half_hour: HalfHour,
}

pub(super) fn read<'a>(
    format: &Format,
    text: &'a str,
    known: &ReadingContext<'_>,
    columns: &Columns<'_>,
) -> Result<Sheet<'a>, Refusal> {
    let bounds = known.bounds;
    let today = bounds.latest.date_naive();
    let order = date_order::settle(text, columns.at, columns.at_format, today)?;
    let mut table = Table::open(text)?;
    let mut common = Common::of(format, &table, *known)?;
    let found = Found {
        at: table.column(columns.at)?,
        value: table.column(columns.value)?,
        at_format: &order.format,
        label: TimeDelta::minutes(columns.label_minutes),
    };
    let mut sheet = Sheet {
        date_order: order.note,
        ..Sheet::default()
    };
    let mut filling: Vec<Filling<'_>> = Vec::new();
    let mut places: HashMap<(MeterId, SettlementDay), usize> = HashMap::new();
    while let Some(row) = table.next_row() {
        sheet.rows += 1;
        let reading = match reading(format, &table, &row, &mut common, &found, bounds) {
            Ok(reading) => reading,
            Err(refusal) => {
                sheet.refuse(row.line, row.text, vec![refusal]);
                continue;
            }
        };
        let (meter, day) = (reading.meter.clone(), reading.meant.day);
        let at = *places.entry((meter.clone(), day)).or_insert_with(|| {
            filling.push(Filling::new(meter, day, reading.read));
            filling.len() - 1
        });
        if let Some(filling) = filling.get_mut(at) {
            let mut refusing = refusing(&mut sheet, &found, bounds);
            filling.put(reading.meant, reading.half_hour, row, &mut refusing);
        }
    }
    for filling in &mut filling {
        filling.put_repeated_hour(&mut refusing(&mut sheet, &found, bounds));
    }
    sheet.days = filling.into_iter().filter_map(Filling::into_day).collect();
    sheet.read_as = common.into_conversions();
    Ok(sheet)
}

fn refusing<'s, 'a>(
    sheet: &'s mut Sheet<'a>,
    found: &'s Found<'_>,
    bounds: &'s Bounds,
) -> Refusing<'s, 'a> {
    Refusing {
        sheet,
        at: &found.at,
        bounds,
    }
}

fn reading(
    format: &Format,
    table: &Table<'_>,
    row: &Row<'_>,
    common: &mut Common<'_>,
    found: &Found<'_>,
    bounds: &Bounds,
) -> Result<Reading, Refusal> {
    let of_meter = common.meter(table, row)?;
    let text = required(table, &found.at, row)?;
    let stamp = NaiveDateTime::parse_from_str(text, found.at_format);
    let meant = stamp
        .ok()
        .filter(|stamp| super::is_of_our_time(&stamp.date()))
        .and_then(|stamp| meant(stamp, found.label))
        .ok_or_else(|| {
            let hint = format!("a half-hour of 1900 to 2099, written {}", found.at_format);
            refused(Fault::new(Rule::FileRow, hint), &found.at, row, text)
        })?;
    let day = meant.day;
    let read = common.read_as(&of_meter, day.0, row)?;
    let value = value(&read, table, &found.value, row)?;
    // The quality of a missing value does not matter.
    let half_hour = match value {
        None => UNKNOWN,
        Some(micro) => {
            let quality = common.quality(format, (&of_meter, day.0), table, row)?;
            quality.map_or(UNKNOWN, |quality| (Some(micro), quality))
        }
    };
    if let Some(slot) = meant.slots.first() {
        has_ended(day.slot_starts(slot + 1), bounds)
            .map_err(|fault| refused(fault, &found.at, row, text))?;
    }
    Ok(Reading {
        meter: of_meter.meter,
        meant,
        read,
        half_hour,
    })
}
