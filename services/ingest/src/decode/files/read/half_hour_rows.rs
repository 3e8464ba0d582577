//! A row for a half-hour, with its time or with its number in the day.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use events::{Refusal, Rule, SettlementDay};

use super::super::cells::{OfMeter, refused, required};
use super::super::clock::{Meant, half_hour_at, meant};
use super::super::description::Clock;
use super::super::filling::{Known, QuarterPlace};
use super::super::labels::{HALF_HOUR, MOST, USUAL};
use super::super::table::{Column, Row, Table};
use super::{Reader, joined, midnight};
use crate::decode::bad_values::BadValues;
use crate::decode::read_as::Called;
use crate::rules::{Fault, has_ended};

impl<'a> Reader<'a, '_> {
    /// A row for a half-hour.
    pub(super) fn half_hour_row(
        &mut self,
        table: &Table<'_>,
        at: Row<'a>,
        of_meter: &OfMeter<'_>,
        called: Called,
    ) -> Result<(), Refusal> {
        let stamp = self.stamp(table, &at)?;
        let text = joined(|column| table.field(column), &self.stamps);
        let meant = self.meant(table, &at, stamp, &text)?;
        let Some(column) = self.columns.values.first() else {
            return Ok(());
        };
        let day = meant.day;
        let of = (of_meter, day.0);
        let read = self.cells.read_as(called, of_meter, day.0, &at)?;
        let quarter = self.quarter(table);
        let covers = TimeDelta::minutes(match quarter {
            Some(_) => HALF_HOUR / 2,
            None => HALF_HOUR,
        });
        let mut value = [(0, self.measured(table, &at, column, of, &read, covers)?)];
        self.qualify(table, &at, of, &mut value)?;
        let [(_, value)] = value;
        if let Some(slot) = meant.slots.first() {
            let ends = day.slot_starts(*slot) + quarter.map_or(covers, QuarterPlace::ends);
            has_ended(ends, self.bounds).map_err(|fault| self.refused(fault, &at, &text))?;
        }
        let known = match (quarter, value) {
            (Some(place), (Some(value), quality)) => Known::Quarter(place, value, quality),
            _ => Known::HalfHour(value),
        };
        let row = self.filling.row(at, BadValues::default());
        let filling = self.filling.day(&of_meter.meter, day, read);
        self.filling
            .put_stamped(row, filling, meant, known)
            .map_err(|fault| self.refused(fault, &at, at.text))
    }

    /// The quarter of its half-hour that a row is of, if it is of one alone.
    fn quarter(&self, table: &Table<'_>) -> Option<QuarterPlace> {
        let column = self.columns.quarter.as_ref()?;
        table.field(column).and_then(QuarterPlace::parse)
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
}
