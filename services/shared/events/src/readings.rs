//! What a meter reports: half-hours of a day, other intervals, or two reads of a cumulative register.

mod sent;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::check::must;
use crate::{FieldError, MAX_SLOTS, MeterId};

pub use sent::Sent;

/// The most values one event holds: 93 days of half-hours, so any quarter of a year fits.
pub const MAX_VALUES: usize = 4464;

/// What a channel measures, by the measurement quantities of the Balancing and Settlement Code: AI is active import, AE active
/// export, RI reactive import, RE reactive export.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    ToSchema,
)]
pub enum Channel {
    /// Active import: energy that is consumed, or that a generation meter generates.
    #[default]
    AI,
    /// Active export: energy that flows back to the grid.
    AE,
    /// Reactive import.
    RI,
    /// Reactive export.
    RE,
}

impl Channel {
    /// The channel's spelling in events and in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::AI => "AI",
            Channel::AE => "AE",
            Channel::RI => "RI",
            Channel::RE => "RE",
        }
    }

    /// The channel with this spelling, if there is one.
    pub fn parse(text: &str) -> Option<Self> {
        [Channel::AI, Channel::AE, Channel::RI, Channel::RE]
            .into_iter()
            .find(|channel| channel.as_str() == text)
    }
}

/// How a half-hour's value was obtained. One letter each in events and in the ledger. The order is the order of trust: of two
/// values for one half-hour, the higher quality wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// `E`: estimated by the supplier.
    Estimated,
    /// `S`: measured over a longer interval and spread evenly over its half-hours.
    Spread,
    /// `A`: measured for this half-hour.
    Actual,
}

impl Quality {
    /// Its letter.
    pub fn letter(self) -> char {
        match self {
            Quality::Estimated => 'E',
            Quality::Spread => 'S',
            Quality::Actual => 'A',
        }
    }

    /// The quality a letter stands for.
    pub fn of(letter: u8) -> Option<Self> {
        match letter {
            b'E' => Some(Quality::Estimated),
            b'S' => Some(Quality::Spread),
            b'A' => Some(Quality::Actual),
            _ => None,
        }
    }
}

/// How long each value covers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Interval {
    /// A quarter of an hour: two are summed into a half-hour.
    #[serde(rename = "PT15M")]
    QuarterHour,
    /// A half-hour, the unit of settlement.
    #[default]
    #[serde(rename = "PT30M")]
    HalfHour,
    /// An hour, spread over its two half-hours.
    #[serde(rename = "PT1H")]
    Hour,
    /// A local day, spread over its 46, 48 or 50 half-hours.
    #[serde(rename = "P1D")]
    Day,
}

/// A quarter of an hour that came without the other quarter of its half-hour. The half-hour is missing until that one comes too.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoneQuarter {
    /// Its number in the local day, from 0 to 91, 95 or 99.
    pub quarter: u8,
    /// What was measured in it, in the event's unit.
    pub value: f64,
    /// How the value was obtained; actual by default.
    #[serde(default = "actual", with = "letter", skip_serializing_if = "is_actual")]
    pub quality: Quality,
}

fn actual() -> Quality {
    Quality::Actual
}

fn is_actual(quality: &Quality) -> bool {
    *quality == Quality::Actual
}

/// A quality as its letter.
mod letter {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Quality;

    pub(super) fn serialize<S: Serializer>(
        quality: &Quality,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_char(quality.letter())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Quality, D::Error> {
        let letter = char::deserialize(deserializer)?;
        let quality = u8::try_from(letter).ok().and_then(Quality::of);
        quality.ok_or_else(|| D::Error::custom("a quality is A, E or S"))
    }
}

/// One reading of a register that only counts up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterRead {
    /// The time of the reading, on a half-hour.
    #[serde(deserialize_with = "crate::written::one")]
    pub at: DateTime<FixedOffset>,
    /// The value it showed, in the event's unit.
    pub value: f64,
}

/// Two readings of one register: the difference is spread over the half-hours between them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterSpan {
    /// The earlier reading.
    pub opening: RegisterRead,
    /// The later reading.
    pub closing: RegisterRead,
}

