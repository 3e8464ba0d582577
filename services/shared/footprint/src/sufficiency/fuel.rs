//! The half-hours of one fuel, and where those that are missing belong.

use chrono::NaiveDate;
use events::{Fuel, MeterId};
use serde::{Deserialize, Serialize};

/// The half-hours of a fuel: those of its meters, and those of days on which it should have had a meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FuelCoverage {
    /// Which.
    pub fuel: Fuel,
    /// That should have come by now.
    pub expected: i64,
    /// That came.
    pub present: i64,
}

/// A fuel of which half-hours are missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FuelGap {
    /// Which.
    pub fuel: Fuel,
    /// Half-hours that should have come by now.
    pub expected: i64,
    /// Half-hours that came.
    pub present: i64,
    /// Days, of those expected, on which no meter of it is registered.
    pub unmetered_days: i64,
    /// The day from which on none of its meters has sent anything; none where one has sent lately.
    pub silent_since: Option<NaiveDate>,
    /// Its meters that have sent less than all, in the order of their ids.
    pub meters: Vec<MeterGap>,
}

/// A meter of which half-hours are missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterGap {
    /// Which.
    pub meter: MeterId,
    /// The first day on which it was expected to send.
    pub from: NaiveDate,
    /// Half-hours it should have sent by now.
    pub expected: i64,
    /// Half-hours it sent.
    pub present: i64,
    /// The day from which on it has sent nothing; none where it has sent lately.
    pub silent_since: Option<NaiveDate>,
    /// The months in which half-hours are missing, in order.
    pub months: Vec<MonthGap>,
}

/// A month of a meter in which half-hours are missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthGap {
    /// `2026-03`.
    pub month: String,
    /// Half-hours it should have sent.
    pub expected: i64,
    /// Half-hours it sent.
    pub present: i64,
}

impl FuelCoverage {
    /// Present over expected; none where nothing is expected.
    pub fn ratio(&self) -> Option<f64> {
        (self.expected > 0).then(|| self.present as f64 / self.expected as f64)
    }

    /// Adds another school's half-hours of the same fuel.
    pub(crate) fn take_in(&mut self, other: FuelCoverage) {
        self.expected += other.expected;
        self.present += other.present;
    }
}
