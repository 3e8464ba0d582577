//! Fills meter-days from the rows of a file. Of two rows about one half-hour the later stands.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use events::{Channel, MeterId, Quality, Quantity, Rule, SettlementDay};

use super::cells::refused;
use super::clock::Meant;
use super::labels::HALF_HOUR;
use super::repeated_hour::RepeatedHour;
use super::table::{Column, Row};
use super::{BadRow, FileDay, Sheet, superseded};
use crate::decode::bad_values::BadValues;
use crate::decode::meter_day::{HalfHour, MeterDay, Quarter, UNKNOWN};
use crate::decode::read_as::ReadAs;
use crate::rules::{Bounds, Fault};

/// The meter-days of a file, and the rows that fill them.
#[derive(Default)]
pub(super) struct Filling<'a> {
    rows: Vec<FilledBy<'a>>,
    days: Vec<Day>,
    places: HashMap<(MeterId, Channel, SettlementDay), DayAt>,
}

/// What a row says of a half-hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// All of it.
    HalfHour(HalfHour),
    /// One of its quarters; the other is not known.
    Quarter(QuarterPlace, Quantity, Quality),
}

/// Which of the two quarters of an hour in a half-hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QuarterPlace {
    First,
    Second,
}

impl QuarterPlace {
    /// How a table says it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            QuarterPlace::First => "1",
            QuarterPlace::Second => "2",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let places = [QuarterPlace::First, QuarterPlace::Second];
        places.into_iter().find(|place| place.as_str() == text)
    }

    /// How long after the beginning of the half-hour the quarter ends.
    pub(super) fn ends(self) -> TimeDelta {
        TimeDelta::minutes(match self {
            QuarterPlace::First => HALF_HOUR / 2,
            QuarterPlace::Second => HALF_HOUR,
        })
    }
}

impl Known {
    fn half_hour(self) -> HalfHour {
        match self {
            Known::HalfHour(half_hour) => half_hour,
            Known::Quarter(..) => UNKNOWN,
        }
    }

    fn is_measured(self) -> bool {
        match self {
            Known::HalfHour((value, _)) => value.is_some(),
            Known::Quarter(..) => true,
        }
    }

    /// The quarter of half-hour `slot`, if it is all that is known.
    fn quarter(self, slot: usize) -> Option<Quarter> {
        match self {
            Known::Quarter(place, value, quality) => Some(Quarter {
                number: 2 * slot as u8 + u8::from(place == QuarterPlace::Second),
                value,
                quality,
            }),
            Known::HalfHour(_) => None,
        }
    }

    /// How long after the beginning of the half-hour it ends.
    fn ends(self) -> TimeDelta {
        match self {
            Known::Quarter(place, ..) => place.ends(),
            Known::HalfHour(_) => TimeDelta::minutes(HALF_HOUR),
        }
    }
}

/// The place of a row or a day in [`Filling`].
pub(super) type RowAt = usize;
pub(super) type DayAt = usize;

/// A row, and what stands of it.
struct FilledBy<'a> {
    row: Row<'a>,
    /// Its impossible values; few rows have any.
    bad: Option<Box<BadValues>>,
    /// Its first half-hour.
    first: Option<(DayAt, usize)>,
    /// How many of its half-hours stand.
    standing: usize,
    /// The last row that took one of them.
    replaced_by: Option<Row<'a>>,
}

struct Day {
    meter: MeterId,
    day: SettlementDay,
    read: ReadAs,
    /// Each half-hour, and its row.
    slots: Vec<Option<(Known, RowAt)>>,
    repeated_hour: RepeatedHour<(Known, RowAt)>,
}

impl<'a> Filling<'a> {
    /// Adds a row, whose half-hours follow.
    pub(super) fn row(&mut self, row: Row<'a>, bad: BadValues) -> RowAt {
        self.rows.push(FilledBy {
            row,
            bad: (!bad.is_empty()).then(|| Box::new(bad)),
            first: None,
            standing: 0,
            replaced_by: None,
        });
        self.rows.len() - 1
    }

    /// The day of a meter and of the channel that its values are read as.
    pub(super) fn day(&mut self, meter: &MeterId, day: SettlementDay, read: ReadAs) -> DayAt {
        let days = &mut self.days;
        *self
            .places
            .entry((meter.clone(), read.channel, day))
            .or_insert_with(|| {
                days.push(Day {
                    meter: meter.clone(),
                    day,
                    read,
                    slots: vec![None; day.slots()],
                    repeated_hour: RepeatedHour::default(),
                });
                days.len() - 1
            })
    }

    /// Puts a half-hour where it belongs.
    pub(super) fn put(&mut self, row: RowAt, day: DayAt, slot: usize, known: Known) {
        let Some(place) = self
            .days
            .get_mut(day)
            .and_then(|day| day.slots.get_mut(slot))
        else {
            return;
        };
        let old = place.replace((known, row));
        if let Some(filled) = self.rows.get_mut(row) {
            filled.first.get_or_insert((day, slot));
            filled.standing += 1;
        }
        let by = self.rows.get(row).map(|filled| filled.row);
        if let Some((_, old)) = old
            && let Some(filled) = self.rows.get_mut(old)
        {
            filled.standing -= 1;
            filled.replaced_by = by;
        }
    }

