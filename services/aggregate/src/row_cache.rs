//! A cache of meter-days and their rows: those that wait to be written, and those written last, up to a size in memory.

use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use events::Urn;
use foldhash::fast::RandomState;
use footprint::ledger::{DayKey, MeterDay};
use smallvec::SmallVec;

/// A meter-day of a school.
pub type SchoolDay = (Urn, DayKey);

/// The rows of a meter-day: nearly always one.
pub(crate) type DayRows = SmallVec<[Arc<MeterDay>; 1]>;

/// All rows of some meter-days. If the cache holds a meter-day, it holds all of its rows.
#[derive(Default)]
pub struct RowCache {
    entries: HashMap<SchoolDay, Entry, RandomState>,
    /// Each cached meter-day, once, roughly in the order of its last change.
    order: VecDeque<SchoolDay>,
    bytes: usize,
}

struct Entry {
    rows: DayRows,
    /// The flush that writes the last of the rows.
    flush: u64,
}

impl Entry {
    /// What the entry takes in memory, with its two keys.
    fn bytes(&self) -> usize {
        let rows: usize = self.rows.iter().map(|row| row.bytes()).sum();
        rows + size_of::<Entry>() + 2 * size_of::<SchoolDay>()
    }
}

impl RowCache {
    /// The rows of a meter-day, if they are in the cache.
    pub fn rows(&self, day: &SchoolDay) -> Option<&[Arc<MeterDay>]> {
        self.entries.get(day).map(|entry| entry.rows.as_slice())
    }

    /// What the cache takes in memory, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Caches all rows of a meter-day. Flush number `flush` writes the last of them.
    pub fn insert(&mut self, day: SchoolDay, rows: DayRows, flush: u64) {
        let entry = Entry { rows, flush };
        self.bytes += entry.bytes();
        match self.entries.entry(day) {
            Occupied(mut known) => self.bytes -= known.insert(entry).bytes(),
            Vacant(free) => {
                self.order.push_back(free.key().clone());
                free.insert(entry);
            }
        }
    }

    /// Evicts the oldest meter-days that flushes up to `written` have written, until the cache takes no more than `most_bytes`.
    pub fn trim(&mut self, written: u64, most_bytes: usize) {
        for _ in 0..self.order.len() {
            if self.bytes <= most_bytes {
                return;
            }
            let Some(day) = self.order.pop_front() else {
                return;
            };
            let is_written = |entry: &Entry| entry.flush <= written;
            if self.entries.get(&day).is_some_and(is_written) {
                let evicted = self.entries.remove(&day);
                self.bytes -= evicted.map_or(0, |entry| entry.bytes());
            } else {
                self.order.push_back(day);
            }
        }
    }
}
