//! The state that aggregate holds of one partition while it owns it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use bus::Commit;
use events::{Place, Topic, Urn};
use footprint::ledger::{LedgerEvent, MeterDay};
use footprint::{Changed, LOG, SchoolHistory};

use crate::batch::Batch;
use crate::log_epoch::{Note, RowName};
use crate::row_cache::RowCache;

/// The histories of a partition's schools, and the rows that wait to be written.
#[derive(Default)]
pub struct Partition {
    pub(crate) histories: BTreeMap<Urn, SchoolHistory>,
    /// Per topic, how far this owner has read. Used for commits only. A recreated topic counts from 0 again, and the commits of
    /// the old topic do not apply to the new one.
    pub(crate) read: BTreeMap<Topic, i64>,
    /// Per topic, how far the figures are known to include the log. Footprints carry this position.
    pub(crate) position: BTreeMap<Topic, i64>,
    /// The id of the lake that receives the rows.
    pub(crate) lake: String,
    /// The number of the log that the positions belong to: a later log counts from 0 again.
    pub(crate) log: u64,
    /// Per topic, the number of the log in its last commit. A gap is named by it: found again after a kill it is the same gap,
    /// even if a new log has begun meanwhile because of another topic.
    pub(crate) logs: BTreeMap<Topic, u64>,
    /// Per topic, the last row that was taken for writing, or the row that the loaded commit rests on.
    pub(crate) last: BTreeMap<Topic, RowName>,
    pub(crate) tail: Tail,
    /// What the tail takes in memory.
    pub(crate) tail_bytes: usize,
    pub(crate) row_cache: RowCache,
    /// The number of the flush that will write the tail.
    pub(crate) flush: u64,
    /// Schools whose footprints have to be computed again, with what changed.
    pub(crate) touched: BTreeMap<Urn, Changed>,
    /// The touched school whose footprints were computed last.
    pub(crate) last_taken: Option<Urn>,
    /// The touched schools with newly merged rows, each with the time when ingest received the first of these rows, in
    /// microseconds.
    pub(crate) fresh: BTreeMap<Urn, i64>,
    /// Keys of the footprints last emitted, by school, so that footprints that no longer exist can be deleted.
    pub(crate) emitted: BTreeMap<Urn, BTreeSet<String>>,
}

/// Rows that are in the log and not yet in the lake.
#[derive(Default)]
pub struct Tail {
    /// Meter-days.
    pub readings: Vec<Arc<MeterDay>>,
    /// Other events.
    pub events: Vec<LedgerEvent>,
}

impl Tail {
    /// How many rows wait.
    pub fn rows(&self) -> usize {
        self.readings.len() + self.events.len()
    }
}

impl Partition {
    /// The schools, in order.
    pub fn histories(&self) -> &BTreeMap<Urn, SchoolHistory> {
        &self.histories
    }

    /// Marks every school, so that its footprints are computed again.
    pub fn touch_all(&mut self) {
        let all = self.histories.keys();
        self.touched = all.map(|urn| (*urn, Changed::Everything)).collect();
    }

    /// Takes the next touched school after the one taken last: where all cannot be computed, each gets its turn.
    pub(crate) fn next_touched(&mut self) -> Option<(Urn, Changed)> {
        let after = match self.last_taken {
            Some(last) => Bound::Excluded(last),
            None => Bound::Unbounded,
        };
        let mut later = self.touched.range((after, Bound::Unbounded));
        let next = later.next().or_else(|| self.touched.iter().next());
        let urn = *next?.0;
        self.last_taken = Some(urn);
        self.touched.remove_entry(&urn)
    }

    /// Marks one school.
    pub(crate) fn touch(&mut self, urn: Urn, changed: Changed) {
        let touched = self.touched.entry(urn).or_insert(changed);
        *touched = touched.and(changed);
    }

    /// Takes the waiting rows. The flush with the returned number must write them.
    pub fn take_tail(&mut self) -> (u64, Tail) {
        let flush = self.flush;
        self.flush += 1;
        let tail = std::mem::take(&mut self.tail);
        self.tail_bytes = 0;
        let reading = tail.readings.last();
        let reading = reading.map(|row| (Topic::Readings, RowName::of_reading(row)));
        let last: BTreeMap<Topic, &LedgerEvent> = tail
            .events
            .iter()
            .map(|row| (Topic::of(row.kind), row))
            .collect();
        let events = last
            .into_iter()
            .map(|(topic, row)| (topic, RowName::of_event(row)));
        self.last.extend(events.chain(reading));
        (flush, tail)
    }

