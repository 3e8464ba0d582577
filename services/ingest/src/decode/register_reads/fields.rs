//! Finds a message's fields, and says where one is missing or cannot be read.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, MappedLocalTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use events::{MeterId, MeterIdError, Quantity, Refusal, Rule, Sent, micro_from_decimal};
use serde_json::Value;

use crate::rules::{Fault, plausible};

/// Numbers from here on are milliseconds since 1970; those below, seconds.
const FIRST_MILLISECONDS: f64 = 1e11;
/// Events of these years can be read, whatever the intervals before or after them.
const YEARS: RangeInclusive<i32> = 1970..=2098;

/// The fields of a message in JSON.
pub(crate) struct Fields<'v>(Cow<'v, Value>);

impl<'v> Fields<'v> {
    /// A message that is only a number is JSON too.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let text = utf8(bytes)?;
        let value = serde_json::from_str(text).map_err(|error| {
            let hint = format!("send JSON; {error}");
            Fault::new(Rule::Unreadable, hint).at("", text.trim_ascii())
        })?;
        Ok(Fields(Cow::Owned(value)))
    }

    pub(crate) fn of(value: &'v Value) -> Self {
        Fields(Cow::Borrowed(value))
    }

    pub(crate) fn value(&self) -> &Value {
        &self.0
    }

    pub(crate) fn is_there(&self, pointer: &str) -> bool {
        self.0
            .pointer(pointer)
            .is_some_and(|value| !value.is_null())
    }

    fn at(&self, pointer: &str) -> Result<&Value, Refusal> {
        self.0.pointer(pointer).ok_or_else(|| {
            let hint = "the message has no such field; correct the description of the payload, or the gateway";
            Fault::new(Rule::Schema, hint).at(pointer, "nothing")
        })
    }

    /// Text, or a number as text.
    pub(crate) fn text(&self, pointer: &str) -> Result<String, Refusal> {
        match self.at(pointer)? {
            Value::String(text) => Ok(text.trim().to_owned()),
            Value::Number(number) => Ok(number.to_string()),
            other => {
                let fault = Fault::new(Rule::Schema, "a text stands here");
                Err(fault.at(pointer, other))
            }
        }
    }

    /// A number, or text that is one, in millionths. Numbers that meters send to mean "none" are refused.
    pub(crate) fn quantity(&self, pointer: &str) -> Result<Quantity, Refusal> {
        let found = self.at(pointer)?;
        let number = match found {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.ok_or_else(|| {
            Fault::new(Rule::Schema, "a number stands here, such as 6613.405").at(pointer, found)
        })?;
        let micro = micro_from_decimal(number).map_err(|_| {
            let hint = "no meter counts that far; send what it shows";
            Fault::new(Rule::Implausible, hint).at(pointer, found)
        })?;
        plausible(micro, Quantity::MAX).map_err(|fault| fault.at(pointer, found))
    }

    pub(crate) fn unit(&self, pointer: &str) -> Result<Sent, Refusal> {
        let text = self.text(pointer)?;
        unit(&text).ok_or_else(|| {
            let hint = "a unit is Wh, kWh, MWh, m3, ft3, hcf or kVArh";
            Fault::new(Rule::Schema, hint).at(pointer, &text)
        })
    }

    /// A time in the notation of RFC 3339, without a time zone if `zone` is known, or in seconds or milliseconds since 1970.
    pub(crate) fn time(
        &self,
        pointer: &str,
        zone: Option<Tz>,
        arrived: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, Refusal> {
        let found = self.at(pointer)?;
        let time = match found {
            Value::Number(number) => number.as_f64().and_then(since_1970),
            Value::String(text) => written(text.trim(), zone, arrived),
            _ => None,
        };
        let time = time.filter(|time| YEARS.contains(&time.year()));
        time.ok_or_else(|| {
            let hint = match zone {
                Some(_) => "a time of 1970 to 2098 is written 2026-11-20T09:00:00, or in seconds or milliseconds since 1970",
                None => {
                    "a time of 1970 to 2098 is written 2026-11-20T09:00:00Z, or in seconds or milliseconds since 1970; if the \
                     gateway leaves the time zone out, the description of the payload states the zone"
                }
            };
            Fault::new(Rule::Schema, hint).at(pointer, found)
        })
    }
}

/// The text of a message.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let hint = format!("send UTF-8: byte {at} of the message is not");
        let seen = &bytes[at..bytes.len().min(at + 8)];
        Fault::new(Rule::Unreadable, hint).at("", seen.escape_ascii())
    })
}

fn unit(text: &str) -> Option<Sent> {
    let named = [
        ("wh", Sent::Wh),
        ("kwh", Sent::KWh),
        ("mwh", Sent::MWh),
        ("m3", Sent::M3),
        ("m\u{b3}", Sent::M3),
        ("ft3", Sent::Ft3),
        ("hcf", Sent::Hcf),
        ("kvarh", Sent::KVArh),
    ];
    let text = text.to_lowercase();
    named
        .into_iter()
        .find_map(|(name, unit)| (name == text).then_some(unit))
}

fn since_1970(number: f64) -> Option<DateTime<Utc>> {
    let seconds = if number.abs() < FIRST_MILLISECONDS {
        number
    } else {
        number / 1000.0
    };
    let milliseconds = (seconds * 1000.0).round();
    (milliseconds.abs() < 1e15)
        .then(|| DateTime::from_timestamp_millis(milliseconds as i64))
        .flatten()
}

fn written(text: &str, zone: Option<Tz>, arrived: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    let local = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"]
        .into_iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?;
    match zone?.from_local_datetime(&local) {
        MappedLocalTime::Single(time) => Some(time.to_utc()),
        // Of the hour that comes twice when the clocks go back: the later one that is not still to come.
        MappedLocalTime::Ambiguous(first, second) => {
            Some(if second <= arrived { second } else { first }.to_utc())
        }
        MappedLocalTime::None => None,
    }
}

/// The meter of this text, at a place of the message.
pub(super) fn meter(text: &str, pointer: &str) -> Result<MeterId, Refusal> {
    text.parse().map_err(|error: MeterIdError| {
        let rule = match error {
            MeterIdError::MpanCheckDigit(_) => Rule::CheckDigit,
            _ => Rule::Schema,
        };
        Fault::new(rule, error.to_string()).at(pointer, text)
    })
}
