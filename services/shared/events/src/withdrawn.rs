//! Withdrawals of a meter's readings.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::check::{maybe_text, must, text};
use crate::{Channel, FieldError, MeterId, SettlementDay};

/// The prefix of the source of every reading that ingest took from a supplier's file; the name of the format follows.
pub const FILE_SOURCE: &str = "urn:greenledger:file:";

/// The SHA-256 of a supplier's file, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct FileHash(Box<str>);

/// Text that is not a SHA-256 in hexadecimal.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a SHA-256 is 64 digits of lower-case hexadecimal; got {0:?}")]
pub struct FileHashError(String);

impl FileHash {
    /// The prefix of the id of every reading from the file.
    pub fn id_prefix(&self) -> &str {
        self.0.get(..16).unwrap_or(&self.0)
    }
}

impl FromStr for FileHash {
    type Err = FileHashError;
    fn from_str(text: &str) -> Result<Self, FileHashError> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_hash = text.len() == 64 && text.bytes().all(is_digit);
        is_hash
            .then(|| FileHash(text.into()))
            .ok_or_else(|| FileHashError(text.to_owned()))
    }
}

impl TryFrom<String> for FileHash {
    type Error = FileHashError;
    fn try_from(text: String) -> Result<Self, FileHashError> {
        text.parse()
    }
}

impl From<FileHash> for String {
    fn from(hash: FileHash) -> String {
        hash.0.into()
    }
}

impl fmt::Display for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `meter.readings.withdrawn.v1`: readings of one channel that ingest received before this event no longer count. Readings that
/// it receives later do. The ledger keeps both.
///
/// Exactly one pair gives the withdrawn time: `from` and `to` (local days, both included), or `start` and `end` (half-hours,
/// the end excluded).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadingsWithdrawn {
    /// Which meter.
    pub meter: MeterId,
    /// Which channel; active import by default.
    #[serde(default)]
    pub channel: Channel,
    /// The first local day.
    #[serde(
        default,
        deserialize_with = "crate::written::maybe",
        skip_serializing_if = "Option::is_none"
    )]
    pub from: Option<NaiveDate>,
    /// The last local day.
    #[serde(
        default,
        deserialize_with = "crate::written::maybe",
        skip_serializing_if = "Option::is_none"
    )]
    pub to: Option<NaiveDate>,
    /// When the first half-hour begins.
    #[serde(
        default,
        deserialize_with = "crate::written::maybe",
        skip_serializing_if = "Option::is_none"
    )]
    pub start: Option<DateTime<FixedOffset>>,
    /// When the last half-hour ends.
    #[serde(
        default,
        deserialize_with = "crate::written::maybe",
        skip_serializing_if = "Option::is_none"
    )]
    pub end: Option<DateTime<FixedOffset>>,
    /// Only readings of this source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Only the event of this id; needs `source`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Only readings of the file of this SHA-256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_sha256: Option<FileHash>,
    /// The reason.
    pub reason: String,
    /// The role that decided it, such as `sustainability lead`; never a person's name.
    pub by: String,
}

/// The withdrawn time, end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WithdrawnSpan {
    /// When the first half-hour begins.
    pub start: DateTime<Utc>,
    /// When the last half-hour ends.
    pub end: DateTime<Utc>,
}

impl WithdrawnSpan {
    /// The first and the last local day it touches.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        let last = self.end - chrono::TimeDelta::microseconds(1);
        (SettlementDay::of(self.start).0, SettlementDay::of(last).0)
    }
}

/// The most days that one event may withdraw.
const MOST_DAYS: i64 = 3_660;

impl ReadingsWithdrawn {
    /// The withdrawn time; none if the event gives no pair, or more than one.
    pub fn span(&self) -> Option<WithdrawnSpan> {
        match (self.from, self.to, self.start, self.end) {
            (Some(from), Some(to), None, None) => Some(WithdrawnSpan {
                start: SettlementDay(from).starts(),
                end: SettlementDay(to).ends(),
            }),
            (None, None, Some(start), Some(end)) => Some(WithdrawnSpan {
                start: start.to_utc(),
                end: end.to_utc(),
            }),
            _ => None,
        }
    }

    /// The rules that the types alone cannot express.
    pub fn check(&self) -> Result<(), FieldError> {
        let rule = "either from and to, or start and end";
        let Some(span) = self.span() else {
            return must(false, "/data", rule);
        };
        let (last, is_days) = match self.to {
            Some(_) => ("/data/to", true),
            None => ("/data/end", false),
        };
        must(span.start < span.end, last, "after the beginning")?;
        let most = format_args!("at most {MOST_DAYS} days after the beginning");
        must((span.end - span.start).num_days() <= MOST_DAYS, last, most)?;
        let whole = |at: DateTime<Utc>| is_days || at.timestamp_micros() % 1_800_000_000 == 0;
        must(whole(span.start), "/data/start", "on a half-hour")?;
        must(whole(span.end), "/data/end", "on a half-hour")?;
        maybe_text("/data/source", self.source.as_ref())?;
        maybe_text("/data/id", self.id.as_ref())?;
        let is_named = self.id.is_none() || self.source.is_some();
        must(
            is_named,
            "/data/source",
            "there where id is: an id is unique within its source",
        )?;
        text("/data/reason", &self.reason)?;
        text("/data/by", &self.by)
    }
}
