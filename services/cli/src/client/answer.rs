//! What ingest answers.

use events::Rule;
use serde::Deserialize;

/// How many events ingest received, kept and refused, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Answer {
    /// Events that came.
    pub received: u64,
    /// Events that are kept.
    pub accepted: u64,
    /// Events that are not.
    pub refused: u64,
    /// Each reason found.
    pub refusals: Vec<Refused>,
}

/// One reason for which one event was refused.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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
    /// What stood there.
    pub seen: String,
    /// How to mend it.
    pub mend: String,
}

impl Answer {
    /// Joins the answer to another request. An `index` still counts within its own request.
    pub fn add(&mut self, other: Answer) {
        self.received += other.received;
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.refusals.extend(other.refusals);
    }
}

/// An RFC 9457 problem.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Problem {
    #[serde(default)]
    title: String,
    #[serde(default)]
    detail: String,
}

impl Problem {
    /// Title and detail, to follow the status; empty if there is neither.
    pub(super) fn said(self) -> String {
        [self.title, self.detail]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(|part| format!(": {part}"))
            .collect()
    }
}
