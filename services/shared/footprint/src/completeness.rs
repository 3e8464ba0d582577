//! Why figures are not complete, reason by reason. Decided once, when a footprint is computed: all code that shows a figure
//! takes the reasons from the footprint, so that they agree everywhere.

mod wording;

use events::Fuel;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::factors::OtherMethod;
use crate::item::Item;
use crate::period::Days;

/// One thing that figures lack, apart from what a claim lacks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Lack {
    /// A line without a factor: its carbon is in no total.
    Factor {
        /// The line.
        item: Item,
        /// The years that were searched: `2026`, or `2024 and 2025`.
        years: String,
        /// The missing row.
        row: String,
        /// The earlier year's factor that must not stand in.
        not_standing_in: Option<OtherMethod>,
    },
    /// A line whose energy content is in none of the tables.
    EnergyContent {
        /// The line.
        item: Item,
        /// The years that were searched.
        years: String,
        /// The missing row; none if no row is published for the unit.
        row: Option<String>,
        /// The unit of the line.
        unit: String,
    },
    /// Days without a registered meter of a fuel that has to be measured, although enough of all days has been received.
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
    /// A part of the panels' generation: more was exported than they are known to have generated.
    Generation,
    /// A line of so few people that it would reveal how individuals travel.
    TooFewPeople {
        /// The line.
        item: Item,
    },
}

impl Lack {
    /// The label; a closed set.
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

    /// The line that lacks it; none if it is not about a single line.
    pub fn item(&self) -> Option<Item> {
        match self {
            Lack::Factor { item, .. }
            | Lack::EnergyContent { item, .. }
            | Lack::TooFewPeople { item } => Some(*item),
            Lack::Generation => Some(Item::Solar),
            Lack::Meter { .. } | Lack::AnyMeter | Lack::AnyReading | Lack::Roll => None,
        }
    }
}
