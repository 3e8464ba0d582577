//! What came of one channel of a meter, and how much of what was expected.

use chrono::{DateTime, NaiveDate, Utc};
use events::{Channel, SettlementDay};

use super::super::Frame;
use super::{counts, half_hours};
use crate::message::Coverage;
use crate::period::Days;
use crate::school_history::OwnedMeter;
use crate::view::DaySum;

/// A supplier may be so many days late before a meter is called silent.
const LATE_DAYS: i64 = 7;

/// What came over one channel of a meter on the days that are the school's.
pub(super) struct Received {
    /// Half-hours that came on the days counted, those that were estimated, and those spread.
    present: i64,
    estimated: i64,
    spread: i64,
    /// The days counted on which any came.
    pub days: Vec<NaiveDate>,
    /// The last day on which any came, the one under way included, and when the last half-hour ended.
    last_day: Option<NaiveDate>,
    last_reading: Option<DateTime<Utc>>,
}

impl Received {
    pub(super) fn of(frame: &Frame<'_>, meter: &OwnedMeter, channel: Channel) -> Self {
        let mut sent = Received {
            present: 0,
            estimated: 0,
            spread: 0,
            days: Vec::new(),
            last_day: None,
            last_reading: None,
        };
        let series = frame
            .subject
            .history
            .series(&meter.registered.meter, channel);
        let seen = meter.runs(frame.seen);
        let days = |series: &'_ crate::school_history::Series| -> Vec<(NaiveDate, DaySum)> {
            seen.iter().flat_map(|run| series.days(*run)).collect()
        };
        for (day, sum) in series.into_iter().flat_map(days) {
            if counts(&sum) {
                sent.take(day, &sum, frame.counted.contains(day));
            }
        }
        sent
    }

    /// The day that has not ended adds the time of its last reading, and nothing else.
    fn take(&mut self, day: NaiveDate, sum: &DaySum, counted: bool) {
        if sum.last > 0 {
            let ended = SettlementDay(day).slot_starts(usize::from(sum.last));
            self.last_reading = self.last_reading.max(Some(ended));
        }
        self.last_day = Some(day);
        if counted {
            self.present += i64::from(sum.present);
            self.estimated += i64::from(sum.estimated);
            self.spread += i64::from(sum.spread);
            self.days.push(day);
        }
    }

    pub(super) fn coverage(&self, expected: &[Days]) -> Coverage {
        Coverage {
            expected: expected.iter().copied().map(half_hours).sum(),
            present: self.present,
            estimated: self.estimated,
            spread: self.spread,
            days_expected: expected.iter().copied().map(Days::count).sum(),
            days_present: self.days.len() as i64,
            last_reading: self.last_reading,
        }
    }

    /// The day from which on nothing has come, where that is longer than a supplier may be late.
    pub(super) fn silent_since(&self, expected: &[Days]) -> Option<NaiveDate> {
        let (first, last) = (expected.first()?, expected.last()?);
        let since = match self.last_day {
            Some(day) => day.succ_opt()?,
            None => first.from,
        };
        let silent = Days {
            from: since,
            to: last.to,
        };
        (silent.count() > LATE_DAYS).then_some(since)
    }
}
