//! The view: of all values received for a half-hour, the one that counts.

mod contradiction;
pub mod precedence;
mod withdrawn;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::NaiveDate;
use events::{MAX_SLOTS, Quantity, SettlementDay, Unit};

use crate::ledger::{DayKey, Identity, LedgerEvent, MeterDay};
use precedence::{Claim, standing_of_sources};

pub use contradiction::{Contradiction, ContradictionKind, Contradictions, LongerInterval};
pub use withdrawn::{SlotMask, Withdrawal, Withdrawals, withdrawn_days};

/// The values that count for the half-hours of a meter's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayView {
    /// The unit of the slots.
    pub unit: Unit,
    /// Millionths of the unit per half-hour.
    pub slots: [Option<Quantity>; MAX_SLOTS],
    /// The quality of each, `-` if there is none.
    pub quality: [u8; MAX_SLOTS],
    /// The values that contradict the ones that count.
    pub contradictions: Contradictions,
}

/// A day in five numbers and a flag, which is all that figures need: 16 bytes, because a history has years of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaySum {
    /// Sum of the half-hours, in millionths of the unit.
    pub sum: Quantity,
    /// The unit.
    pub unit: Unit,
    /// Half-hours present.
    pub present: u8,
    /// The estimated ones of those present.
    pub estimated: u8,
    /// Of those present, the ones spread from a longer interval.
    pub spread: u8,
    /// The index of the last half-hour present, plus one; 0 if none is.
    pub last: u8,
    /// Whether at least `FLAT_FROM` half-hours are present, all of them actual and all the same.
    pub flat: bool,
}

/// The least number of half-hours for a day to be called flat: a few missing ones do not hide a stuck meter, and a few that
/// happen to be equal do not make a day flat.
pub(crate) const FLAT_FROM: usize = 40;

const _: () = assert!(std::mem::size_of::<Option<DaySum>>() == 16);

/// Rows without repetitions: of two rows with the same name and time, the one lowest in the log counts, whichever was read
/// first here. Rows whose content differs from the one that counts are returned separately. A row with a later time is kept as
/// another revision.
pub fn union<'a>(
    rows: impl IntoIterator<Item = &'a MeterDay>,
) -> (Vec<&'a MeterDay>, Vec<&'a MeterDay>) {
    let mut standing: BTreeMap<(DayKey, &Identity, i64), &MeterDay> = BTreeMap::new();
    let mut repeated = Vec::new();
    for row in rows {
        match standing.entry((row.key(), &row.identity, row.issued)) {
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
        let stands = standing.get(&(row.key(), &row.identity, row.issued));
        stands.is_some_and(|stands| !row.has_same_content(stands))
    });
    (standing.into_values().collect(), repeated)
}

/// Each revision of each event once, in the order of schools, names and times: of two with the same name and time, the one
/// lowest in the log counts.
pub fn revisions(rows: impl IntoIterator<Item = LedgerEvent>) -> Vec<LedgerEvent> {
    let mut standing: BTreeMap<_, LedgerEvent> = BTreeMap::new();
    for row in rows {
        match standing.entry((row.urn, row.identity.clone(), row.issued)) {
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

/// Each event once, in the order of schools and names: the revision issued last counts.
pub fn standing_events(rows: impl IntoIterator<Item = LedgerEvent>) -> Vec<LedgerEvent> {
    let mut standing: BTreeMap<_, LedgerEvent> = BTreeMap::new();
    // In the order of their times, so that a later revision replaces an earlier one.
    for row in revisions(rows) {
        standing.insert((row.urn, row.identity.clone()), row);
    }
    standing.into_values().collect()
}

/// The view of every meter-day in one school's rows. Neither repetitions nor order matter.
pub fn views<'a>(
    rows: impl IntoIterator<Item = &'a MeterDay>,
    withdrawals: &Withdrawals,
) -> BTreeMap<DayKey, DayView> {
    let mut by_day: BTreeMap<DayKey, Vec<&MeterDay>> = BTreeMap::new();
    for row in union(rows).0 {
        by_day.entry(row.key()).or_default().push(row);
    }
    by_day
        .into_iter()
        .filter_map(|(key, rows)| Some((key, day_view(&rows, withdrawals)?)))
        .collect()
}

const HALF_HOUR_MICROS: i64 = 30 * 60 * 1_000_000;

/// The start of a local day, in microseconds since 1970: computed once per day, because it needs a time zone lookup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayStart(i64);

impl DayStart {
    /// The beginning of a day.
    pub fn of(day: NaiveDate) -> Self {
        DayStart(SettlementDay(day).starts().timestamp_micros())
    }

    fn slot_starts(self, slot: usize) -> i64 {
        self.0 + slot as i64 * HALF_HOUR_MICROS
    }

    fn slot_ends(self, slot: usize) -> i64 {
        self.slot_starts(slot + 1)
    }
}

/// The unit that counts on a meter-day: that of the row issued last. Rows in another unit are ignored.
pub fn day_unit(rows: &[&MeterDay]) -> Option<Unit> {
    let issued = |row: &MeterDay| row.issued.min(row.origin.received);
    let last = rows
        .iter()
        .max_by_key(|row| (issued(row), row.origin.received, &row.identity))?;
    Some(last.unit)
}

/// The view of one meter-day from its rows, no two of which share a name and time; none without rows.
///
/// Withdrawn values count nowhere; of the remaining ones, [`precedence`] decides which counts.
pub fn day_view(rows: &[&MeterDay], withdrawals: &Withdrawals) -> Option<DayView> {
    let mut view = DayView {
        unit: day_unit(rows)?,
        slots: [None; MAX_SLOTS],
        quality: [b'-'; MAX_SLOTS],
        contradictions: Contradictions::default(),
    };
    let counted: Vec<(&MeterDay, SlotMask)> = rows
        .iter()
        .filter(|row| row.unit == view.unit)
        .map(|row| (*row, withdrawals.mask(row)))
        .collect();
    if let [(only, mask)] = counted.as_slice() {
        view.take_all(only, *mask);
        return Some(view);
    }
    let day = DayStart::of(counted.first()?.0.day);
    let mut contradictions = contradiction::Found::default();
    let mut claims = Vec::with_capacity(counted.len());
    for slot in 0..MAX_SLOTS {
        claims.clear();
        let not_withdrawn = counted.iter().filter(|(_, mask)| mask & (1 << slot) == 0);
        claims
            .extend(not_withdrawn.filter_map(|(row, _)| Some((Claim::of(row, slot, day)?, *row))));
        let standing = standing_of_sources(claims.iter().copied());
        if let Some((_, stands)) = standing.first() {
            view.slots[slot] = stands.slots[slot];
            view.quality[slot] = stands.quality[slot];
            contradictions.add(slot, &claims, &standing);
        }
    }
    let counted: Vec<&MeterDay> = counted.into_iter().map(|(row, _)| row).collect();
    view.contradictions = contradictions.finish(&counted);
    Some(view)
}

impl DayView {
    /// Takes every value of the only row, except withdrawn ones.
    fn take_all(&mut self, row: &MeterDay, withdrawn: SlotMask) {
        for slot in 0..MAX_SLOTS {
            if withdrawn & (1 << slot) == 0 && row.slots[slot].is_some() {
                self.slots[slot] = row.slots[slot];
                self.quality[slot] = row.quality[slot];
            }
        }
    }

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

    /// Values spread from a longer interval are equal in every half-hour by construction, and estimates often are.
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
            contradictions: Contradictions::default(),
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
