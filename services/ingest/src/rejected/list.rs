//! Reads records of `rejected`, and lists each token's newest rejections. Bounded: there may be millions of records.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bus::StoredRecord;
use chrono::{DateTime, Utc};
use events::{EventType, FILE_SOURCE, Refusal, Urn};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::records::key_number;

/// The most rejections kept for one token, and the most in one answer.
pub(crate) const MOST_OF_A_TOKEN: usize = 1000;
/// The most kept for all tokens, in bytes: beyond it, the token that uses most loses its oldest rejections.
const MOST_BYTES: usize = 64 << 20;

/// One event, row or body that was rejected: by ingest, or later by aggregate because its source, id and time were taken before
/// with other content.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Rejection {
    /// When it was received.
    received: DateTime<Utc>,
    /// Its source; for a file `urn:greenledger:file:` and its format; `body` if no source could be read.
    source: String,
    /// Its id; for a file as in a refusal. The id of an event that was accepted without some of its values ends with
    /// `#values`. If no id could be read, the SHA-256 of the text.
    id: String,
    /// Its type, if it names one that exists.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    kind: Option<EventType>,
    /// The school, if the event names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    subject: Option<Urn>,
    /// Its place in a supplier's file, if it came with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    file: Option<FileRow>,
    /// Every reason found.
    refusals: Vec<Refusal>,
    /// Whether it was since sent again, or replayed, and accepted.
    taken_since: bool,
}

/// A row of a supplier's file.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct FileRow {
    /// The format of the file.
    format: String,
    /// The line, from 1 for the header.
    #[schema(minimum = 1)]
    row: u64,
}

/// The list of a token's rejections.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Rejected)]
pub(crate) struct Listed {
    /// The newest first.
    pub(crate) rejected: Vec<Rejection>,
    /// Whether there are older ones that are not listed.
    pub(crate) more: bool,
}

/// The newest rejections of every token.
#[derive(Debug)]
pub(crate) struct Rejections {
    tokens: HashMap<Arc<str>, OfToken>,
    by_key: HashMap<u128, (Arc<str>, Rank)>,
    bytes: usize,
    most_of_a_token: usize,
    most_bytes: usize,
}

/// The receive time, then the key.
type Rank = (DateTime<Utc>, u128);

#[derive(Debug, Default)]
struct OfToken {
    known: BTreeMap<Rank, Rejection>,
    bytes: usize,
    /// The receive time of the newest rejection that was dropped from memory.
    forgotten: Option<DateTime<Utc>>,
}

impl Default for Rejections {
    fn default() -> Self {
        Rejections::bounded(MOST_OF_A_TOKEN, MOST_BYTES)
    }
}

impl Rejections {
    fn bounded(most_of_a_token: usize, most_bytes: usize) -> Self {
        Rejections {
            tokens: HashMap::new(),
            by_key: HashMap::new(),
            bytes: 0,
            most_of_a_token,
            most_bytes,
        }
    }

    /// Applies the next record of its partition of `rejected`.
    pub(crate) fn take(&mut self, record: &StoredRecord) {
        let key = key_number(&record.key);
        let Some(payload) = &record.payload else {
            return self.taken_in(key);
        };
        match read(payload) {
            Some((token, rejection)) => self.add(&token, key, rejection),
            None => tracing::warn!(key = record.key, "a record of topic rejected is no refusal"),
        }
    }

    /// The known rejections of a token that were received at `since` or later.
    pub(crate) fn listed(&self, token: &str, since: Option<DateTime<Utc>>, limit: usize) -> Listed {
        let since = since.unwrap_or(DateTime::<Utc>::MIN_UTC);
        let Some(of_token) = self.tokens.get(token) else {
            return Listed {
                rejected: Vec::new(),
                more: false,
            };
        };
        let mut found = of_token.known.range((since, 0)..).rev();
        let rejected = found.by_ref().take(limit).map(|(_, one)| one.clone());
        let rejected = rejected.collect();
        let forgotten = of_token.forgotten.is_some_and(|newest| newest >= since);
        Listed {
            rejected,
            more: found.next().is_some() || forgotten,
        }
    }