    /// Puts a half-hour where its stamp says, unless that depends on the rows around it. Fails if no clock ever showed the
    /// stamp.
    pub(super) fn put_stamped(
        &mut self,
        row: RowAt,
        day: DayAt,
        meant: Meant,
        known: Known,
    ) -> Result<(), Fault> {
        let Some(filling) = self.days.get_mut(day) else {
            return Ok(());
        };
        if meant.slots.len() > 1 {
            filling.repeated_hour.add(meant.slots, (known, row));
            return Ok(());
        }
        let is_free = |slot: usize| filling.slots.get(slot).is_some_and(Option::is_none);
        let slot = meant.slots.first().copied();
        let Some(slot) = slot.filter(|slot| is_free(*slot) || !meant.by_its_end) else {
            let hint = "no clock in London shows this time on this day: the clocks go forward";
            return Err(Fault::new(Rule::FileRow, hint));
        };
        filling.repeated_hour.add_beside(slot);
        self.put(row, day, slot, known);
        Ok(())
    }

    /// Puts the rows of the hours that clocks show twice in their places, or refuses them. `at` is the column with the stamps.
    pub(super) fn settle_repeated_hours(&mut self, at: &Column, sheet: &mut Sheet<'a>) {
        for day in 0..self.days.len() {
            let Some(filling) = self.days.get_mut(day) else {
                continue;
            };
            match std::mem::take(&mut filling.repeated_hour).settle() {
                Ok(rows) => {
                    for (slot, (known, row)) in rows {
                        self.put(row, day, slot, known);
                    }
                }
                Err(rows) => {
                    for (_, row) in rows {
                        let hint = "clocks show this time twice on this day, and the rows around it do not say which is meant; \
                                    send the rows of the day once each, oldest first or newest first";
                        let Some(filled) = self.rows.get(row) else {
                            continue;
                        };
                        let fault = Fault::new(Rule::FileRow, hint);
                        let why = refused(fault, at, &filled.row, filled.row.text);
                        sheet.refuse(filled.row.line, filled.row.text, vec![why]);
                    }
                }
            }
        }
    }

    /// Adds the meter-days to the sheet, and refuses rows of which nothing stands. `whole_days`: a row holds a day.
    pub(super) fn finish(self, sheet: &mut Sheet<'a>, whole_days: bool, bounds: &Bounds) {
        let mut rows = self.rows;
        for filled in rows.iter().filter(|filled| filled.standing == 0) {
            if let Some(((day, slot), by)) = filled.first.zip(filled.replaced_by)
                && let Some(day) = self.days.get(day)
            {
                let what = day.name(slot, whole_days);
                let why = superseded(&filled.row, &by, what);
                sheet.refuse(filled.row.line, filled.row.text, vec![why]);
            }
        }
        for (at, day) in self.days.into_iter().enumerate() {
            sheet.saw(day.known_until(whole_days), bounds);
            let mut last = None;
            let standing = day.slots.iter().flatten().map(|(_, row)| *row);
            let mut lines: Vec<Line<'a>> = Vec::new();
            for row in standing.filter(|row| last.replace(*row) != Some(*row)) {
                let Some(filled) = rows.get_mut(row) else {
                    continue;
                };
                // A row of two days counts with the first.
                let counts = filled.first.take_if(|(first, _)| *first == at).is_some();
                let bad = filled.bad.take_if(|_| counts);
                lines.push(Line {
                    line: filled.row.line,
                    text: filled.row.text,
                    counts,
                    bad: bad.map(|bad| *bad).unwrap_or_default(),
                });
            }
            // The row that counts with the day names it, and of several the first.
            lines.sort_by_key(|line| (!line.counts, line.line));
            let Some(first) = lines.first() else {
                continue;
            };
            let line = first.line;
            let quarters = day.slots.iter().enumerate();
            let quarters = quarters.filter_map(|(slot, known)| known.as_ref()?.0.quarter(slot));
            let quarters: Vec<Quarter> = quarters.collect();
            let half_hours = day.slots.into_iter();
            let half_hours =
                half_hours.map(|slot| slot.map_or(UNKNOWN, |(known, _)| known.half_hour()));
            let day = MeterDay {
                meter: day.meter,
                channel: day.read.channel,
                unit: day.read.unit.kept(),
                as_registered: day.read.as_registered,
                day: day.day,
                half_hours: half_hours.collect(),
                quarters,
            };
            let bad = lines.iter_mut().filter(|line| !line.bad.is_empty());
            let bad = bad.map(|line| BadRow {
                line: line.line,
                text: line.text,
                bad: std::mem::take(&mut line.bad),
            });
            sheet.days.push(FileDay {
                day,
                line,
                bad: bad.collect(),
                rows: lines.iter().filter(|line| line.counts).count(),
            });
        }
    }
}

/// A row that a day stands in.
struct Line<'a> {
    line: usize,
    text: &'a str,
    /// Whether the row counts with this day.
    counts: bool,
    bad: BadValues,
}

impl Day {
    /// The end of its last half-hour or quarter: of those known, if rows hold whole days, or else of those that a row stands for.
    fn known_until(&self, whole_days: bool) -> DateTime<Utc> {
        let stands = |slot: &Option<(Known, RowAt)>| {
            slot.is_some_and(|(known, _)| known.is_measured() || !whole_days)
        };
        let last = self.slots.iter().rposition(stands);
        let known = last.and_then(|slot| Some((slot, self.slots.get(slot)?.as_ref()?.0)));
        known.map_or(self.day.starts(), |(slot, known)| {
            self.day.slot_starts(slot) + known.ends()
        })
    }

    /// What a row is about.
    fn name(&self, slot: usize, whole_days: bool) -> String {
        match whole_days {
            true => format!("{} on {}", self.meter, self.day.0),
            false => {
                let begins = self.day.slot_starts(slot).to_rfc3339();
                format!("{} at {begins}", self.meter)
            }
        }
    }
}