    /// Records that flush number `flush` is in the lake, so that its meter-days may leave the cache, the oldest first, until
    /// it takes no more than `most_bytes`.
    pub fn mark_written(&mut self, flush: u64, most_bytes: usize) {
        self.row_cache.trim(flush, most_bytes);
    }

    /// Adds a meter-day to the rows that wait to be written.
    pub(crate) fn wait_reading(&mut self, row: Arc<MeterDay>) {
        self.tail_bytes += row.bytes();
        self.tail.readings.push(row);
    }

    /// Adds another event to the rows that wait to be written.
    pub(crate) fn wait_event(&mut self, row: LedgerEvent) {
        self.tail_bytes += row.bytes();
        self.tail.events.push(row);
    }

    /// Records that the topic lacks the current footprints of these schools: they are computed again, and footprints that may
    /// have been written before are deleted again.
    pub(crate) fn not_emitted(&mut self, schools: BTreeSet<Urn>, fresh: BTreeMap<Urn, i64>) {
        for urn in schools {
            self.emitted.remove(&urn);
            self.touch(urn, Changed::Everything);
        }
        self.fresh.extend(fresh);
    }

    /// Records that a new row was merged.
    pub(crate) fn merged(&mut self, urn: Urn, received: i64) {
        let first = self.fresh.entry(urn).or_insert(received);
        *first = received.min(*first);
    }

    /// The topics for which a batch holds offsets that were read already: these topics were recreated while they were read.
    pub(crate) fn went_back(&self, batch: &Batch) -> Vec<Topic> {
        let read = |topic: &Topic| self.position.get(topic).copied().unwrap_or(0);
        let next = batch.position.iter();
        next.filter(|(topic, next)| **next <= read(topic))
            .map(|(topic, _)| *topic)
            .collect()
    }

    /// Continues with a new log.
    pub(crate) fn begin(&mut self, log: u64, made_anew: &[Topic]) {
        self.log = log;
        self.position.retain(|topic, _| !made_anew.contains(topic));
        self.logs
            .extend(made_anew.iter().map(|topic| (*topic, log)));
    }

    /// The number of the log in which a gap of this topic is.
    pub(crate) fn log_of(&self, topic: Topic) -> u64 {
        self.logs.get(&topic).copied().unwrap_or(self.log)
    }

    /// What may be committed for each topic, with the row it rests on, once the tail that was taken last is written. While
    /// figures wait to be computed, the last record of each topic stays uncommitted: when all are committed, the figures include
    /// all.
    pub(crate) fn covered(&self, partition: i32) -> Vec<Commit> {
        let waits = !self.touched.is_empty();
        // The first record of a topic is committed with its row: rows without a commit would mean that the topic is another.
        let left_out = |next: i64| i64::from(waits && next > 1);
        let commit = |(topic, next): (&Topic, &i64)| Commit {
            topic: *topic,
            next: Place {
                partition,
                offset: *next - left_out(*next),
            },
            note: Note {
                lake: self.lake.clone(),
                log: self.log,
                row: self.last.get(topic).cloned(),
            }
            .text(),
        };
        self.read.iter().map(commit).collect()
    }

    /// Offsets by topic name, as a footprint carries them.
    pub(crate) fn position_by_name(&self) -> BTreeMap<String, i64> {
        let log = (self.log > 0).then(|| (LOG.to_owned(), self.log as i64));
        let topics = self.position.iter();
        topics
            .map(|(topic, next)| (topic.name().to_owned(), *next))
            .chain(log)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_stays_uncommitted_while_figures_wait() {
        let mut state = Partition {
            read: BTreeMap::from([(Topic::Readings, 7), (Topic::Waste, 1)]),
            ..Partition::default()
        };
        let offsets = |state: &Partition| {
            let commits = state.covered(3).into_iter();
            let offsets: Vec<i64> = commits.map(|commit| commit.next.offset).collect();
            offsets
        };
        assert_eq!(offsets(&state), [7, 1]);
        state.touch(Urn::try_from(100_001).unwrap(), Changed::Everything);
        assert_eq!(offsets(&state), [6, 1]);
    }

    #[test]
    fn every_touched_school_gets_its_turn_though_the_first_are_touched_again() {
        let mut state = Partition::default();
        let urn = |number| Urn::try_from(number).unwrap();
        let touch = |state: &mut Partition| {
            for number in 100_001..=100_003 {
                state.touch(urn(number), Changed::Everything);
            }
        };
        touch(&mut state);
        let mut taken = Vec::new();
        for _ in 0..4 {
            taken.extend(state.next_touched().map(|(urn, _)| urn));
            touch(&mut state);
        }
        assert_eq!(taken, [100_001, 100_002, 100_003, 100_001].map(urn));
    }
}
