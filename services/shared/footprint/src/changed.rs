//! What changed in a school's history since its footprints were computed: this decides which of them are computed again.

use chrono::Months;

use crate::anomaly_limits::AnomalyLimits;
use crate::compute::{LOOKS_BACK_MONTHS, reach_days};
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

    /// Whether figures of `days` may differ. Odd readings and estimates are judged by days before and after their own.
    pub(crate) fn affects(self, days: Days, limits: &AnomalyLimits) -> bool {
        let Changed::DaySums(changed) = self else {
            return true;
        };
        let reach = chrono::Days::new(reach_days(limits).unsigned_abs());
        let year_before = days.from.checked_sub_months(Months::new(LOOKS_BACK_MONTHS));
        let before = days.from.checked_sub_days(reach).min(year_before);
        let looked_at = Days {
            from: before.unwrap_or(days.from),
            to: days.to.checked_add_days(reach).unwrap_or(days.to),
        };
        looked_at.and(changed).count() > 0
    }
}

/// The change from one day sum to another.
pub(crate) fn of_day_sum(
    day: chrono::NaiveDate,
    before: Option<DaySum>,
    after: &DaySum,
) -> Changed {
    let is_spread = |sum: &DaySum| sum.spread > 0;
    match before.as_ref().is_some_and(is_spread) || is_spread(after) {
        true => Changed::Everything,
        false => Changed::DaySums(Days { from: day, to: day }),
    }
}
