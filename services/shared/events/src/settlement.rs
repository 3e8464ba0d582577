//! The settlement day: a meter's local day in 46, 48 or 50 half-hours.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;
use serde::{Deserialize, Serialize};

/// The most half-hours a local day has: the Sunday in October on which the clocks go back.
pub const MAX_SLOTS: usize = 50;

/// A local day in Europe/London, the unit in which meters are read, kept and added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SettlementDay(pub NaiveDate);

impl SettlementDay {
    /// The local day of an instant.
    ///
    /// ```
    /// use events::SettlementDay;
    ///
    /// // In summer, half past eleven in the evening UTC is half past midnight of the next day.
    /// let day = SettlementDay::of("2026-06-01T23:30:00Z".parse()?);
    /// assert_eq!(day.0.to_string(), "2026-06-02");
    /// assert_eq!(day.slot_at("2026-06-01T23:30:00Z".parse()?), Some(1));
    /// // The clocks go back on 25 October 2026.
    /// assert_eq!(SettlementDay("2026-10-25".parse()?).slots(), 50);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn of(instant: DateTime<Utc>) -> Self {
        SettlementDay(instant.with_timezone(&London).date_naive())
    }

    /// Local midnight, when the first half-hour begins. In London it exists and is unique on every day: the clocks
    /// change at one o'clock.
    pub fn starts(self) -> DateTime<Utc> {
        let midnight = self.0.and_time(NaiveTime::MIN);
        London
            .from_local_datetime(&midnight)
            .earliest()
            .map_or_else(|| midnight.and_utc(), |local| local.to_utc())
    }

    /// The next local midnight.
    pub fn ends(self) -> DateTime<Utc> {
        self.next().starts()
    }

    /// Half-hours in the day: 48, or 46 when the clocks go forward, or 50 when they go back.
    pub fn slots(self) -> usize {
        usize::try_from((self.ends() - self.starts()).num_minutes() / 30).unwrap_or(48)
    }

    /// The half-hour of the day that begins at `instant`; none outside the day or off the half-hour.
    pub fn slot_at(self, instant: DateTime<Utc>) -> Option<usize> {
        let seconds = (instant - self.starts()).num_seconds();
        let slot = usize::try_from(seconds / 1800).ok()?;
        (seconds >= 0 && seconds % 1800 == 0 && slot < self.slots()).then_some(slot)
    }

    /// The instant at which half-hour `slot` begins.
    pub fn slot_starts(self, slot: usize) -> DateTime<Utc> {
        self.starts() + Duration::minutes(30 * slot as i64)
    }

    /// The day after.
    pub fn next(self) -> Self {
        SettlementDay(self.0.succ_opt().unwrap_or(NaiveDate::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> SettlementDay {
        SettlementDay(NaiveDate::from_ymd_opt(y, m, d).unwrap_or_default())
    }

    #[test]
    fn a_day_has_46_48_or_50_half_hours() {
        assert_eq!(day(2026, 3, 29).slots(), 46);
        assert_eq!(day(2026, 10, 25).slots(), 50);
        assert_eq!(day(2026, 6, 1).slots(), 48);
        assert_eq!(
            day(2026, 6, 1).starts().to_rfc3339(),
            "2026-05-31T23:00:00+00:00"
        );
    }

    #[test]
    fn an_instant_finds_its_half_hour() {
        let long = day(2026, 10, 25);
        assert_eq!(long.slot_at(long.slot_starts(49)), Some(49));
        assert_eq!(long.slot_at(long.ends()), None);
        assert_eq!(SettlementDay::of(long.slot_starts(49)), long);
    }
}
