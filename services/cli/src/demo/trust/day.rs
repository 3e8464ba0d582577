//! A settlement day with everything that its half-hours need, computed once for all meters.

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use events::SettlementDay;

use super::calendar;
use super::calendar::DayKind;
use super::chance::Chance;
use super::weather;

/// One local day.
#[derive(Debug, Clone)]
pub(super) struct Day {
    pub(super) date: NaiveDate,
    pub(super) number: u64,
    pub(super) kind: DayKind,
    pub(super) starts: DateTime<Utc>,
    pub(super) ends: DateTime<Utc>,
    pub(super) slots: usize,
    /// The mean temperature in °C.
    pub(super) temperature: f64,
    /// The share of clear-sky light.
    pub(super) clearness: f64,
}

impl Day {
    pub(super) fn of(date: NaiveDate, chance: Chance) -> Self {
        let (starts, ends) = (SettlementDay(date).starts(), SettlementDay(date).ends());
        Day {
            date,
            number: weather::day_number(date),
            kind: calendar::kind(date),
            starts,
            ends,
            slots: usize::try_from((ends - starts).num_minutes() / 30).unwrap_or(48),
            temperature: weather::temperature(date, chance),
            clearness: weather::clearness(date, chance),
        }
    }

    /// The local time in the middle of a half-hour, in hours: schools keep local time, also on the days of 46 and 50
    /// half-hours.
    pub(super) fn clock(&self, slot: usize) -> f64 {
        SettlementDay(self.date).clock_half_hour(slot) as f64 / 2.0 + 0.25
    }

    /// Universal time in the middle of a half-hour, in hours: the sun follows it.
    pub(super) fn universal(&self, slot: usize) -> f64 {
        f64::from(self.starts.hour()) + slot as f64 / 2.0 + 0.25
    }
}
