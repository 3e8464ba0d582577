//! Who owns what: schools, their rolls and their meters.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::check::{PEOPLE, must, name, not_before, text, within};
use crate::{FieldError, MeterId, Urn};

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
    #[serde(deserialize_with = "crate::written::one")]
    pub census_date: NaiveDate,
    /// Where the count comes from, such as `autumn census` or `GIAS`.
    pub source: String,
}

/// `school.registered.v1`, the subject being its URN. A later event of the same trust takes an earlier one's place; its
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
    /// Days on which the school is open to pupils, weekends inside them aside: what a gap in its readings is compared
    /// with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<Term>,
    /// What heats the school where neither a gas meter nor a recorded fuel shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heating: Option<Heating>,
}

/// A heating source that has no meter or activity of its own.
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
    /// What the types alone cannot say.
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
/// school takes an earlier one's place. A registration that was wrong from its first day is taken back by one that says
/// `moved_to` and ends on the day before it begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeterRegistered {
    /// Which meter.
    pub meter: MeterId,
    /// What it measures.
    pub fuel: Fuel,
    /// The first day it belongs to the school.
    #[serde(deserialize_with = "crate::written::one")]
    pub from: NaiveDate,
    /// The last day it does; none while it lasts. The day before `from` where it was moved and never belonged to this school.
    #[serde(
        default,
        deserialize_with = "crate::written::maybe",
        skip_serializing_if = "Option::is_none"
    )]
    pub to: Option<NaiveDate>,
    /// Gross calorific value in MJ/m³ for a gas meter read in cubic metres; 39.5 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calorific_value: Option<f64>,
    /// The most it can measure in a half-hour, in kWh, where that is not what its fuel allows in a school.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<f64>,
    /// Contracts of its supply, for market-based figures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tariffs: Vec<Tariff>,
    /// The school it was moved to, which is why it no longer belongs to this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<Urn>,
}

/// A contract of supply and the emissions it comes with, evidenced as the Greenhouse Gas Protocol's Scope 2 Guidance asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tariff {
    /// Who supplies, and under which name.
    pub name: String,
    /// What a kilowatt-hour of it emits, in kg CO2e.
    pub kg_co2e_per_kwh: f64,
    /// What proves it, such as `REGO certificates 2025/26`.
    pub evidence: String,
    /// The first day of supply.
    #[serde(deserialize_with = "crate::written::one")]
    pub from: NaiveDate,
    /// The last day of supply; none while it lasts.
    #[serde(
        default,
        deserialize_with = "crate::written::maybe",
        skip_serializing_if = "Option::is_none"
    )]
    pub to: Option<NaiveDate>,
}

impl MeterRegistered {
    /// Whether it says that the meter never belonged to this school: it ends on the day before it begins.
    pub fn is_taken_back(&self) -> bool {
        self.moved_to.is_some() && self.to.is_some() && self.to == self.from.pred_opt()
    }

    /// What the types alone cannot say.
    pub fn check(&self) -> Result<(), FieldError> {
        let is_ordered = self.to.is_none_or(|to| self.from <= to);
        let rule = "on or after `from`; the day before it where `moved_to` says that it never belonged to this school";
        must(is_ordered || self.is_taken_back(), "/data/to", rule)?;
        self.calorific_value.map_or(Ok(()), |value| {
            within("/data/calorific_value", value, 30.0..=45.0)
        })?;
        self.capacity.map_or(Ok(()), |value| {
            within("/data/capacity", value, 0.001..=1_000_000.0)
        })?;
        must(
            self.tariffs.len() <= 100,
            "/data/tariffs",
            "at most 100 tariffs",
        )?;
        for (index, tariff) in self.tariffs.iter().enumerate() {
            let pointer = |field| format!("/data/tariffs/{index}/{field}");
            text(&pointer("name"), &tariff.name)?;
            within(
                &pointer("kg_co2e_per_kwh"),
                tariff.kg_co2e_per_kwh,
                0.0..=2.0,
            )?;
            text(&pointer("evidence"), &tariff.evidence)?;
            not_before(&pointer("to"), tariff.from, tariff.to)?;
        }
        Ok(())
    }
}
