//! A meter and the school it belongs to.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::check::{must, name, not_before, text, within};
use crate::{FieldError, MeterId, Sent, Unit, Urn};

/// What a meter measures.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
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
    /// The fuel's spelling in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Fuel::Electricity => "electricity",
            Fuel::Gas => "gas",
            Fuel::Solar => "solar",
        }
    }
}

/// `meter.registered.v1`; the subject is the URN of the school the meter belongs to. A later event for the same meter, school
/// and first day replaces the earlier one. An event with another first day is kept beside it, and each counts until the next
/// begins: see [`crate::in_turn`]. To take a registration back, send one that begins on its first day and ends on the day
/// before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeterRegistered {
    /// Which meter.
    pub meter: MeterId,
    /// What people call it, such as `Hall`; shown beside its number. The name of a place and never of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it measures.
    pub fuel: Fuel,
    /// The first day on which the meter belongs to the school.
    #[serde(deserialize_with = "crate::written::one")]
    pub from: NaiveDate,
    /// The last day on which it does; none while it lasts, or until its next registration begins. The day before `from` takes
    /// the registration back.
    #[serde(
        default,
        deserialize_with = "crate::written::maybe",
        skip_serializing_if = "Option::is_none"
    )]
    pub to: Option<NaiveDate>,
    /// Gross calorific value in MJ/m³ for a gas meter read in cubic metres; 39.5 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calorific_value: Option<f64>,
    /// The most the meter can measure in a half-hour, in kWh, if that differs from the limit for its fuel in a school.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<f64>,
    /// The unit of its numbers, which overrides its feed and files; if left out, the unit they give counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Sent>,
    /// The direction it measures, if its feed or its files do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// The meaning of the codes in its supplier's status column; it overrides the meaning in its file's format.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<StatusCode>,
    /// Contracts of its supply, for market-based figures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tariffs: Vec<Tariff>,
    /// The school the meter was moved to, which is why it no longer belongs to this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<Urn>,
}

/// The direction a meter measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Only energy that flows back to the grid: what a feed calls consumption is channel AE.
    Export,
}

/// A code of a supplier's status column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusCode {
    /// The code in the column, in upper or lower case.
    pub code: String,
    /// The meaning for the value beside it.
    pub means: Status,
}

/// What a status code means for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Measured.
    Actual,
    /// Estimated by the supplier.
    Estimated,
    /// Not a value, whatever number stands beside the code.
    Missing,
}

/// A contract of supply and the emissions it comes with, evidenced as the Greenhouse Gas Protocol's Scope 2 Guidance asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tariff {
    /// The supplier and the name of the contract.
    pub name: String,
    /// Emissions per kilowatt-hour, in kg CO2e.
    pub kg_co2e_per_kwh: f64,
    /// The proof, such as `REGO certificates 2025/26`.
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
    /// A registration from a day on, with every optional field unset.
    pub fn new(meter: MeterId, fuel: Fuel, from: NaiveDate) -> Self {
        MeterRegistered {
            meter,
            name: None,
            fuel,
            from,
            to: None,
            calorific_value: None,
            capacity: None,
            unit: None,
            direction: None,
            statuses: Vec::new(),
            tariffs: Vec::new(),
            moved_to: None,
        }
    }

    /// The rules for its fuel and its number.
    fn check_identity(&self) -> Result<(), FieldError> {
        let is_gas = self.fuel == Fuel::Gas;
        let fits = match self.meter.as_str().split_once(':') {
            Some(("mpan", _)) => !is_gas,
            Some(("mprn", _)) => is_gas,
            _ => true,
        };
        let rule = "electricity or solar for an MPAN, and gas for an MPRN";
        must(fits, "/data/fuel", rule)?;
        let measures = self.unit.is_none_or(|unit| match unit.kept() {
            Unit::KilowattHours => true,
            Unit::CubicMetres => is_gas,
            Unit::KilovarHours => false,
        });
        let rule = "Wh, kWh, MWh or kW, and of gas also m3, ft3 or hcf";
        must(measures, "/data/unit", rule)?;
        let rule = "left out for gas, which flows one way only";
        must(self.direction.is_none() || !is_gas, "/data/direction", rule)?;
        let rule = "left out for a meter that does not measure gas";
        must(
            self.calorific_value.is_none() || is_gas,
            "/data/calorific_value",
            rule,
        )
    }

    /// Checks that the codes can be distinguished, whatever their case.
    fn check_codes(&self) -> Result<(), FieldError> {
        must(
            self.statuses.len() <= 100,
            "/data/statuses",
            "at most 100 codes",
        )?;
        let mut known = BTreeSet::new();
        for (index, StatusCode { code, .. }) in self.statuses.iter().enumerate() {
            let pointer = format!("/data/statuses/{index}/code");
            let is_code = (1..=50).contains(&code.chars().count())
                && !code.chars().any(char::is_control)
                && code.trim() == code;
            let rule =
                "1 to 50 characters without control characters, and without spaces around them";
            must(is_code, &pointer, rule)?;
            let rule = "another code than those before it, whether in capitals or not";
            must(known.insert(code.to_lowercase()), &pointer, rule)?;
        }
        Ok(())
    }

    /// The meaning of a status code, if its registration defines it.
    pub fn status(&self, code: &str) -> Option<Status> {
        let mut known = self.statuses.iter();
        let found = known.find(|known| known.code.to_lowercase() == code.to_lowercase());
        found.map(|known| known.means)
    }

    /// Whether this takes back the registration with the same first day: it ends on the day before it begins.
    pub fn is_taken_back(&self) -> bool {
        self.to.is_some() && self.to == self.from.pred_opt()
    }

    /// The rules that the types alone cannot express.
    pub fn check(&self) -> Result<(), FieldError> {
        let is_ordered = self.to.is_none_or(|to| self.from <= to);
        let rule = "on or after `from`, or the day before it to take back what was registered from that day on";
        must(is_ordered || self.is_taken_back(), "/data/to", rule)?;
        self.name
            .as_ref()
            .map_or(Ok(()), |given| name("/data/name", given))?;
        self.calorific_value.map_or(Ok(()), |value| {
            within("/data/calorific_value", value, 30.0..=45.0)
        })?;
        self.capacity.map_or(Ok(()), |value| {
            within("/data/capacity", value, 0.001..=1_000_000.0)
        })?;
        self.check_identity()?;
        self.check_codes()?;
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
