//! What is odd about readings, and what their gaps may have held.

use events::{Fuel, MeterId, MilligramsCo2e, Quantity};
use serde::{Deserialize, Serialize};

use super::Days;

/// Something about a meter that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which meter.
    pub meter: MeterId,
    /// What it is.
    pub kind: FindingKind,
    /// On which days.
    pub days: Days,
    /// In a sentence.
    pub said: String,
}

/// What can be odd about a meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The same value, not zero, in every half-hour for days.
    Stuck,
    /// Zero for days on which something is usually used.
    Zero,
    /// From one week to the next many times more, or less.
    LevelShift,
    /// It was registered at another school from a day on which it still belonged to this one.
    Moved,
}

/// What the gaps of one meter may have held: beside the figures, never in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapEstimate {
    /// Which meter.
    pub meter: MeterId,
    /// What it measures.
    pub fuel: Fuel,
    /// How it was estimated, in words.
    pub method: String,
    /// Half-hours it stands for.
    pub half_hours: i64,
    /// Missing half-hours with nothing to compare them with: no estimate is made of them.
    pub left: i64,
    /// Milliwatt-hours.
    pub energy: Quantity,
    /// At the period's factor.
    pub co2e: Option<MilligramsCo2e>,
}
