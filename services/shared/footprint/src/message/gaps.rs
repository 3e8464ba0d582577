//! What is odd about readings, and what their gaps may have held.

use std::collections::BTreeMap;
use std::fmt;

use events::{Fuel, MeterId, MilligramsCo2e, Quantity};
use serde::{Deserialize, Serialize};

use super::Footprint;
use crate::line::{Block, co2e};
use crate::period::Days;

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
    /// Which events contradict each other, and by how much; none where nothing does.
    pub contradicted: Option<Contradicted>,
}

/// Two events that contradict each other about a meter: of a run of days the two that differ most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contradicted {
    /// The event whose values stand.
    pub stands: EventName,
    /// The event whose values do not.
    pub against: EventName,
    /// Half-hours on which events of these sources contradict each other.
    pub half_hours: i64,
    /// What stands for these half-hours, in milliwatt-hours.
    pub stands_energy: Quantity,
    /// What the other says of them, in milliwatt-hours.
    pub against_energy: Quantity,
}

impl Contradicted {
    /// How much more stands than the other says, in milliwatt-hours.
    pub fn difference(&self) -> Quantity {
        self.stands_energy - self.against_energy
    }
}

/// What names an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventName {
    /// Its source.
    pub source: String,
    /// Its id there.
    pub id: String,
}

impl fmt::Display for EventName {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} {}", self.source, self.id)
    }
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
    /// Two actual values of the same half-hours, of different sources or without an order.
    Contradiction,
    /// A zero stands where another event has a value.
    ZeroStands,
    /// A register says something else than the half-hours of the same days.
    RegisterDisagrees,
    /// A day many times above the meter's own past year.
    AbovePastYear,
    /// Nothing has come for longer than a supplier may be late, or ever.
    Silent,
}

impl FindingKind {
    /// All of them.
    pub const ALL: [FindingKind; 9] = [
        FindingKind::Stuck,
        FindingKind::Zero,
        FindingKind::LevelShift,
        FindingKind::Moved,
        FindingKind::Contradiction,
        FindingKind::ZeroStands,
        FindingKind::RegisterDisagrees,
        FindingKind::AbovePastYear,
        FindingKind::Silent,
    ];
}

/// What the gaps of one meter may have held: beside the figures, never in them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// What prices it in each year that there are factors of: kg CO2e per kWh.
    pub factor_by_year: BTreeMap<i32, f64>,
}

impl GapEstimate {
    /// The same priced with the factors of a year; its carbon is unknown where that year has none for it.
    pub(crate) fn at(&self, year: i32) -> Self {
        let factor = self.factor_by_year.get(&year);
        GapEstimate {
            co2e: factor.map(|factor| co2e(self.energy, *factor)),
            ..self.clone()
        }
    }
}

/// What the gaps of some meters may have held together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GapTotals {
    /// Half-hours that are estimated.
    pub half_hours: i64,
    /// Missing half-hours of which no estimate is made.
    pub left: i64,
    /// Milliwatt-hours of every fuel; none where nothing is estimated.
    pub energy: Option<Quantity>,
    /// At the period's factors; none where nothing is estimated, or some of it has no factor.
    pub co2e: Option<MilligramsCo2e>,
}

impl GapTotals {
    /// The sum of some estimates; none without any.
    pub fn of<'a>(estimates: impl IntoIterator<Item = &'a GapEstimate>) -> Option<Self> {
        let one = |estimate: &GapEstimate| {
            let some = estimate.half_hours > 0;
            GapTotals {
                half_hours: estimate.half_hours,
                left: estimate.left,
                energy: some.then_some(estimate.energy),
                co2e: estimate.co2e.filter(|_| some),
            }
        };
        estimates.into_iter().map(one).reduce(GapTotals::and)
    }

    /// Both together. What is not estimated on one side adds nothing; what is estimated and has no factor leaves the
    /// carbon of both unknown.
    pub fn and(self, other: GapTotals) -> GapTotals {
        let priced = |totals: &GapTotals| totals.half_hours == 0 || totals.co2e.is_some();
        let co2e = match (self.co2e, other.co2e) {
            (Some(one), Some(other)) => Some(one + other),
            (one, other) => one.or(other),
        };
        GapTotals {
            half_hours: self.half_hours + other.half_hours,
            left: self.left + other.left,
            energy: match (self.energy, other.energy) {
                (Some(one), Some(other)) => Some(one + other),
                (one, other) => one.or(other),
            },
            co2e: co2e.filter(|_| priced(&self) && priced(&other)),
        }
    }
}

impl Footprint {
    /// What the gaps of all meters may have held: none where nothing is missing. No part of any other figure.
    pub fn gaps_may_have_held(&self) -> Option<GapTotals> {
        GapTotals::of(&self.estimates)
    }

    /// What the gross total would be if the gaps held what is estimated: beside it, never in its place. None where nothing
    /// is priced or estimated, or some of the estimate has no factor.
    pub fn gross_if_gaps_held_that(&self) -> Option<MilligramsCo2e> {
        let mut statutory = self
            .lines
            .iter()
            .filter(|line| line.block == Block::Statutory);
        let known = statutory.any(|line| line.price.is_some());
        let estimated = self.gaps_may_have_held()?.co2e.filter(|_| known)?;
        Some(self.gross + estimated)
    }
}
