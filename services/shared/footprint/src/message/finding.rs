//! Odd readings of a meter. Code decides by the variant; only [`wording`] puts a finding into a sentence.

mod wording;

use std::fmt;

use chrono::NaiveDate;
use events::{Fuel, MeterId, Quantity, Unit, Urn};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::period::Days;

/// Something about a meter that a user should check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which meter.
    pub meter: MeterId,
    /// On which days.
    pub days: Days,
    /// What is odd.
    pub what: Odd,
}

/// What is odd about a meter, with the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Odd {
    /// The same value, not zero, in every half-hour for days.
    Stuck {
        /// The value, in millionths of the unit.
        value: i64,
        /// Its unit.
        unit: Unit,
        /// All days of the run; some may be outside the period.
        run: Days,
    },
    /// Zero for days on which energy is usually used.
    Zero {
        /// What the meter measures.
        fuel: Fuel,
        /// All days of the run.
        run: Days,
    },
    /// Many times more, or less, from one week to the next.
    LevelShift {
        /// The days that were compared.
        among: DayKind,
        /// Milliwatt-hours a day in the four weeks from the day on.
        level: Quantity,
        /// Milliwatt-hours a day in the four weeks before.
        before: Quantity,
    },
    /// The meter was registered at another school from a day on which it still belonged to this one.
    Moved {
        /// The other school and its first day; none for readers who may not know them.
        to: Option<MovedTo>,
        /// Whether a day of it counts here.
        counted_here: bool,
    },
    /// Two actual values for the same half-hours, from different sources or without an order.
    Contradiction(Contradicted),
    /// A zero counts although another event has a value.
    ZeroStands(Contradicted),
    /// A register disagrees with the half-hours of the same days.
    RegisterDisagrees {
        /// The two events.
        contradicted: Contradicted,
        /// Whether the register's values count.
        register_stands: bool,
        /// How the energy of the half-hours compares with that of the register.
        ratio: RegisterRatio,
        /// All days of the run.
        run: Days,
    },
    /// A day far above the meter's own past year.
    AbovePastYear {
        /// The energy of the highest of the days, in milliwatt-hours.
        energy: Quantity,
        /// That of the third-highest day of the twelve months before.
        reference: Quantity,
    },
    /// Nothing has been received for longer than a supplier may be late, or ever.
    Silent {
        /// The first silent day.
        since: NaiveDate,
        /// Whether it sent anything before.
        sent_before: bool,
    },
}

/// The school that a meter moved to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedTo {
    /// The school.
    pub urn: Urn,
    /// Its first day there.
    pub from: NaiveDate,
}

/// The days among which a change of level was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Weekdays in term.
    WeekdaysInTerm,
    /// Weekends in term.
    WeekendsInTerm,
    /// Days out of term.
    OutOfTerm,
    /// Weekdays, at a school without registered terms.
    Weekdays,
    /// Weekends, at a school without registered terms.
    Weekends,
}

/// How the energy of half-hours compares with that of the register over them. Four ratios have a usual reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisterRatio {
    /// Twice as much: kW that are called kWh.
    Double,
    /// Half as much.
    Half,
    /// A thousand times as much: Wh.
    Thousand,
    /// A thousandth: MWh.
    Thousandth,
    /// Another ratio.
    Other,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ToSchema)]
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

impl Finding {
    /// The kind of finding.
    pub fn kind(&self) -> FindingKind {
        match self.what {
            Odd::Stuck { .. } => FindingKind::Stuck,
            Odd::Zero { .. } => FindingKind::Zero,
            Odd::LevelShift { .. } => FindingKind::LevelShift,
            Odd::Moved { .. } => FindingKind::Moved,
            Odd::Contradiction(_) => FindingKind::Contradiction,
            Odd::ZeroStands(_) => FindingKind::ZeroStands,
            Odd::RegisterDisagrees { .. } => FindingKind::RegisterDisagrees,
            Odd::AbovePastYear { .. } => FindingKind::AbovePastYear,
            Odd::Silent { .. } => FindingKind::Silent,
        }
    }

    /// The events that contradict each other, and by how much; none if there is no contradiction.
    pub fn contradicted(&self) -> Option<&Contradicted> {
        match &self.what {
            Odd::Contradiction(of)
            | Odd::ZeroStands(of)
            | Odd::RegisterDisagrees {
                contradicted: of, ..
            } => Some(of),
            _ => None,
        }
    }
}
