//! The settlement day: a meter's local day in 46, 48 or 50 half-hours.

use std::cmp::Ordering;
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, TimeZone, Timelike, Utc};
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
        let utc = instant.date_naive();
        match clock_change(utc) {
            Some(change) => {
                let ahead = Duration::hours(change.is_summer_at(instant.hour()).into());
                SettlementDay((instant + ahead).date_naive())
            }
            None => SettlementDay(instant.with_timezone(&London).date_naive()),
        }
    }

    /// Local midnight, when the first half-hour begins. In London it exists and is unique on every day: the clocks
    /// change at one o'clock.
    pub fn starts(self) -> DateTime<Utc> {
        let midnight = self.0.and_time(NaiveTime::MIN);
        if let Some(change) = clock_change(self.0) {
            let ahead = Duration::hours(change.is_summer_at(0).into());
            return (midnight - ahead).and_utc();
        }
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
        match clock_change(self.0) {
            Some(ClockChange::Forward) => 46,
            Some(ClockChange::Back) => 50,
            Some(ClockChange::None { .. }) => 48,
            None => usize::try_from((self.ends() - self.starts()).num_minutes() / 30).unwrap_or(48),
        }
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

    /// The half-hour of the local clock that half-hour `slot` shows, from 0 at midnight to 47 at half past eleven in the evening. The
    /// hour that the clocks repeat in October is shown twice, and the one they leave out in March never.
    pub fn clock_half_hour(self, slot: usize) -> usize {
        match self.slots() {
            46 if slot >= 2 => slot + 2,
            50 if slot >= 4 => slot - 2,
            _ => slot,
        }
    }

    /// The day after.
    pub fn next(self) -> Self {
        SettlementDay(self.0.succ_opt().unwrap_or(NaiveDate::MAX))
    }
}

/// The years in which the clocks change at 01:00 UTC on the last Sundays of March and October (the Summer Time Act 1972 as the
/// Orders since 1994 have it). Other years are looked up in the time zone database, which takes some twenty times as long.
const RULE: RangeInclusive<i32> = 1996..=2037;

/// The hour, in UTC, at which the clocks change.
const CHANGE_HOUR: u32 = 1;

/// What London's clocks do on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClockChange {
    /// They go forward: summer time begins.
    Forward,
    /// They go back: summer time ends.
    Back,
    /// They do not change.
    None { summer: bool },
}

impl ClockChange {
    /// Whether it is summer time at an hour of the day in UTC.
    fn is_summer_at(self, utc_hour: u32) -> bool {
        match self {
            ClockChange::Forward => utc_hour >= CHANGE_HOUR,
            ClockChange::Back => utc_hour < CHANGE_HOUR,
            ClockChange::None { summer } => summer,
        }
    }
}

/// What the clocks do on a day; `None` outside the years of [`RULE`].
fn clock_change(day: NaiveDate) -> Option<ClockChange> {
    /// Both months in which the clocks change have so many days.
    const DAYS: u32 = 31;
    if !RULE.contains(&day.year()) {
        return None;
    }
    let beside_last_sunday = || {
        let weekday_of_last = (day.weekday().num_days_from_sunday() + DAYS - day.day()) % 7;
        day.day().cmp(&(DAYS - weekday_of_last))
    };
    let summer = |summer| ClockChange::None { summer };
    Some(match day.month() {
        3 => match beside_last_sunday() {
            Ordering::Less => summer(false),
            Ordering::Equal => ClockChange::Forward,
            Ordering::Greater => summer(true),
        },
        4..=9 => summer(true),
        10 => match beside_last_sunday() {
            Ordering::Less => summer(true),
            Ordering::Equal => ClockChange::Back,
            Ordering::Greater => summer(false),
        },
        _ => summer(false),
    })
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
    fn the_rule_gives_what_the_time_zone_database_gives() {
        let midnight = |day: NaiveDate| {
            let local = London.from_local_datetime(&day.and_time(NaiveTime::MIN));
            local.earliest().map(|local| local.to_utc())
        };
        let from = day(1970, 1, 1).0;
        for on in from.iter_days().take_while(|on| on.year() < 2045) {
            let next = on.succ_opt().unwrap_or_default();
            let (starts, ends) = (midnight(on), midnight(next));
            assert_eq!(Some(SettlementDay(on).starts()), starts, "{on}");
            let length = ends.zip(starts).map(|(ends, starts)| ends - starts);
            let slots = length.map(|length| length.num_minutes() as usize / 30);
            assert_eq!(Some(SettlementDay(on).slots()), slots, "{on}");
            for seconds in [0, 3_599, 3_600, 82_799, 82_800, 86_399] {
                let instant = on.and_time(NaiveTime::MIN).and_utc() + Duration::seconds(seconds);
                let local = instant.with_timezone(&London).date_naive();
                assert_eq!(SettlementDay::of(instant).0, local, "{instant}");
            }
        }
    }

    #[test]
    fn the_local_clock_leaves_out_and_repeats_an_hour() {
        let shown = |day: SettlementDay| -> Vec<usize> {
            (0..day.slots())
                .map(|slot| day.clock_half_hour(slot))
                .collect()
        };
        assert_eq!(shown(day(2026, 6, 1)), (0..48).collect::<Vec<_>>());
        assert_eq!(shown(day(2026, 3, 29))[..4], [0, 1, 4, 5]);
        assert_eq!(shown(day(2026, 10, 25))[..8], [0, 1, 2, 3, 2, 3, 4, 5]);
        for changed in [day(2026, 3, 29), day(2026, 10, 25)] {
            assert_eq!(shown(changed).last(), Some(&47));
        }
    }

    #[test]
    fn an_instant_finds_its_half_hour() {
        let long = day(2026, 10, 25);
        assert_eq!(long.slot_at(long.slot_starts(49)), Some(49));
        assert_eq!(long.slot_at(long.ends()), None);
        assert_eq!(SettlementDay::of(long.slot_starts(49)), long);
    }
}