    fn add(&mut self, token: &str, key: u128, rejection: Rejection) {
        self.remove(key);
        let token = match self.tokens.get_key_value(token) {
            Some((known, _)) => known.clone(),
            None => Arc::from(token),
        };
        let (rank, bytes) = ((rejection.received, key), rejection.bytes());
        let of_token = self.tokens.entry(token.clone()).or_default();
        of_token.known.insert(rank, rejection);
        of_token.bytes += bytes;
        self.bytes += bytes;
        let too_many = of_token.known.len() > self.most_of_a_token;
        self.by_key.insert(key, (token.clone(), rank));
        if too_many {
            self.forget_oldest(&token);
        }
        while self.bytes > self.most_bytes {
            let most = self.tokens.iter().max_by_key(|(_, of)| of.bytes);
            let Some(most) = most.map(|(token, _)| token.clone()) else {
                return;
            };
            self.forget_oldest(&most);
        }
    }

    fn taken_in(&mut self, key: u128) {
        let known = self.by_key.get(&key);
        let known = known.and_then(|(token, rank)| self.tokens.get_mut(token)?.known.get_mut(rank));
        if let Some(rejection) = known {
            rejection.taken_since = true;
        }
    }

    fn remove(&mut self, key: u128) {
        let Some((token, rank)) = self.by_key.remove(&key) else {
            return;
        };
        let Some(of_token) = self.tokens.get_mut(&token) else {
            return;
        };
        if let Some(rejection) = of_token.known.remove(&rank) {
            of_token.bytes -= rejection.bytes();
            self.bytes -= rejection.bytes();
        }
    }

    fn forget_oldest(&mut self, token: &str) {
        let Some(of_token) = self.tokens.get_mut(token) else {
            return;
        };
        let Some((received, key)) = of_token.known.keys().next().copied() else {
            return;
        };
        of_token.forgotten = of_token.forgotten.max(Some(received));
        self.remove(key);
    }
}

impl Rejection {
    /// The approximate memory use, in bytes.
    fn bytes(&self) -> usize {
        /// The overhead besides the text: the entry, its two places and their share of half-empty tables.
        const AROUND: usize = 400;
        let refusals = self.refusals.iter();
        let refusals =
            refusals.map(|one| 100 + one.pointer.len() + one.seen.len() + one.hint.len());
        let file = self.file.as_ref().map_or(0, |file| file.format.len());
        AROUND + self.source.len() + self.id.len() + file + refusals.sum::<usize>()
    }
}

/// The token of a record, and what was rejected of it.
fn read(payload: &[u8]) -> Option<(String, Rejection)> {
    #[derive(Deserialize)]
    struct Record<'a> {
        refusals: Vec<Refusal>,
        received: DateTime<Utc>,
        by: String,
        source: String,
        id: String,
        #[serde(borrow)]
        event: &'a RawValue,
    }
    #[derive(Default, Deserialize)]
    struct EventHead {
        #[serde(rename = "type")]
        kind: Option<Value>,
        subject: Option<Value>,
    }
    let record: Record<'_> = serde_json::from_slice(payload).ok()?;
    // A rejected payload may be anything, so none of these fields need be present.
    let head: EventHead = serde_json::from_str(record.event.get()).unwrap_or_default();
    let kind = head.kind.as_ref().and_then(Value::as_str);
    let subject = head.subject.as_ref().and_then(Value::as_str);
    let rejection = Rejection {
        received: record.received,
        kind: kind.and_then(EventType::parse),
        subject: subject.and_then(|urn| urn.parse().ok()),
        file: file_row(&record.source, &record.id),
        source: record.source,
        id: record.id,
        refusals: record.refusals,
        taken_since: false,
    };
    Some((record.by, rejection))
}

/// The kind of file and the row that an event came from, derived from its source and id.
fn file_row(source: &str, id: &str) -> Option<FileRow> {
    let format = source.strip_prefix(FILE_SOURCE)?;
    // The id of an event about a school may be a contractor's reference.
    let (hash, _) = id.split_once('-')?;
    let is_hash = hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (_, row) = id.rsplit_once('-').filter(|_| is_hash)?;
    let digits = row.split(|letter: char| !letter.is_ascii_digit()).next()?;
    Some(FileRow {
        format: format.to_owned(),
        row: digits.parse().ok()?,
    })
}

#[cfg(test)]
mod tests;
