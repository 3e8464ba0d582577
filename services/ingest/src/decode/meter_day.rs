//! A meter-day in its canonical form, as written to Kafka.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use events::{Channel, MeterId, Quality, Quantity, SettlementDay, Unit};

use crate::rules::push_decimal;

/// A half-hour: what was measured, and how.
pub(crate) type HalfHour = (Option<Quantity>, Quality);

/// A half-hour without a known value.
pub(crate) const UNKNOWN: HalfHour = (None, Quality::Actual);

/// A quarter of an hour that came without the other quarter of its half-hour, which is unknown until that one comes too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quarter {
    /// Its number in the local day, from 0.
    pub(crate) number: u8,
    pub(crate) value: Quantity,
    pub(crate) quality: Quality,
}

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
    /// Quarters of unknown half-hours, in order; none of nearly every day.
    pub(crate) quarters: Vec<Quarter>,
}

impl MeterDay {
    /// The end of the last half-hour or quarter with a known value.
    pub(crate) fn known_until(&self) -> Option<DateTime<Utc>> {
        let is_known = |(value, _): &HalfHour| value.is_some();
        let slot = self.half_hours.iter().rposition(is_known);
        let half_hour = slot.map(|slot| self.day.slot_starts(slot + 1));
        let quarter = self.quarters.last().map(|quarter| {
            self.day.starts() + TimeDelta::minutes(15 * (i64::from(quarter.number) + 1))
        });
        half_hour.max(quarter)
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
        if !self.quarters.is_empty() {
            self.push_quarters(&mut text);
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

    fn push_quarters(&self, text: &mut String) {
        text.push_str(r#","quarters":["#);
        for (index, quarter) in self.quarters.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            text.push_str(r#"{"quarter":"#);
            text.push_str(&quarter.number.to_string());
            text.push_str(r#","value":"#);
            push_decimal(text, quarter.value);
            if quarter.quality != Quality::Actual {
                text.push_str(r#","quality":""#);
                text.push(quarter.quality.letter());
                text.push('"');
            }
            text.push('}');
        }
        text.push(']');
    }
}

/// A note on the half-hours of which one quarter alone is known.
pub(crate) fn known_by_half<'d>(days: impl IntoIterator<Item = &'d MeterDay>) -> Option<String> {
    let half_hours = days.into_iter().flat_map(|day| {
        let starts = |quarter: &Quarter| day.day.slot_starts(usize::from(quarter.number / 2));
        day.quarters.iter().map(starts)
    });
    let half_hours: Vec<DateTime<Utc>> = half_hours.collect();
    let first = half_hours.iter().min()?;
    let first = first.to_rfc3339_opts(SecondsFormat::Secs, true);
    let until = "missing until the same source sends the other quarter";
    Some(match half_hours.len() {
        1 => format!("the half-hour from {first} is known by half: it counts as {until}"),
        count => format!(
            "{count} half-hours are known by half, the first from {first}: each counts as {until}"
        ),
    })
}

fn letter((value, quality): &HalfHour) -> char {
    value.map_or('A', |_| quality.letter())
}
