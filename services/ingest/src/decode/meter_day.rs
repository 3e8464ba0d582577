//! A meter-day in its canonical form, as written to Kafka.

use chrono::{DateTime, Utc};
use events::{Channel, MeterId, Quality, Quantity, SettlementDay, Unit};

use crate::rules::push_decimal;

/// A half-hour: what was measured, and how.
pub(crate) type HalfHour = (Option<Quantity>, Quality);

/// A half-hour without a known value.
pub(crate) const UNKNOWN: HalfHour = (None, Quality::Actual);

/// One channel of one meter on one local day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MeterDay {
    pub(crate) meter: MeterId,
    pub(crate) channel: Channel,
    pub(crate) unit: Unit,
    /// Whether unit and channel are what the meter's registration says, or its sender vouched for them.
    pub(crate) as_registered: bool,
    pub(crate) day: SettlementDay,
    /// The day's 46, 48 or 50 half-hours.
    pub(crate) half_hours: Vec<HalfHour>,
}

impl MeterDay {
    /// The end of the last half-hour with a known value.
    pub(crate) fn known_until(&self) -> Option<DateTime<Utc>> {
        let is_known = |(value, _): &HalfHour| value.is_some();
        let slot = self.half_hours.iter().rposition(is_known)?;
        Some(self.day.slot_starts(slot + 1))
    }

    /// Serialises to the JSON of [`events::MeterReadings`], always the same text for the same day. Written by hand because it
    /// is the busiest code of the service, and because a quantity here is an integer that must stay exact.
    pub(crate) fn to_json(&self, issue_stated: bool) -> String {
        let mut text = String::with_capacity(512);
        // Nothing to escape: a meter's id has letters, digits and -_.: only.
        text.push_str(r#"{"meter":""#);
        text.push_str(self.meter.as_str());
        text.push_str(r#"","channel":""#);
        text.push_str(self.channel.as_str());
        text.push_str(r#"","unit":""#);
        text.push_str(self.unit.as_str());
        text.push_str(r#"","day":""#);
        text.push_str(&self.day.0.to_string());
        text.push_str(r#"","values":["#);
        for (index, (value, _)) in self.half_hours.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            match value {
                Some(micro) => push_decimal(&mut text, *micro),
                None => text.push_str("null"),
            }
        }
        text.push(']');
        if self
            .half_hours
            .iter()
            .any(|half_hour| letter(half_hour) != 'A')
        {
            text.push_str(r#","quality":""#);
            text.extend(self.half_hours.iter().map(letter));
            text.push('"');
        }
        if !issue_stated {
            text.push_str(r#","issue_stated":false"#);
        }
        if self.as_registered {
            text.push_str(r#","as_registered":true"#);
        }
        text.push('}');
        text
    }
}

fn letter((value, quality): &HalfHour) -> char {
    value.map_or('A', |_| quality.letter())
}
