//! The energy measured by meters, and the coverage of expected half-hours.

use chrono::{DateTime, NaiveDate, Utc};
use events::{Channel, Fuel, MeterId, Quantity};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::item::Item;
use crate::period::Days;

/// The coverage: expected and received half-hours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Coverage {
    /// Half-hours that should have been measured by now.
    pub expected: i64,
    /// Half-hours that were, estimates included.
    pub present: i64,
    /// Of those present, estimated by the supplier.
    pub estimated: i64,
    /// Of those present, spread from a longer interval.
    pub spread: i64,
    /// Days of the period on which a meter was expected to report.
    pub days_expected: i64,
    /// Days on which at least one half-hour of any meter came.
    pub days_present: i64,
    /// The end of the last half-hour received.
    pub last_reading: Option<DateTime<Utc>>,
}

impl Coverage {
    /// Adds the half-hours of other meters. Days belong to a school, not to its meters, and are not added.
    pub fn take_in(&mut self, other: &Coverage) {
        self.expected += other.expected;
        self.present += other.present;
        self.estimated += other.estimated;
        self.spread += other.spread;
        self.last_reading = self.last_reading.max(other.last_reading);
    }

    /// Present over expected; none if nothing is expected.
    pub fn ratio(&self) -> Option<f64> {
        (self.expected > 0).then(|| self.present as f64 / self.expected as f64)
    }

    /// Estimated over present; none if nothing is present.
    pub fn estimated_ratio(&self) -> Option<f64> {
        (self.present > 0).then(|| self.estimated as f64 / self.present as f64)
    }
}

/// One meter over the period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MeterFigures {
    /// The meter's id.
    pub meter: MeterId,
    /// What people call it, as registered last; none if no name is registered.
    pub name: Option<String>,
    /// The fuel it measures.
    pub fuel: Fuel,
    /// The first day on which it is registered at the school.
    pub registered_from: NaiveDate,
    /// The last such day; none if no end is registered.
    pub registered_to: Option<NaiveDate>,
    /// The channel that shows whether it reports: import, or export for a meter that measures nothing else.
    pub channel: Channel,
    /// Active import, in milliwatt-hours (gas in m³ converted).
    pub import: Quantity,
    /// Active export, in milliwatt-hours.
    pub export: Quantity,
    /// The half-hours of its channel.
    pub coverage: Coverage,
    /// For a meter that imports and exports, the half-hours of its export, expected from the first received one on.
    pub export_coverage: Option<Coverage>,
    /// The day of the period since which its channel has sent nothing; none if it has sent recently.
    pub silent_since: Option<NaiveDate>,
}

impl MeterFigures {
    /// The name and the number, as people read them: `Hall (mpan:2200012767323)`, or the number alone.
    pub fn label(&self) -> String {
        named_meter(self.name.as_deref(), &self.meter)
    }

    /// The half-hours of one of its channels; none for a channel it does not have.
    pub fn coverage_of(&self, channel: Channel) -> Option<&Coverage> {
        match channel {
            _ if channel == self.channel => Some(&self.coverage),
            Channel::AE => self.export_coverage.as_ref(),
            _ => None,
        }
    }

    /// The days on which it belongs to the school, as registered.
    pub fn registered(&self) -> Days {
        Days::from_until(self.registered_from, self.registered_to)
    }
}

/// A meter's name and number, as people read them: `Hall (mpan:2200012767323)`, or the number alone.
pub fn named_meter(name: Option<&str>, meter: &MeterId) -> String {
    name.map_or_else(|| meter.to_string(), |name| format!("{name} ({meter})"))
}

/// One use in one calendar month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MonthFigures {
    /// `2026-03`.
    pub month: String,
    /// Electricity, gas, solar or export.
    pub item: Item,
    /// Milliwatt-hours.
    pub energy: Quantity,
}

/// The meters, and their channels, that a line is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured {
    /// The fuel; none means any fuel, because some schools register the meter for the panels' export as the panels' meter.
    pub fuel: Option<Fuel>,
    pub channel: Channel,
}

/// The fuel and channel that a line is made of; none for lines without meters.
pub(super) fn measured(item: Item) -> Option<Measured> {
    let imported = |fuel| Measured {
        fuel: Some(fuel),
        channel: Channel::AI,
    };
    match item {
        Item::Gas | Item::WttGas => Some(imported(Fuel::Gas)),
        Item::Electricity
        | Item::ElectricityMarket
        | Item::GridLosses
        | Item::WttElectricity
        | Item::WttGridLosses => Some(imported(Fuel::Electricity)),
        Item::Solar => Some(imported(Fuel::Solar)),
        Item::Export => Some(Measured {
            fuel: None,
            channel: Channel::AE,
        }),
        _ => None,
    }
}
