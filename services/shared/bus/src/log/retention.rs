//! How long records are kept: event topics for 30 days, like Kafka's, and always until every group has committed them.
//! `register` and the compacted topics are kept for ever.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use events::Topic;
use redb::{Error, ReadableTable, WriteTransaction};

use super::tables::{COMMITTED, RECORDS, number};
use super::{codec, is_compacted};

const KEPT_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// The most records deleted in one commit, so that senders do not wait long for it.
const MOST: usize = 10_000;

/// Deletes records whose retention is over; returns whether there may be more.
pub(super) fn trim(
    writing: &WriteTransaction,
    ends: &BTreeMap<(Topic, i32), i64>,
    now: SystemTime,
) -> Result<bool, Error> {
    let kept_since = now.checked_sub(KEPT_FOR).unwrap_or(SystemTime::UNIX_EPOCH);
    let kept_since = kept_since.duration_since(SystemTime::UNIX_EPOCH);
    let kept_since_ms = kept_since.map_or(0, |since| since.as_millis() as i64);
    let mut left = MOST;
    for (topic, partition) in ends.keys() {
        if *topic == Topic::Register || is_compacted(*topic) {
            continue;
        }
        let Some(committed) = committed_by_all(writing, *topic, *partition)? else {
            continue;
        };
        left -= delete(
            writing,
            (*topic, *partition),
            committed,
            kept_since_ms,
            left,
        )?;
    }
    Ok(left == 0)
}

/// The offset up to which every group that reads a partition has committed it; `None` if no group has.
fn committed_by_all(
    writing: &WriteTransaction,
    topic: Topic,
    partition: i32,
) -> Result<Option<u64>, Error> {
    let mut least: Option<u64> = None;
    for entry in writing.open_table(COMMITTED)?.iter()? {
        let (key, value) = entry?;
        let (_group, its_topic, its_partition) = key.value();
        if (its_topic, its_partition) == (number(topic), partition as u32) {
            let (next, _note) = value.value();
            least = Some(least.map_or(next, |least| least.min(next)));
        }
    }
    Ok(least)
}

/// Deletes at most `most` records below `committed` that were appended before `kept_since_ms`; returns how many.
fn delete(
    writing: &WriteTransaction,
    (topic, partition): (Topic, i32),
    committed: u64,
    kept_since_ms: i64,
    most: usize,
) -> Result<usize, Error> {
    let mut records = writing.open_table(RECORDS)?;
    let at = |offset: u64| (number(topic), partition as u32, offset);
    let mut old = Vec::new();
    for entry in records.range(at(0)..at(committed))?.take(most) {
        let (key, bytes) = entry?;
        if codec::time_ms(bytes.value()).is_none_or(|time_ms| time_ms >= kept_since_ms) {
            break;
        }
        old.push(key.value());
    }
    for key in &old {
        records.remove(key)?;
    }
    Ok(old.len())
}
