//! Why figures are not complete, reason by reason. Decided once, where a footprint is computed: everything that shows a figure
//! asks the footprint for its reasons, so that all say the same.

mod wording;

use events::Fuel;
use serde::{Deserialize, Serialize};

use crate::factors::OtherMethod;
use crate::period::Days;

/// One thing that figures lack, beside what a claim lacks: see [`crate::Missing`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Lack {
    /// A line without a factor: its carbon is in no total.
    Factor {
        /// The line.
        item: String,
        /// The years that were looked in: `2026`, or `2024 and 2025`.
        years: String,
        /// The row that is not there.
        row: String,
        /// The earlier year's factor that does not stand in.
        not_standing_in: Option<OtherMethod>,
    },
    /// A line whose energy content is in none of the tables.
    EnergyContent {
        /// The line.
        item: String,
        /// The years that were looked in.
        years: String,
        /// The row that is not there; none where none is published for the unit.
        row: Option<String>,
        /// The unit of the line.
        unit: String,
    },
    /// Days of a fuel that has to be measured on which no meter of it is registered, though of all days enough have come.
    Meter {
        /// Which fuel.
        fuel: Fuel,
        /// The days, as runs.
        days: Vec<Days>,
    },
    /// Any meter at all.
    AnyMeter,
    /// Any reading, though there are meters.
    AnyReading,
    /// A count of pupils.
    Roll,
    /// A part of what panels generated: more was exported than they are known to have made.
    Generation,
    /// A line of so few people that it would tell of single ones.
    TooFewPeople {
        /// The line.
        item: String,
    },
}

impl Lack {
    /// As labels have it; a closed set.
    pub fn as_str(&self) -> &'static str {
        match self {
            Lack::Factor { .. } => "factor",
            Lack::EnergyContent { .. } => "energy_content",
            Lack::Meter { .. } => "meter",
            Lack::AnyMeter => "any_meter",
            Lack::AnyReading => "any_reading",
            Lack::Roll => "roll",
            Lack::Generation => "generation",
            Lack::TooFewPeople { .. } => "too_few_people",
        }
    }

    /// The line that lacks it; none where it is of no single line.
    pub fn item(&self) -> Option<&str> {
        match self {
            Lack::Factor { item, .. }
            | Lack::EnergyContent { item, .. }
            | Lack::TooFewPeople { item } => Some(item),
            Lack::Generation => Some("solar"),
            Lack::Meter { .. } | Lack::AnyMeter | Lack::AnyReading | Lack::Roll => None,
        }
    }
}
