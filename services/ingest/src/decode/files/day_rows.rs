//! A row for each meter and day.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::NaiveDate;
use events::{Quantity, Refusal, Rule, SettlementDay};

use super::cells::{Common, refused, required, value};
use super::format::Format;
use super::table::{Column, Row, Table};
use super::{FileDay, ReadingContext, Sheet, clock, date_order, superseded};
use crate::decode::bad_values::BadValues;
use crate::decode::meter_day::{MeterDay, UNKNOWN};
use crate::decode::read_as::ReadAs;
use crate::rules::{Bounds, Fault, decimal, has_ended};

/// The names of the columns.
pub(super) struct Columns<'a> {
    pub(super) date: &'a str,
    pub(super) date_format: &'a str,
    pub(super) values: &'a str,
    pub(super) count: usize,
}

/// The columns, once it is known where they stand.
struct Found<'a> {
    date: Column,
    date_format: &'a str,
    values: Vec<Column>,
}

pub(super) fn read<'a>(
    format: &Format,
    text: &'a str,
    known: &ReadingContext<'_>,
    columns: &Columns<'_>,
) -> Result<Sheet<'a>, Refusal> {
    let bounds = known.bounds;
    let today = bounds.latest.date_naive();
    let order = date_order::settle(text, columns.date, columns.date_format, today)?;
    let mut table = Table::open(text)?;
    let mut common = Common::of(format, &table, *known)?;
    let numbered = (1..=columns.count).map(|number| format!("{}{number}", columns.values));
    let found = Found {
        date: table.column(columns.date)?,
        date_format: &order.format,
        values: numbered
            .map(|name| table.column(&name))
            .collect::<Result<_, _>>()?,
    };
    let mut sheet = Sheet {
        date_order: order.note,
        ..Sheet::default()
    };
    let mut stands = HashMap::new();
    while let Some(row) = table.next_row() {
        sheet.rows += 1;
        let (day, bad) = match meter_day(format, &table, &row, &mut common, &found, bounds) {
            Ok(read) => read,
            Err(refusals) => {
                sheet.refuse(row.line, row.text, refusals);
                continue;
            }
        };
        sheet.saw(day.known_until().unwrap_or(day.day.starts()), bounds);
        let what = (day.meter.clone(), day.day.0);
        let new = FileDay {
            day,
            line: row.line,
            text: row.text,
            rows: 1,
            bad,
        };
        match stands.entry(what) {
            Entry::Vacant(free) => {
                free.insert(sheet.days.len());
                sheet.days.push(new);
            }
            Entry::Occupied(taken) => {
                let days = &mut sheet.days;
                if let Some(stands) = days.get_mut(*taken.get()) {
                    let old = std::mem::replace(stands, new);
                    let what = format!("{} on {}", old.day.meter, old.day.day.0);
                    let why = superseded(old.line, row.line, what);
                    sheet.refuse(old.line, old.text, vec![why]);
                }
            }
        }
    }
    sheet.read_as = common.into_conversions();
    Ok(sheet)
}

fn meter_day(
    format: &Format,
    table: &Table<'_>,
    at: &Row<'_>,
    common: &mut Common<'_>,
    found: &Found<'_>,
    bounds: &Bounds,
) -> Result<(MeterDay, BadValues), Vec<Refusal>> {
    let one = |refusal| vec![refusal];
    let of_meter = common.meter(table, at).map_err(one)?;
    let day = date(table, at, found).map_err(one)?;
    has_ended(day.slot_starts(1), bounds)
        .map_err(|fault| one(refused(fault, &found.date, at, &day.0.to_string())))?;
    let read = common.read_as(&of_meter, day.0, at).map_err(one)?;
    let (values, mut bad) = values(&read, table, at, found).map_err(one)?;
    let count = values.iter().flatten().count();
    let mut placed = clock::columns(day, values).ok_or_else(|| {
        let hint = format!(
            "{} has {} half-hours; leave the others empty",
            day.0,
            day.slots()
        );
        let seen = format!("{count} values");
        one(refused(
            Fault::new(Rule::ValueCount, hint),
            &found.date,
            at,
            &seen,
        ))
    })?;
    for (slot, value) in placed.iter_mut().enumerate() {
        let Err(fault) = has_ended(day.slot_starts(slot + 1), bounds) else {
            continue;
        };
        if let Some(micro) = value.take() {
            let seen = || format!("{} in half-hour {}", decimal(micro), slot + 1);
            bad.add(fault.rule, || refused(fault, &found.date, at, &seen()));
        }
    }
    if !bad.is_empty() && placed.iter().all(Option::is_none) {
        return Err(bad.into_refusals());
    }
    let quality = match placed.iter().any(Option::is_some) {
        true => common
            .quality(format, (&of_meter, day.0), table, at)
            .map_err(one)?,
        false => None,
    };
    let half_hours = placed.into_iter().map(|value| match (value, quality) {
        (Some(micro), Some(quality)) => (Some(micro), quality),
        _ => UNKNOWN,
    });
    let meter_day = MeterDay {
        meter: of_meter.meter,
        channel: read.channel,
        unit: read.unit.kept(),
        as_registered: read.as_registered,
        day,
        half_hours: half_hours.collect(),
    };
    Ok((meter_day, bad))
}

/// The values of a row, column by column. An impossible value becomes `None` and is reported. If the file ends in the middle of
/// a row, the row is refused: its last value may be cut too.
fn values(
    read: &ReadAs,
    table: &Table<'_>,
    at: &Row<'_>,
    found: &Found<'_>,
) -> Result<(Vec<Option<Quantity>>, BadValues), Refusal> {
    let mut bad = BadValues::default();
    let mut values = Vec::with_capacity(found.values.len());
    for column in &found.values {
        let value = value(read, table, column, at).unwrap_or_else(|refusal| {
            bad.add(refusal.rule, || refusal);
            None
        });
        if table.field(column).is_none() && at.breaks_off {
            let hint = "the file breaks off in the middle of this row; send all of it";
            let fault = Fault::new(Rule::FileRow, hint);
            return Err(refused(fault, column, at, "nothing"));
        }
        values.push(value);
    }
    Ok((values, bad))
}

fn date(table: &Table<'_>, at: &Row<'_>, found: &Found<'_>) -> Result<SettlementDay, Refusal> {
    let text = required(table, &found.date, at)?;
    let day = NaiveDate::parse_from_str(text, found.date_format);
    day.ok()
        .filter(super::is_of_our_time)
        .map(SettlementDay)
        .ok_or_else(|| {
            let hint = format!(
                "a day of 1900 to 2099, written {} as strftime has it",
                found.date_format
            );
            refused(Fault::new(Rule::FileRow, hint), &found.date, at, text)
        })
}
