//! The answers of ingest.

use events::{Refusal, Rule};
use ingest::Tally;
use serde::{Deserialize, Serialize};

/// How many events ingest received, kept and refused, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Events that were received.
    pub received: u64,
    /// Events that are kept.
    pub accepted: u64,
    /// Events that were refused.
    pub refused: u64,
    /// The reasons for the refusals.
    pub refusals: Vec<Refused>,
    /// The number of reasons beyond those listed.
    #[serde(default)]
    pub refusals_left_out: u64,
    /// Notes on events that are kept.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// The number of notes beyond those listed.
    #[serde(default)]
    pub notes_left_out: u64,
}

/// A note on an event that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Which of its request's events, counted from 0.
    pub index: u64,
    /// Its id.
    pub id: String,
    /// Its source.
    pub source: String,
    /// The subject of the note, in a word.
    pub about: String,
    /// The note.
    pub note: String,
    /// The first of the single values that were refused, if it is about such.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Refusal>,
    /// What it counts, if it is about rows of a whole file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
}

/// One reason for which one event was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Which of its request's events, counted from 0; of a file, the line.
    pub index: u64,
    /// Its id, if that could be read.
    #[serde(default)]
    pub id: Option<String>,
    /// Its source, if that could be read.
    #[serde(default)]
    pub source: Option<String>,
    /// JSON pointer into the event, or `/row/17`.
    pub pointer: String,
    /// The rule it broke.
    pub rule: Rule,
    /// The value at the pointer.
    pub seen: String,
    /// How to mend it.
    pub hint: String,
}

impl Refused {
    /// The reason alone.
    pub fn refusal(&self) -> Refusal {
        Refusal {
            pointer: self.pointer.clone(),
            rule: self.rule,
            seen: self.seen.clone(),
            hint: self.hint.clone(),
        }
    }
}

impl Answer {
    /// Adds the answer to another request. An `index` still counts within its own request.
    pub fn add(&mut self, other: Answer) {
        self.received += other.received;
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.refusals.extend(other.refusals);
        self.refusals_left_out += other.refusals_left_out;
        self.notes.extend(other.notes);
        self.notes_left_out += other.notes_left_out;
    }
}

/// An RFC 9457 problem.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Problem {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    detail: String,
}

impl Problem {
    /// Whether ingest reports that the requested resource does not exist: a 404 of another server does not count.
    pub(super) fn is_not_found(&self) -> bool {
        self.kind == "urn:greenledger:problem:not-found"
    }

    /// Title and detail, to follow the status; empty if there is neither.
    pub(super) fn text(self) -> String {
        [self.title, self.detail]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(|part| format!(": {part}"))
            .collect()
    }
}
