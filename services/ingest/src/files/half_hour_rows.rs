//! A row for each half-hour.

use std::collections::HashMap;

use chrono::{NaiveDateTime, TimeDelta};
use events::{MeterId, Refusal, Rule, SettlementDay};

use super::cells::{Common, OfMeter, refused, required, value};
use super::clock::{Meant, meant};
use super::filling::{Filling, Refusing};
use super::format::Format;
use super::table::{Column, Row, Table};
use super::{Sheet, date_order};
use crate::admit::Court;
use crate::meter_day::{HalfHour, UNKNOWN};
use crate::rules::{Bounds, Fault, ended};

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
    half_hour: HalfHour,
}

pub(super) fn read<'a>(
    format: &Format,
    text: &'a str,
    court: &Court<'_>,
    columns: &Columns<'_>,
) -> Result<Sheet<'a>, Refusal> {
    let bounds = &court.bounds;
    let today = bounds.latest.date_naive();
    let order = date_order::settle(text, columns.at, columns.at_format, today)?;
    let mut table = Table::open(text)?;
    let mut common = Common::of(format, &table, court)?;
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
        let reading = match reading(format, &table, &row, &mut common, &found) {
            Ok(reading) => reading,
            Err(refusal) => {
                sheet.refuse(row.line, row.text, vec![refusal]);
                continue;
            }
        };
        let (meter, day) = (reading.meter.clone(), reading.meant.day);
        let at = *places.entry((meter.clone(), day)).or_insert_with(|| {
            filling.push(Filling::new(meter, day));
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
    sheet.days = filling
        .into_iter()
        .filter_map(|filling| filling.into_day(format))
        .collect();
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
) -> Result<Reading, Refusal> {
    let OfMeter { meter, bounds } = common.meter(table, row)?;
    let bounds = &bounds;
    let text = required(table, &found.at, row)?;
    let value = value(format, table, &found.value, row, bounds)?;
    // How nothing came about does not matter.
    let quality = value.map_or(Ok(UNKNOWN.1), |_| common.quality(format, table, row))?;
    let stamp = NaiveDateTime::parse_from_str(text, found.at_format);
    let meant = stamp
        .ok()
        .filter(|stamp| super::is_of_our_time(&stamp.date()))
        .and_then(|stamp| meant(stamp, found.label))
        .ok_or_else(|| {
            let mend = format!("a half-hour of 1900 to 2099, written {}", found.at_format);
            refused(Fault::new(Rule::FileRow, mend), &found.at, row, text)
        })?;
    if let Some(slot) = meant.slots.first() {
        ended(meant.day.slot_starts(slot + 1), bounds)
            .map_err(|fault| refused(fault, &found.at, row, text))?;
    }
    let half_hour = value.map_or(UNKNOWN, |micro| (Some(micro), quality));
    Ok(Reading {
        meter,
        meant,
        half_hour,
    })
}
