//! A meter and the school it belongs to.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::check::{must, not_before, text, within};
use crate::{FieldError, MeterId, Urn};

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

/// `meter.registered.v1`, the subject being the URN of the school it belongs to. A later event for the same meter, school
/// and first day takes an earlier one's place; one with another first day stands beside it, each until the next begins: see
/// [`crate::in_turn`]. A registration is taken back by one that begins on its first day and ends on the day before.
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
    /// The last day it does; none while it lasts, or until its next registration begins. The day before `from` takes the
    /// registration back.
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
    /// Whether it says that what was registered from its first day on never held: it ends on the day before it begins.
    pub fn is_taken_back(&self) -> bool {
        self.to.is_some() && self.to == self.from.pred_opt()
    }

    /// What the types alone cannot say.
    pub fn check(&self) -> Result<(), FieldError> {
        let is_ordered = self.to.is_none_or(|to| self.from <= to);
        let rule = "on or after `from`, or the day before it to take back what was registered from that day on";
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
