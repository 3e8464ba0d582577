//! A row for each meter and day.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::NaiveDate;
use events::{Refusal, Rule, SettlementDay};

use super::cells::{Common, refused, required, value};
use super::format::Format;
use super::table::{Column, Row, Table};
use super::{FileDay, Sheet, clock, superseded};
use crate::meter_day::{MeterDay, UNKNOWN};
use crate::rules::{Bounds, Fault, ended, kept_unit};

/// The most refusals one row is given.
const MOST_REFUSALS: usize = 5;

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

pub(super) fn read(
    format: &Format,
    text: &str,
    bounds: &Bounds,
    columns: &Columns<'_>,
) -> Result<Sheet, Refusal> {
    let mut table = Table::open(text)?;
    let mut common = Common::of(format, &table)?;
    let numbered = (1..=columns.count).map(|number| format!("{}{number}", columns.values));
    let found = Found {
        date: table.column(columns.date)?,
        date_format: columns.date_format,
        values: numbered
            .map(|name| table.column(&name))
            .collect::<Result<_, _>>()?,
    };
    let mut sheet = Sheet::default();
    let mut stands = HashMap::new();
    while let Some(row) = table.next_row() {
        sheet.rows += 1;
        let day = match meter_day(format, &table, &row, &mut common, &found, bounds) {
            Ok(day) => day,
            Err(refusals) => {
                sheet.refuse(row.line, row.text, refusals);
                continue;
            }
        };
        sheet.saw(last_end(&day), bounds);
        let what = (day.meter.clone(), day.day.0);
        let new = FileDay {
            day,
            line: row.line,
            rows: 1,
        };
        match stands.entry(what) {
            Entry::Vacant(free) => {
                free.insert((sheet.days.len(), row.text));
                sheet.days.push(new);
            }
            Entry::Occupied(mut taken) => {
                let (at, old_text) = *taken.get();
                taken.insert((at, row.text));
                if let Some(old) = sheet
                    .days
                    .get_mut(at)
                    .map(|old| std::mem::replace(old, new))
                {
                    let what = format!("{} on {}", old.day.meter, old.day.day.0);
                    sheet.refuse(
                        old.line,
                        old_text,
                        vec![superseded(old.line, row.line, what)],
                    );
                }
            }
        }
    }
    Ok(sheet)
}

fn meter_day(
    format: &Format,
    table: &Table<'_>,
    at: &Row<'_>,
    common: &mut Common,
    found: &Found<'_>,
    bounds: &Bounds,
) -> Result<MeterDay, Vec<Refusal>> {
    let one = |refusal| vec![refusal];
    let meter = common.meter(table, at).map_err(one)?;
    let day = date(table, at, found).map_err(one)?;
    let quality = common.quality(format, table, at).map_err(one)?;
    let mut values = Vec::with_capacity(found.values.len());
    let mut refusals = Vec::new();
    for column in &found.values {
        match value(format, table, column, at, bounds) {
            Ok(value) => values.push(value),
            Err(refusal) if refusals.len() < MOST_REFUSALS => refusals.push(refusal),
            Err(_) => {}
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let count = values.iter().flatten().count();
    let placed = clock::columns(day, values).ok_or_else(|| {
        let mend = format!(
            "{} has {} half-hours; leave the others empty",
            day.0,
            day.slots()
        );
        let seen = format!("{count} values");
        one(refused(
            Fault::new(Rule::ValueCount, mend),
            &found.date,
            at,
            &seen,
        ))
    })?;
    let half_hours = placed
        .into_iter()
        .map(|value| value.map_or(UNKNOWN, |micro| (Some(micro), quality)));
    let meter_day = MeterDay {
        meter,
        channel: format.channel,
        unit: kept_unit(format.unit),
        day,
        half_hours: half_hours.collect(),
    };
    ended(last_end(&meter_day), bounds)
        .map_err(|fault| one(refused(fault, &found.date, at, &day.0.to_string())))?;
    Ok(meter_day)
}

fn date(table: &Table<'_>, at: &Row<'_>, found: &Found<'_>) -> Result<SettlementDay, Refusal> {
    let text = required(table, &found.date, at)?;
    let day = NaiveDate::parse_from_str(text, found.date_format);
    day.ok()
        .filter(super::is_of_our_time)
        .map(SettlementDay)
        .ok_or_else(|| {
            let mend = format!(
                "a day of 1900 to 2099, written {} as strftime has it",
                found.date_format
            );
            refused(Fault::new(Rule::FileRow, mend), &found.date, at, text)
        })
}

/// When the last half-hour ends of which something is known.
fn last_end(day: &MeterDay) -> chrono::DateTime<chrono::Utc> {
    let known = day
        .half_hours
        .iter()
        .rposition(|(value, _)| value.is_some());
    day.day.slot_starts(known.map_or(0, |slot| slot + 1))
}
