//! The view: of all that was ever said about a half-hour, the value that stands.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use events::{MAX_SLOTS, Quality, Quantity, Unit};

use crate::ledger::{DayKey, Identity, LedgerEvent, MeterDay};

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

/// A day in five numbers and a flag, all that figures need of it: 16 bytes, for a story holds years of them.
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
    /// Whether at least [`FLAT_FROM`] half-hours are present, all of them actual and all the same.
    pub flat: bool,
}

/// As many half-hours as a day needs for it to be called flat: a few that are missing hide no stuck meter, and a few that
/// happen to be the same make none.
pub(crate) const FLAT_FROM: usize = 40;

const _: () = assert!(std::mem::size_of::<Option<DaySum>>() == 16);

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

/// Each event once, in the order of schools and names: of two under one name the one lowest in the log stands.
pub fn standing_events(rows: impl IntoIterator<Item = LedgerEvent>) -> Vec<LedgerEvent> {
    let mut standing: BTreeMap<_, LedgerEvent> = BTreeMap::new();
    for row in rows {
        match standing.entry((row.urn, row.identity.clone())) {
            Entry::Vacant(free) => {
                free.insert(row);
            }
            Entry::Occupied(mut taken) if row.origin < taken.get().origin => {
                taken.insert(row);
            }
            Entry::Occupied(_) => {}
        }
    }
    standing.into_values().collect()
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
    /// The day in five numbers and a flag.
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
            flat: self.is_flat(),
        }
    }

    /// What is spread from a longer interval is the same in every half-hour by its making, and what is estimated often.
    fn is_flat(&self) -> bool {
        let halves = self.slots.iter().zip(&self.quality);
        let mut present = halves.filter_map(|(slot, quality)| Some(((*slot)?, *quality)));
        let Some((first, b'A')) = present.next() else {
            return false;
        };
        let mut count = 1;
        let alike = present.all(|(value, quality)| {
            count += 1;
            value == first && quality == b'A'
        });
        alike && count >= FLAT_FROM
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(count: usize, change: impl Fn(&mut DayView), flat: bool) {
        let mut view = DayView {
            unit: Unit::KilowattHours,
            slots: [None; MAX_SLOTS],
            quality: [b'-'; MAX_SLOTS],
        };
        for slot in 0..count {
            (view.slots[slot], view.quality[slot]) = (Some(1_500_000), b'A');
        }
        change(&mut view);
        assert_eq!(view.sum().flat, flat, "{count}");
    }

    #[test]
    fn a_day_is_flat_when_forty_actual_half_hours_or_more_are_the_same() {
        check(48, |_| {}, true);
        check(46, |view| view.slots[3] = None, true);
        check(40, |_| {}, true);
        check(39, |_| {}, false);
        check(48, |view| view.slots[47] = Some(1_500_001), false);
        check(48, |view| view.quality[0] = b'E', false);
        check(48, |view| view.quality = [b'S'; MAX_SLOTS], false);
        check(0, |_| {}, false);
    }
}
