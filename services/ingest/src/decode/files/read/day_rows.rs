//! A row for a meter and day.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use events::{Refusal, Rule, SettlementDay};

use super::super::cells::{OfMeter, refused};
use super::super::clock::{self, half_hour_at};
use super::super::columns::ValueColumn;
use super::super::description::Clock;
use super::super::filling::Known;
use super::super::labels::{HALF_HOUR, USUAL};
use super::super::table::{Row, Table};
use super::{Reader, midnight};
use crate::decode::bad_values::BadValues;
use crate::decode::meter_day::{HalfHour, UNKNOWN};
use crate::decode::read_as::{Called, ReadAs};
use crate::rules::{Fault, decimal, has_ended};

/// The value of one cell, and where it belongs.
struct Placed {
    day: SettlementDay,
    slot: usize,
    half_hour: HalfHour,
}

impl<'a> Reader<'a, '_> {
    /// A row for a meter and day.
    pub(super) fn day_row(
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
        let covers = TimeDelta::minutes(HALF_HOUR);
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
                .measured(table, &at, column, (of_meter, day.0), &read, covers)
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
                self.filling.put(row, day, slot, Known::HalfHour(half_hour));
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
        let named_by_time = self.description.values.timed.is_some();
        let own = clock::columns(day, named_by_time, own, |(value, _): &HalfHour| *value)?;
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
}
