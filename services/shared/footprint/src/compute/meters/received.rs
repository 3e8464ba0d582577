//! The readings received from one channel of a meter, and their share of the expected ones.

use chrono::{DateTime, NaiveDate, Utc};
use events::{Channel, SettlementDay};

use super::super::Frame;
use super::{counts, half_hours};
use crate::ledger::DaySum;
use crate::message::Coverage;
use crate::period::Days;
use crate::school_history::OwnedMeter;

/// How many days late a supplier may be before a meter is called silent.
const LATE_DAYS: i64 = 7;

/// The readings of one channel of a meter on the days when it belongs to the school.
pub(super) struct Received {
    /// Half-hours received on the counted days, of these the estimated ones, and the spread ones.
    present: i64,
    estimated: i64,
    spread: i64,
    /// The counted days on which any were received.
    pub days: Vec<NaiveDate>,
    /// The last day with any readings, including the current one, and the end of the last half-hour.
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

    /// The current day adds the time of its last reading, and nothing else.
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

    /// The day since which nothing has been received, if that is longer than a supplier may be late.
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
