//! Odd readings, and estimates for gaps.

use std::collections::BTreeMap;
use std::fmt;

use events::{Fuel, MeterId, MilligramsCo2e, Quantity};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Footprint;
use crate::line::{Block, co2e};
use crate::period::Days;

/// Something about a meter that a user should check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// Which meter.
    pub meter: MeterId,
    /// The kind of finding.
    pub kind: FindingKind,
    /// On which days.
    pub days: Days,
    /// The description, in a sentence.
    pub said: String,
    /// The events that contradict each other, and by how much; none if there is no contradiction.
    pub contradicted: Option<Contradicted>,
}

/// Two events that contradict each other about a meter: of a run of days, the two that differ most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Contradicted {
    /// The event with the values that count.
    pub stands: EventName,
    /// The event with the values that do not count.
    pub against: EventName,
    /// Half-hours on which events of these sources contradict each other.
    pub half_hours: i64,
    /// The counted energy of these half-hours, in milliwatt-hours.
    pub stands_energy: Quantity,
    /// The other event's energy for them, in milliwatt-hours.
    pub against_energy: Quantity,
}

impl Contradicted {
    /// How much the counted value exceeds the other, in milliwatt-hours.
    pub fn difference(&self) -> Quantity {
        self.stands_energy - self.against_energy
    }
}

/// The identity of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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

/// The kinds of findings about a meter: the same value, not zero, in every half-hour for days; zero for days; many times more or
/// less from one week to the next; registered at another school; two actual values for the same half-hours; a zero that counts
/// over another event's value; a register that disagrees with the half-hours; a day far above the meter's past year; nothing for
/// longer than a supplier may be late.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The same value, not zero, in every half-hour for days.
    Stuck,
    /// Zero for days on which energy is usually used.
    Zero,
    /// Many times more, or less, from one week to the next.
    LevelShift,
    /// The meter was registered at another school from a day on which it still belonged to this one.
    Moved,
    /// Two actual values for the same half-hours, from different sources or without an order.
    Contradiction,
    /// A zero counts although another event has a value.
    ZeroStands,
    /// A register disagrees with the half-hours of the same days.
    RegisterDisagrees,
    /// A day far above the meter's own past year.
    AbovePastYear,
    /// Nothing has been received for longer than a supplier may be late, or ever.
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

/// The estimate for the gaps of one meter: shown beside the figures, never part of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GapEstimate {
    /// Which meter.
    pub meter: MeterId,
    /// The fuel it measures.
    pub fuel: Fuel,
    /// The method of the estimate, in words.
    pub method: String,
    /// The number of estimated half-hours.
    pub half_hours: i64,
    /// Missing half-hours without comparable days: they are not estimated.
    pub left: i64,
    /// Milliwatt-hours.
    pub energy: Quantity,
    /// Its carbon at the period's factor.
    pub co2e: Option<MilligramsCo2e>,
    /// Its factor in each year that has factors: kg CO2e per kWh.
    pub factor_by_year: BTreeMap<i32, f64>,
}

impl GapEstimate {
    /// The same estimate priced with the factors of a year; its carbon is unknown if that year has no factor for it.
    pub(crate) fn at(&self, year: i32) -> Self {
        let factor = self.factor_by_year.get(&year);
        GapEstimate {
            co2e: factor.map(|factor| co2e(self.energy, *factor)),
            ..self.clone()
        }
    }
}

/// The estimates for the gaps of several meters together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GapTotals {
    /// Half-hours that are estimated.
    pub half_hours: i64,
    /// Missing half-hours that are not estimated.
    pub left: i64,
    /// Milliwatt-hours of every fuel; none if nothing is estimated.
    pub energy: Option<Quantity>,
    /// The carbon at the period's factors; none if nothing is estimated, or a part has no factor.
    pub co2e: Option<MilligramsCo2e>,
}

impl GapTotals {
    /// The sum of some estimates; none if there are none.
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

    /// Adds both. A side without an estimate adds nothing; a side with an estimate but without a factor makes the carbon of the
    /// sum unknown.
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
    /// The estimate for the gaps of all meters; none if nothing is missing. It is not part of any other figure.
    pub fn gaps_may_have_held(&self) -> Option<GapTotals> {
        GapTotals::of(&self.estimates)
    }

    /// The gross total including the estimates: shown beside it, never in its place. None if nothing is priced or estimated, or
    /// a part of the estimate has no factor.
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
