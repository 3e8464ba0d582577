//! The view: of all that was ever said about a half-hour, the value that stands.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use events::{MAX_SLOTS, Quality, Quantity, Unit};

use crate::ledger::{DayKey, Identity, MeterDay};

/// The half-hours of a meter's day that stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayView {
    /// The unit of the slots.
    pub unit: Unit,
    /// Millionths of the unit per half-hour.
    pub slots: [Option<Quantity>; MAX_SLOTS],
    /// The quality of each, `-` where there is none.
    pub quality: [u8; MAX_SLOTS],
}

/// A day in five numbers, all that totals need of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaySum {
    /// Sum of the half-hours, in millionths of the unit.
    pub sum: Quantity,
    /// The unit.
    pub unit: Unit,
    /// Half-hours present.
    pub present: u8,
    /// Of those, estimated.
    pub estimated: u8,
    /// Of those, spread from a longer interval.
    pub spread: u8,
    /// One more than the last half-hour present; 0 when none is.
    pub last: u8,
}

/// Rows without repetitions: of two rows of one identity the one lowest in the log stands, whichever came first here.
/// Those that say something else than the one that stands are returned beside.
pub fn union<'a>(
    rows: impl IntoIterator<Item = &'a MeterDay>,
) -> (Vec<&'a MeterDay>, Vec<&'a MeterDay>) {
    let mut standing: BTreeMap<(DayKey, &Identity), &MeterDay> = BTreeMap::new();
    let mut repeated = Vec::new();
    for row in rows {
        match standing.entry((row.key(), &row.identity)) {
            Entry::Vacant(free) => {
                free.insert(row);
            }
            Entry::Occupied(mut taken) => {
                let lower = row.origin < taken.get().origin;
                repeated.push(if lower { taken.insert(row) } else { row });
            }
        }
    }
    repeated.retain(|row| {
        let stands = standing.get(&(row.key(), &row.identity));
        stands.is_some_and(|stands| !row.says_the_same(stands))
    });
    (standing.into_values().collect(), repeated)
}

/// The view of every meter-day that has rows. Repetitions do not matter, nor does order.
pub fn views<'a>(rows: impl IntoIterator<Item = &'a MeterDay>) -> BTreeMap<DayKey, DayView> {
    let mut by_day: BTreeMap<DayKey, Vec<&MeterDay>> = BTreeMap::new();
    for row in union(rows).0 {
        by_day.entry(row.key()).or_default().push(row);
    }
    by_day
        .into_iter()
        .filter_map(|(key, rows)| Some((key, day_view(&rows)?)))
        .collect()
}

/// The view of one meter-day from its rows, of which no two have one identity; none without rows.
///
/// For each half-hour an actual value stands before a spread one and that before an estimate; then the one issued last;
/// then the one with the highest source and id. Rows in another unit than the one issued last count for nothing.
pub fn day_view(rows: &[&MeterDay]) -> Option<DayView> {
    let unit = rows
        .iter()
        .max_by_key(|row| (row.issued, &row.identity))?
        .unit;
    let mut view = DayView {
        unit,
        slots: [None; MAX_SLOTS],
        quality: [b'-'; MAX_SLOTS],
    };
    let mut winners: [Option<Rank<'_>>; MAX_SLOTS] = [None; MAX_SLOTS];
    for row in rows.iter().filter(|row| row.unit == unit) {
        for (slot, winner) in winners.iter_mut().enumerate() {
            let Some(value) = row.slots[slot] else {
                continue;
            };
            let rank: Rank<'_> = (Quality::of(row.quality[slot]), row.issued, &row.identity);
            if winner.is_none_or(|standing| rank > standing) {
                *winner = Some(rank);
                view.slots[slot] = Some(value);
                view.quality[slot] = row.quality[slot];
            }
        }
    }
    Some(view)
}

type Rank<'a> = (Option<Quality>, i64, &'a Identity);

impl DayView {
    /// The day in five numbers.
    pub fn sum(&self) -> DaySum {
        let letters = |wanted: u8| {
            self.quality
                .iter()
                .filter(|letter| **letter == wanted)
                .count()
        };
        let last = self
            .slots
            .iter()
            .rposition(Option::is_some)
            .map_or(0, |slot| slot + 1);
        DaySum {
            sum: self.slots.iter().flatten().sum(),
            unit: self.unit,
            present: self.slots.iter().flatten().count() as u8,
            estimated: letters(b'E') as u8,
            spread: letters(b'S') as u8,
            last: last as u8,
        }
    }
}
