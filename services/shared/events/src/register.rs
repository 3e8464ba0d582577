//! The register: schools, their rolls and their meters.

mod in_turn;
mod meter;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::check::{PEOPLE, must, name, not_before, text, within};
use crate::{FieldError, GridRegion};

pub use in_turn::in_turn;
pub use meter::{Direction, Fuel, MeterRegistered, Status, StatusCode, Tariff};

/// The phase of education, as Get Information About Schools names it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrustRef {
    /// The group UID of Get Information About Schools, or a name of lower-case letters, digits and hyphens.
    pub id: String,
    /// The trust's display name.
    pub name: String,
}

/// A count of pupils.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Roll {
    /// The number of pupils.
    pub pupils: u32,
    /// The census day they were counted on.
    #[serde(deserialize_with = "crate::written::one")]
    pub census_date: NaiveDate,
    /// Where the count comes from, such as `autumn census` or `GIAS`.
    pub source: String,
}

/// `school.registered.v1`; the subject is the school's URN. A later event of the same trust replaces the earlier one, but its
/// rolls and terms are added to those known.
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
    #[serde(deserialize_with = "crate::written::one")]
    pub member_from: NaiveDate,
    /// The last day of it; none while it lasts.
    #[serde(
        default,
        deserialize_with = "crate::written::maybe",
        skip_serializing_if = "Option::is_none"
    )]
    pub member_to: Option<NaiveDate>,
    /// Counts of pupils.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rolls: Vec<Roll>,
    /// Days on which the school is open to pupils, not counting weekends: gaps in its readings are compared with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<Term>,
    /// The heating source, if neither a gas meter nor a recorded fuel shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heating: Option<Heating>,
    /// The region of the grid that supplies the school; Great Britain as a whole if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid_region: Option<GridRegion>,
}

/// A heating source without a separate meter or activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heating {
    /// The registered electricity meters: heat pumps, storage heaters.
    Electricity,
    /// A heat network. No event records what it supplies yet.
    DistrictHeat,
}

/// A run of days of term, half terms left out; both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The first day.
    #[serde(deserialize_with = "crate::written::one")]
    pub from: NaiveDate,
    /// The last day.
    #[serde(deserialize_with = "crate::written::one")]
    pub to: NaiveDate,
}

impl SchoolRegistered {
    /// The rules that the types alone cannot express.
    pub fn check(&self) -> Result<(), FieldError> {
        name("/data/name", &self.name)?;
        let rule = "1 to 64 lower-case letters, digits or hyphens, the first not a hyphen";
        must(is_trust_id(&self.trust.id), "/data/trust/id", rule)?;
        name("/data/trust/name", &self.trust.name)?;
        not_before("/data/member_to", self.member_from, self.member_to)?;
        must(self.rolls.len() <= 100, "/data/rolls", "at most 100 rolls")?;
        for (index, roll) in self.rolls.iter().enumerate() {
            let pointer = format!("/data/rolls/{index}");
            within(&format!("{pointer}/pupils"), roll.pupils, PEOPLE)?;
            text(&format!("{pointer}/source"), &roll.source)?;
        }
        must(self.terms.len() <= 400, "/data/terms", "at most 400 terms")?;
        for (index, term) in self.terms.iter().enumerate() {
            not_before(&format!("/data/terms/{index}/to"), term.from, Some(term.to))?;
        }
        Ok(())
    }
}

fn is_trust_id(id: &str) -> bool {
    let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=64).contains(&id.len()) && !id.starts_with('-') && id.bytes().all(known)
}
