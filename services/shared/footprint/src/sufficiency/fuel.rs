//! The half-hours of one fuel, and the meters and months to which missing ones belong.

use chrono::NaiveDate;
use events::{Fuel, MeterId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The half-hours of a fuel: those of its meters, and those of days on which it should have had a meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FuelCoverage {
    /// The fuel.
    pub fuel: Fuel,
    /// Half-hours that should have been received by now.
    pub expected: i64,
    /// Half-hours that were received.
    pub present: i64,
}

/// A fuel with missing half-hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FuelGap {
    /// The fuel.
    pub fuel: Fuel,
    /// Half-hours that should have been received by now.
    pub expected: i64,
    /// Half-hours that were received.
    pub present: i64,
    /// Of the expected days, those on which no meter of the fuel is registered.
    pub unmetered_days: i64,
    /// The day since which none of its meters has sent anything; none if one has sent recently.
    pub silent_since: Option<NaiveDate>,
    /// Its meters that have not sent everything, in the order of their ids.
    pub meters: Vec<MeterGap>,
}

/// A meter with missing half-hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MeterGap {
    /// The meter's id.
    pub meter: MeterId,
    /// The first day on which it was expected to send.
    pub from: NaiveDate,
    /// Half-hours it should have sent by now.
    pub expected: i64,
    /// Half-hours it sent.
    pub present: i64,
    /// The day since which it has sent nothing; none if it has sent recently.
    pub silent_since: Option<NaiveDate>,
    /// The months with missing half-hours, in order.
    pub months: Vec<MonthGap>,
}

/// A month of a meter with missing half-hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MonthGap {
    /// `2026-03`.
    pub month: String,
    /// Half-hours it should have sent.
    pub expected: i64,
    /// Half-hours it sent.
    pub present: i64,
}

impl FuelCoverage {
    /// Present over expected; none if nothing is expected.
    pub fn ratio(&self) -> Option<f64> {
        (self.expected > 0).then(|| self.present as f64 / self.expected as f64)
    }

    /// Adds another school's half-hours of the same fuel.
    pub(crate) fn take_in(&mut self, other: FuelCoverage) {
        self.expected += other.expected;
        self.present += other.present;
    }
}
