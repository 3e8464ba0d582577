//! Fills a meter-day from the rows of its half-hours.

use events::{MeterId, Rule, SettlementDay};

use super::cells::refused;
use super::clock::Meant;
use super::repeated_hour::RepeatedHour;
use super::table::{Column, Row};
use super::{FileDay, Sheet, superseded};
use crate::decode::bad_values::BadValues;
use crate::decode::meter_day::{HalfHour, MeterDay, UNKNOWN};
use crate::decode::read_as::ReadAs;
use crate::rules::{Bounds, Fault};

/// A meter-day, and the rows it was read from.
pub(super) struct Filling<'a> {
    meter: MeterId,
    day: SettlementDay,
    read: ReadAs,
    /// Each half-hour, and its row.
    slots: Vec<Option<(HalfHour, Row<'a>)>>,
    repeated_hour: RepeatedHour<(HalfHour, Row<'a>)>,
}

/// Where a row that cannot be placed is refused.
pub(super) struct Refusing<'s, 'a> {
    pub(super) sheet: &'s mut Sheet<'a>,
    /// The column with the stamps.
    pub(super) at: &'s Column,
    pub(super) bounds: &'s Bounds,
}

impl<'a> Filling<'a> {
    pub(super) fn new(meter: MeterId, day: SettlementDay, read: ReadAs) -> Self {
        Filling {
            meter,
            day,
            read,
            slots: vec![None; day.slots()],
            repeated_hour: RepeatedHour::default(),
        }
    }

    /// Puts a row in its place, unless that place depends on the surrounding rows.
    pub(super) fn put(
        &mut self,
        meant: Meant,
        half_hour: HalfHour,
        row: Row<'a>,
        refusing: &mut Refusing<'_, 'a>,
    ) {
        if meant.slots.len() > 1 {
            self.repeated_hour.add(meant.slots, (half_hour, row));
            return;
        }
        let is_free = |slot: usize| self.slots.get(slot).is_some_and(Option::is_none);
        let slot = meant.slots.first().copied();
        let Some(slot) = slot.filter(|slot| is_free(*slot) || !meant.by_its_end) else {
            let hint = "no clock in London shows this time on this day: the clocks go forward";
            refusing.refuse(row, hint);
            return;
        };
        self.repeated_hour.add_beside(slot);
        self.stands(slot, half_hour, row, refusing);
    }

    /// Puts the rows of the hour that clocks show twice in their places, or refuses them.
    pub(super) fn put_repeated_hour(&mut self, refusing: &mut Refusing<'_, 'a>) {
        match std::mem::take(&mut self.repeated_hour).settle() {
            Ok(rows) => {
                for (slot, (half_hour, row)) in rows {
                    self.stands(slot, half_hour, row, refusing);
                }
            }
            Err(rows) => {
                for (_, row) in rows {
                    let hint = "clocks show this time twice on this day, and the rows around it do not say which is meant; send \
                                the rows of the day once each, oldest first or newest first";
                    refusing.refuse(row, hint);
                }
            }
        }
    }

    /// Stores a row; of two rows for one half-hour the later one stands.
    fn stands(
        &mut self,
        slot: usize,
        half_hour: HalfHour,
        row: Row<'a>,
        refusing: &mut Refusing<'_, 'a>,
    ) {
        let ends = self.day.slot_starts(slot + 1);
        refusing.sheet.saw(ends, refusing.bounds);
        let Some(place) = self.slots.get_mut(slot) else {
            return;
        };
        if let Some((_, old)) = place.replace((half_hour, row)) {
            let begins = self.day.slot_starts(slot).to_rfc3339();
            let what = format!("{} at {begins}", self.meter);
            let why = superseded(old.line, row.line, what);
            refusing.sheet.refuse(old.line, old.text, vec![why]);
        }
    }

    /// The meter-day, if any of its rows stands.
    pub(super) fn into_day(self) -> Option<FileDay<'a>> {
        let rows = self.slots.iter().flatten().map(|(_, row)| row);
        let first = *rows.clone().min_by_key(|row| row.line)?;
        let rows = rows.count();
        let half_hours = self
            .slots
            .into_iter()
            .map(|slot| slot.map_or(UNKNOWN, |(half_hour, _)| half_hour));
        let day = MeterDay {
            meter: self.meter,
            channel: self.read.channel,
            unit: self.read.unit.kept(),
            as_registered: self.read.as_registered,
            day: self.day,
            half_hours: half_hours.collect(),
        };
        Some(FileDay {
            day,
            line: first.line,
            text: first.text,
            rows,
            bad: BadValues::default(),
        })
    }
}

impl<'a> Refusing<'_, 'a> {
    fn refuse(&mut self, row: Row<'a>, hint: &str) {
        let fault = Fault::new(Rule::FileRow, hint);
        let why = refused(fault, self.at, &row, row.text);
        self.sheet.refuse(row.line, row.text, vec![why]);
    }
}
