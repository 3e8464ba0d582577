//! What changed in a school's history since its footprints were computed: this decides which of them are computed again.

use chrono::NaiveDate;

use crate::ledger::DaySum;
use crate::period::Days;

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// Perhaps everything.
    Everything,
    /// Imported energy on these days, of meters that had imported before. None of it is or was spread or contradicted: those
    /// values are judged over whole intervals, which may be of any length.
    DaySums(Days),
}

impl Changed {
    /// Both changes.
    pub fn and(self, other: Changed) -> Changed {
        match (self, other) {
            (Changed::DaySums(one), Changed::DaySums(other)) => Changed::DaySums(Days {
                from: one.from.min(other.from),
                to: one.to.max(other.to),
            }),
            _ => Changed::Everything,
        }
    }
}

/// The change from one day sum to another.
pub(crate) fn of_day_sum(day: NaiveDate, before: Option<DaySum>, after: &DaySum) -> Changed {
    let is_spread = |sum: &DaySum| sum.spread > 0;
    match before.as_ref().is_some_and(is_spread) || is_spread(after) {
        true => Changed::Everything,
        false => Changed::DaySums(Days { from: day, to: day }),
    }
}
