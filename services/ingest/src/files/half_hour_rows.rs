//! A row for each half-hour.

use std::collections::HashMap;

use chrono::{NaiveDateTime, TimeDelta};
use events::{MeterId, Refusal, Rule, SettlementDay};

use super::cells::{Common, OfMeter, refused, required, value};
use super::clock::{Meant, meant};
use super::format::Format;
use super::repeated_hour::RepeatedHour;
use super::table::{Column, Row, Table};
use super::{FileDay, Sheet, date_order, superseded};
use crate::admit::Court;
use crate::bad_values::BadValues;
use crate::meter_day::{HalfHour, MeterDay, UNKNOWN};
use crate::rules::{Bounds, Fault, ended, kept_unit};

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

/// A meter-day as it fills.
struct Filling<'a> {
    meter: MeterId,
    day: SettlementDay,
    /// Each half-hour, with the line and the text of the row it was read from.
    slots: Vec<Option<(HalfHour, usize, &'a str)>>,
    repeated_hour: RepeatedHour<(HalfHour, Row<'a>)>,
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
            filling.push(Filling {
                meter,
                day,
                slots: vec![None; day.slots()],
                repeated_hour: RepeatedHour::default(),
            });
            filling.len() - 1
        });
        if let Some(filling) = filling.get_mut(at) {
            put(filling, reading, row, &found, bounds, &mut sheet);
        }
    }
    for filling in &mut filling {
        put_repeated_hour(filling, &found, bounds, &mut sheet);
    }
    sheet.days = filling
        .into_iter()
        .filter_map(|filling| file_day(format, filling))
        .collect();
    Ok(sheet)
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

/// Puts a reading in its place, unless that depends on the rows around it.
fn put<'a>(
    filling: &mut Filling<'a>,
    reading: Reading,
    row: Row<'a>,
    found: &Found<'_>,
    bounds: &Bounds,
    sheet: &mut Sheet<'a>,
) {
    let Meant {
        slots, by_its_end, ..
    } = reading.meant;
    if slots.len() > 1 {
        filling.repeated_hour.add(slots, (reading.half_hour, row));
        return;
    }
    let is_free = |slot: usize| filling.slots.get(slot).is_some_and(Option::is_none);
    let slot = slots.first().copied();
    let Some(slot) = slot.filter(|slot| is_free(*slot) || !by_its_end) else {
        let mend = "no clock in London shows this time on this day: the clocks go forward";
        let fault = Fault::new(Rule::FileRow, mend);
        let why = refused(fault, &found.at, &row, row.text);
        sheet.refuse(row.line, row.text, vec![why]);
        return;
    };
    filling.repeated_hour.add_beside(slot);
    stands(filling, slot, reading.half_hour, row, bounds, sheet);
}

/// Puts the rows of the hour that clocks show twice in their places, or refuses them.
fn put_repeated_hour<'a>(
    filling: &mut Filling<'a>,
    found: &Found<'_>,
    bounds: &Bounds,
    sheet: &mut Sheet<'a>,
) {
    match std::mem::take(&mut filling.repeated_hour).settle() {
        Ok(rows) => {
            for (slot, (half_hour, row)) in rows {
                stands(filling, slot, half_hour, row, bounds, sheet);
            }
        }
        Err(rows) => {
            for (_, row) in rows {
                let mend = "clocks show this time twice on this day, and the rows around it do not say which is meant; send the \
                            rows of the day once each, oldest first or newest first";
                let fault = Fault::new(Rule::FileRow, mend);
                let why = refused(fault, &found.at, &row, row.text);
                sheet.refuse(row.line, row.text, vec![why]);
            }
        }
    }
}

/// Of two rows for one half-hour the later stands.
fn stands<'a>(
    filling: &mut Filling<'a>,
    slot: usize,
    half_hour: HalfHour,
    row: Row<'a>,
    bounds: &Bounds,
    sheet: &mut Sheet<'a>,
) {
    sheet.saw(filling.day.slot_starts(slot + 1), bounds);
    let Some(place) = filling.slots.get_mut(slot) else {
        return;
    };
    if let Some((_, line, text)) = place.replace((half_hour, row.line, row.text)) {
        let what = format!(
            "{} at {}",
            filling.meter,
            filling.day.slot_starts(slot).to_rfc3339()
        );
        sheet.refuse(line, text, vec![superseded(line, row.line, what)]);
    }
}

fn file_day<'a>(format: &Format, filling: Filling<'a>) -> Option<FileDay<'a>> {
    let rows = filling.slots.iter().flatten();
    let lines = rows.clone().map(|(_, line, text)| (*line, *text));
    let ((line, text), rows) = (lines.min()?, rows.count());
    let half_hours = filling
        .slots
        .into_iter()
        .map(|slot| slot.map_or(UNKNOWN, |(half_hour, ..)| half_hour));
    let day = MeterDay {
        meter: filling.meter,
        channel: format.channel,
        unit: kept_unit(format.unit),
        day: filling.day,
        half_hours: half_hours.collect(),
    };
    Some(FileDay {
        day,
        line,
        text,
        rows,
        bad: BadValues::default(),
    })
}
