//! Why an event was refused, and the record of it that `rejected` keeps.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// The rule an event broke. A closed set: it labels a metric. `unreadable`: not JSON, not UTF-8, not gzip, or cut short.
/// `schema`: does not fit the schema of its type. `out-of-scope`: the token does not cover this school or meter. `unknown-meter`:
/// not registered, or not for that day. `future`: a half-hour that has not ended. `clock`: a time that only a wrong clock gives.
/// `implausible`: larger than any such meter could measure, or a number that meters send to mean "none". `value-count`: the
/// number of values does not match the day or span. `file-row`: a row of a supplier's file that cannot be read. `conflict`: the
/// same source and id was taken before with other content.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Not JSON, not UTF-8, not gzip, or cut short.
    Unreadable,
    /// Larger than the limit.
    TooLarge,
    /// Does not fit the schema of its type.
    Schema,
    /// The token does not cover this school or meter.
    OutOfScope,
    /// A meter that is not registered, or not for that day.
    UnknownMeter,
    /// A school that is not registered.
    UnknownSchool,
    /// The last digit of an MPAN is not its check digit.
    CheckDigit,
    /// A reading of a half-hour that has not ended.
    Future,
    /// A time that can only come from a clock that was never set, or is wrong.
    Clock,
    /// A negative value where only zero or more is allowed.
    Negative,
    /// Larger than any such meter could measure, or a value that meters send to mean "none".
    Implausible,
    /// The number of values does not match the day or span.
    ValueCount,
    /// A row of a supplier's file that cannot be read.
    FileRow,
    /// The same source and id was taken before with other content.
    Conflict,
}

impl Rule {
    /// The rule's spelling in answers, metrics and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Rule::Unreadable => "unreadable",
            Rule::TooLarge => "too-large",
            Rule::Schema => "schema",
            Rule::OutOfScope => "out-of-scope",
            Rule::UnknownMeter => "unknown-meter",
            Rule::UnknownSchool => "unknown-school",
            Rule::CheckDigit => "check-digit",
            Rule::Future => "future",
            Rule::Clock => "clock",
            Rule::Negative => "negative",
            Rule::Implausible => "implausible",
            Rule::ValueCount => "value-count",
            Rule::FileRow => "file-row",
            Rule::Conflict => "conflict",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What was wrong, where, the value found there, and how to fix it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refusal {
    /// JSON pointer into the event, `/row/17` for line 17 of a file, or empty for the whole of it.
    pub pointer: String,
    /// The rule it broke.
    pub rule: Rule,
    /// The value found there, cut to 120 characters and an ellipsis.
    #[schema(max_length = 121)]
    pub seen: String,
    /// How to fix it.
    pub hint: String,
}

impl Refusal {
    /// A refusal, with `seen` cut to 120 characters.
    pub fn new(
        pointer: impl Into<String>,
        rule: Rule,
        seen: impl fmt::Display,
        hint: impl Into<String>,
    ) -> Self {
        const LONGEST: usize = 120;
        let seen = seen.to_string();
        let seen = match seen.char_indices().nth(LONGEST) {
            Some((cut, _)) => format!("{}…", &seen[..cut]),
            None => seen,
        };
        Refusal {
            pointer: pointer.into(),
            rule,
            seen,
            hint: hint.into(),
        }
    }
}

/// One record of the topic `rejected`: the event as it came, and every reason it was refused for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RejectedEvent {
    /// Every reason found.
    pub refusals: Vec<Refusal>,
    /// When it was received.
    pub received: DateTime<Utc>,
    /// The name of the token the event was sent with, or of the service that refused it.
    pub by: String,
    /// The event's source; `body` if no source could be read; the topic, partition and offset for a record that was no event.
    pub source: String,
    /// The event's id within the source; if no id could be read, the SHA-256 of its text.
    pub id: String,
    /// The received event as JSON; text that was not JSON is stored here as a string, cut to 64 KiB.
    pub event: Value,
}

/// The key under which `rejected` stores an event: a hash of its source and id. So a refusal appears once however often the
/// event is sent, and it can be removed when the event is accepted later.
pub fn rejected_key(source: &str, id: &str) -> String {
    let mut hash = Sha256::new();
    hash.update((source.len() as u64).to_le_bytes());
    hash.update(source);
    hash.update(id);
    hex::encode(&hash.finalize()[..16])
}
