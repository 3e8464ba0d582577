//! Half-hours whose two quarters came separately: in two events, two files or two revisions, in any order.
//!
//! Of each quarter the value counts that stands within its source, by [`super::precedence`]. Two quarters make a half-hour if
//! they are of one source; its quality is the lower of theirs. The half-hour belongs to the row whose quarter precedes the other:
//! nearly always the later one, which made the half-hour known. A quarter without the other is in no figure.

use events::{MAX_SLOTS, Quality, Quantity, Unit};

use super::precedence::{Claim, standing_of_sources};
use super::{DayStart, Withdrawals, day_unit};
use crate::ledger::{MeterDay, SlotMask, Slots};

/// The place of a row, and the value of one of its quarters.
type OfRow = (usize, Quantity, Quality);

/// The rows of a meter-day, no two of which share a name and time, with the half-hours whose quarters they hold separately.
/// `None` if no row holds a quarter, as on nearly every day. Withdrawn quarters make no half-hour.
pub fn completed(rows: &[&MeterDay], withdrawals: &Withdrawals) -> Option<Vec<MeterDay>> {
    if rows.iter().all(|row| row.slots.known_by_half() == 0) {
        return None;
    }
    let day = DayQuarters::of(rows, withdrawals)?;
    let mut completed: Vec<MeterDay> = rows.iter().copied().cloned().collect();
    for slot in 0..MAX_SLOTS {
        for (at, value, quality) in day.whole(slot) {
            completed[at].slots.set(slot, value, quality);
        }
    }
    Some(completed)
}

/// Adds to the half-hours that count the quarters of those of which nothing more is known.
pub(super) fn add_quarters(slots: &mut Slots, rows: &[&MeterDay], withdrawals: &Withdrawals) {
    let Some(day) = DayQuarters::of(rows, withdrawals) else {
        return;
    };
    for quarter in 0..2 * MAX_SLOTS as u8 {
        if let Some((_, (_, value, quality))) = day.standing(quarter).first() {
            slots.set_quarter(quarter, *value, *quality);
        }
    }
}

/// The quarters of a meter-day in the unit that counts.
struct DayQuarters<'a> {
    unit: Unit,
    starts: DayStart,
    /// The rows, and what was withdrawn of each.
    rows: Vec<(&'a MeterDay, SlotMask)>,
}

impl<'a> DayQuarters<'a> {
    fn of(rows: &[&'a MeterDay], withdrawals: &Withdrawals) -> Option<Self> {
        Some(DayQuarters {
            unit: day_unit(rows)?,
            starts: DayStart::of(rows.first()?.day),
            rows: rows
                .iter()
                .map(|row| (*row, withdrawals.mask(row)))
                .collect(),
        })
    }

    /// A half-hour from each source that holds both of its quarters.
    fn whole(&self, slot: usize) -> Vec<OfRow> {
        let [firsts, seconds] = [0, 1].map(|half| self.standing(2 * slot as u8 + half));
        let mut whole = Vec::new();
        for (first, (at, value, quality)) in &firsts {
            let of_source =
                |(second, _): &&(Claim<'_>, OfRow)| second.identity.source == first.identity.source;
            if let Some((second, (other, more, of_more))) = seconds.iter().find(of_source) {
                let precedes = first.compare(second).0.is_gt();
                let at = if precedes { *at } else { *other };
                whole.push((at, value + more, *quality.min(of_more)));
            }
        }
        whole
    }

    /// The value of a quarter that stands within each source, in the order of their precedence.
    fn standing(&self, quarter: u8) -> Vec<(Claim<'a>, OfRow)> {
        let slot = usize::from(quarter / 2);
        let rows = self.rows.iter().enumerate();
        let claims = rows.filter_map(|(at, (row, withdrawn))| {
            let counts = row.unit == self.unit && withdrawn & (1 << slot) == 0;
            let (value, quality) = row.slots.quarter(quarter).filter(|_| counts)?;
            let claim = Claim::of_quality(row, quality, slot, self.starts);
            Some((claim, (at, value, quality)))
        });
        standing_of_sources(claims)
    }
}

#[cfg(test)]
mod tests;
