//! The view: of all values received for a half-hour, the one that counts.

mod contradiction;
pub mod precedence;
mod quarters;
mod withdrawn;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::NaiveDate;
use events::{MAX_SLOTS, SettlementDay, Unit};

use crate::ledger::{DayKey, DaySum, Identity, LedgerEvent, MeterDay, SlotMask, Slots};
use precedence::{Claim, standing_of_sources};

pub use contradiction::{Contradiction, ContradictionKind, Contradictions, LongerInterval};
pub use quarters::completed;
pub use withdrawn::{Withdrawal, Withdrawals, withdrawn_days};

/// The values that count for the half-hours of a meter's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayView {
    /// The unit of the values.
    pub unit: Unit,
    /// The values, and how each was obtained.
    pub slots: Slots,
    /// The values that contradict the ones that count.
    pub contradictions: Contradictions,
}

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
/// Withdrawn values count nowhere; of the remaining ones, [`precedence`] decides which counts. Quarters that came separately count as
/// the half-hour they make, as [`completed`] has it.
pub fn day_view(rows: &[&MeterDay], withdrawals: &Withdrawals) -> Option<DayView> {
    if let [_, _, ..] = rows
        && let Some(completed) = completed(rows, withdrawals)
    {
        let rows: Vec<&MeterDay> = completed.iter().collect();
        let mut view = view_of(&rows, withdrawals)?;
        quarters::add_quarters(&mut view.slots, &rows, withdrawals);
        return Some(view);
    }
    view_of(rows, withdrawals)
}

fn view_of(rows: &[&MeterDay], withdrawals: &Withdrawals) -> Option<DayView> {
    let mut view = DayView {
        unit: day_unit(rows)?,
        slots: Slots::default(),
        contradictions: Contradictions::default(),
    };
    if let [only] = rows {
        view.slots = only.slots.without(withdrawals.mask(only));
        return Some(view);
    }
    let counted: Vec<(&MeterDay, SlotMask)> = rows
        .iter()
        .filter(|row| row.unit == view.unit)
        .map(|row| (*row, withdrawals.mask(row)))
        .collect();
    let day = DayStart::of(counted.first()?.0.day);
    let mut contradictions = contradiction::Found::default();
    let mut claims = Vec::with_capacity(counted.len());
    for slot in 0..MAX_SLOTS {
        claims.clear();
        let not_withdrawn = counted.iter().filter(|(_, mask)| mask & (1 << slot) == 0);
        claims
            .extend(not_withdrawn.filter_map(|(row, _)| Some((Claim::of(row, slot, day)?, *row))));
        let standing = standing_of_sources(claims.iter().copied());
        if let Some((_, stands)) = standing.first()
            && let Some(value) = stands.slots.value(slot)
            && let Some(quality) = stands.slots.quality(slot)
        {
            view.slots.set(slot, value, quality);
            contradictions.add(slot, &claims, &standing);
        }
    }
    let counted: Vec<&MeterDay> = counted.into_iter().map(|(row, _)| row).collect();
    view.contradictions = contradictions.finish(&counted);
    Some(view)
}

impl DayView {
    /// The day in five numbers and a flag.
    pub fn sum(&self) -> DaySum {
        DaySum::new(self.unit, &self.slots)
    }
}
