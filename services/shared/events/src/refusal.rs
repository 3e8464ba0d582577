//! Why an event was refused, and the record of it that `rejected` keeps.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The rule an event broke. A closed set: it labels a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// A meter nobody registered, or not for that day.
    UnknownMeter,
    /// A school nobody registered.
    UnknownSchool,
    /// The last digit of an MPAN is not its check digit.
    CheckDigit,
    /// A reading of a half-hour that has not ended.
    Future,
    /// A time that only a clock can have written that was never set, or is wrong.
    Clock,
    /// Negative where only zero or more can be.
    Negative,
    /// Larger than any such meter could measure, or a value meters send when they mean "none".
    Implausible,
    /// Not the number of values the day or span has.
    ValueCount,
    /// A row of a supplier's file that cannot be read.
    FileRow,
    /// The same source and id was taken before with other content.
    Conflict,
}

impl Rule {
    /// As it is written in answers, metrics and records.
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

/// What was wrong, where, what was seen there, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// JSON pointer into the event, or `/row/17` for a file.
    pub pointer: String,
    /// The rule it broke.
    pub rule: Rule,
    /// What stood there, cut to a readable length.
    pub seen: String,
    /// How to mend it.
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
    /// The name of the token it came with, or of the service that refused it.
    pub by: String,
    /// Its source; `body` where it had none that could be read, and the topic, partition and offset of what was no event.
    pub source: String,
    /// Its id within the source; where it had none that could be read, the SHA-256 of its text.
    pub id: String,
    /// The event as it came, as JSON; text that was not JSON stands here as a string, cut to 64 KiB.
    pub event: Value,
}

/// The key under which `rejected` keeps an event: a hash of its source and id, so that a refusal appears once however
/// often it is sent, and taking the event in after all can remove it.
pub fn rejected_key(source: &str, id: &str) -> String {
    let mut hash = Sha256::new();
    hash.update((source.len() as u64).to_le_bytes());
    hash.update(source);
    hash.update(id);
    let digest = hash.finalize();
    digest[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