/// `meter.readings.v1`. Exactly one of `day`, `start` and `register` gives the time it covers. On Kafka it is always `day` with
/// that day's 46, 48 or 50 half-hours in kWh, m³ or kVArh.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeterReadings {
    /// Which meter.
    pub meter: MeterId,
    /// The channel; active import by default.
    #[serde(default)]
    pub channel: Channel,
    /// The unit of every value.
    pub unit: Sent,
    /// How long each value covers; a half-hour by default.
    #[serde(default, skip_serializing_if = "is_half_hour")]
    pub interval: Interval,
    /// The local day that `values` cover in full.
    #[serde(
        default,
        deserialize_with = "crate::written::maybe",
        skip_serializing_if = "Option::is_none"
    )]
    pub day: Option<NaiveDate>,
    /// When the first value's interval begins.
    #[serde(
        default,
        deserialize_with = "crate::written::maybe",
        skip_serializing_if = "Option::is_none"
    )]
    pub start: Option<DateTime<FixedOffset>>,
    /// One value per interval, in order; null where nothing was measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Option<f64>>,
    /// One letter per value: A actual, E estimated, S spread; all actual by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<String>,
    /// Of a whole local day in half-hours: quarters of an hour that came without the other quarter of their half-hour, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quarters: Vec<LoneQuarter>,
    /// Two readings of a cumulative register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<RegisterSpan>,
    /// Whether the event's `time` is the time at which its source issued it. A gateway or file that does not know that time
    /// sends `false`, and `time` is then the end of the period that the data covers.
    #[serde(default = "stated", skip_serializing_if = "is_stated")]
    pub issue_stated: bool,
    /// Whether unit and channel are known to be the meter's own, so that the unit and channel in its registration do not apply.
    /// Ingest sets this when it has already applied them.
    #[serde(default, skip_serializing_if = "is_false")]
    pub as_registered: bool,
}

fn is_false(flag: &bool) -> bool {
    !*flag
}

fn stated() -> bool {
    true
}

fn is_stated(stated: &bool) -> bool {
    *stated
}

fn is_half_hour(interval: &Interval) -> bool {
    *interval == Interval::HalfHour
}

/// The time an event covers, after a check that exactly one field gives it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Span<'a> {
    /// A whole local day.
    Day(NaiveDate),
    /// From an instant on.
    From(DateTime<FixedOffset>),
    /// Between two reads.
    Register(&'a RegisterSpan),
}

/// An event that gives the time it covers in no field, or in several.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("exactly one of day, start and register says which time is covered")]
pub struct SpanError;

impl MeterReadings {
    /// The time the event covers.
    pub fn span(&self) -> Result<Span<'_>, SpanError> {
        match (self.day, self.start, &self.register) {
            (Some(day), None, None) if !self.values.is_empty() => Ok(Span::Day(day)),
            (None, Some(start), None) if !self.values.is_empty() => Ok(Span::From(start)),
            (None, None, Some(reads)) if self.values.is_empty() && self.quality.is_none() => {
                Ok(Span::Register(reads))
            }
            _ => Err(SpanError),
        }
    }
    /// Checks what the types alone cannot express: the number of values, a letter for each, and the order of register readings.
    pub fn check(&self) -> Result<(), FieldError> {
        let most = match (self.day, self.interval) {
            (None, _) => MAX_VALUES,
            (Some(_), Interval::QuarterHour) => MAX_SLOTS * 2,
            (Some(_), Interval::HalfHour) => MAX_SLOTS,
            (Some(_), Interval::Hour) => MAX_SLOTS / 2,
            (Some(_), Interval::Day) => 1,
        };
        let count = self.values.len();
        must(
            count <= most,
            "/data/values",
            format_args!("at most {most} values"),
        )?;
        let lettered = self.quality.as_ref().is_none_or(|quality| {
            quality.len() == count && quality.bytes().all(|letter| Quality::of(letter).is_some())
        });
        must(
            lettered,
            "/data/quality",
            format_args!("{count} letters A, E or S, one per value"),
        )?;
        self.check_quarters()?;
        let ordered = self
            .register
            .as_ref()
            .is_none_or(|reads| reads.opening.at < reads.closing.at);
        must(
            ordered,
            "/data/register/closing/at",
            "later than the opening read",
        )
    }

    /// Lone quarters stand beside the half-hours of a whole day, and only where those have no value.
    fn check_quarters(&self) -> Result<(), FieldError> {
        if self.quarters.is_empty() {
            return Ok(());
        }
        must(
            self.day.is_some() && self.interval == Interval::HalfHour,
            "/data/quarters",
            "only beside the half-hours of a day",
        )?;
        let half_hours = || self.quarters.iter().map(|one| usize::from(one.quarter / 2));
        let in_order = half_hours().is_sorted_by(|one, next| one < next);
        must(
            in_order,
            "/data/quarters",
            "in order, and one of a half-hour; the sum of two is a value",
        )?;
        let is_free = |half_hour: usize| self.values.get(half_hour) == Some(&None);
        must(
            half_hours().all(is_free),
            "/data/quarters",
            "of half-hours that the day has and whose values are null",
        )
    }
}
