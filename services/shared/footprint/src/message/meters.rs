//! What meters measured, and how much of what was expected.

use chrono::{DateTime, Utc};
use events::{Fuel, MeterId, Quantity};
use serde::{Deserialize, Serialize};

/// How much of what was expected has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Half-hours that should have been measured by now.
    pub expected: i64,
    /// Half-hours that were, estimates included.
    pub present: i64,
    /// Of those present, estimated by the supplier.
    pub estimated: i64,
    /// Of those present, spread from a longer interval.
    pub spread: i64,
    /// Days of the period on which a meter was expected to report.
    pub days_expected: i64,
    /// Days on which at least one half-hour of any meter came.
    pub days_present: i64,
    /// When the last half-hour that came ended.
    pub last_reading: Option<DateTime<Utc>>,
}

impl Coverage {
    /// Takes in the half-hours of other meters. Days are of a school, not of meters, and are not added.
    pub fn take_in(&mut self, other: &Coverage) {
        self.expected += other.expected;
        self.present += other.present;
        self.estimated += other.estimated;
        self.spread += other.spread;
        self.last_reading = self.last_reading.max(other.last_reading);
    }

    /// Present over expected; none where nothing is expected.
    pub fn ratio(&self) -> Option<f64> {
        (self.expected > 0).then(|| self.present as f64 / self.expected as f64)
    }

    /// Estimated over present; none where nothing is present.
    pub fn estimated_ratio(&self) -> Option<f64> {
        (self.present > 0).then(|| self.estimated as f64 / self.present as f64)
    }
}

/// One meter over the period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeterFigures {
    /// Which.
    pub meter: MeterId,
    /// What it measures.
    pub fuel: Fuel,
    /// Active import, in milliwatt-hours (gas in m³ converted).
    pub import: Quantity,
    /// Active export, in milliwatt-hours.
    pub export: Quantity,
    /// Its half-hours.
    pub coverage: Coverage,
}

/// One use in one calendar month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthFigures {
    /// `2026-03`.
    pub month: String,
    /// `electricity`, `gas`, `solar` or `export`.
    pub item: String,
    /// Milliwatt-hours.
    pub energy: Quantity,
}

/// What the meters measure that a line is made of; none for lines that no meter gives.
pub(super) fn measured(item: &str) -> Option<Fuel> {
    match item {
        "gas" | "wtt_gas" => Some(Fuel::Gas),
        "electricity" | "export" | "grid_losses" | "wtt_electricity" | "wtt_grid_losses"
        | "electricity_market" => Some(Fuel::Electricity),
        "solar" => Some(Fuel::Solar),
        _ => None,
    }
}
