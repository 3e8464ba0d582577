//! Who owns what: schools, their rolls and their meters.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::MeterId;

/// The phase of education, as Get Information About Schools names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nursery.
    Nursery,
    /// Primary, middle deemed primary included.
    Primary,
    /// Secondary, middle deemed secondary included.
    Secondary,
    /// All-through.
    AllThrough,
    /// 16 plus.
    SixteenPlus,
    /// Special or alternative provision, whose phase is "Not applicable".
    NotApplicable,
}

/// A trust, by its group UID.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustRef {
    /// The group UID of Get Information About Schools, or a name of lower-case letters, digits and hyphens.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// A count of pupils.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roll {
    /// How many.
    pub pupils: u32,
    /// The census day they were counted on.
    pub census_date: NaiveDate,
    /// Where the count comes from, such as `autumn census` or `GIAS`.
    pub source: String,
}

/// `school.registered.v1`, the subject being its URN. A later event of the same trust takes an earlier one's place; its
/// rolls are added to those known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchoolRegistered {
    /// The school's name.
    pub name: String,
    /// Its phase.
    pub phase: Phase,
    /// Its trust.
    pub trust: TrustRef,
    /// The first day of its membership of the trust.
    pub member_from: NaiveDate,
    /// The last day of it; none while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_to: Option<NaiveDate>,
    /// Counts of pupils.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rolls: Vec<Roll>,
}

/// What a meter measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fuel {
    /// Electricity from and to the grid.
    Electricity,
    /// Natural gas.
    Gas,
    /// What solar panels on the site generate.
    Solar,
}

impl Fuel {
    /// As it is written in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Fuel::Electricity => "electricity",
            Fuel::Gas => "gas",
            Fuel::Solar => "solar",
        }
    }
}

/// `meter.registered.v1`, the subject being the URN of the school it belongs to. A later event for the same meter and
/// school takes an earlier one's place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeterRegistered {
    /// Which meter.
    pub meter: MeterId,
    /// What it measures.
    pub fuel: Fuel,
    /// The first day it belongs to the school.
    pub from: NaiveDate,
    /// The last day it does; none while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// Gross calorific value in MJ/m³ for a gas meter read in cubic metres; 39.5 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calorific_value: Option<f64>,
}
