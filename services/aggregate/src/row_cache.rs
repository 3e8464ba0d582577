//! A cache of meter-days and their rows: those that wait to be written, and a bounded number of those written last.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use events::Urn;
use footprint::ledger::{DayKey, MeterDay};

/// A meter-day of a school.
pub type SchoolDay = (Urn, DayKey);

/// All rows of some meter-days. If the cache holds a meter-day, it holds all of its rows.
#[derive(Default)]
pub struct RowCache {
    entries: HashMap<SchoolDay, Entry>,
    /// Each cached meter-day, once, roughly in the order of its last change.
    order: VecDeque<SchoolDay>,
}

struct Entry {
    rows: Vec<Arc<MeterDay>>,
    /// The flush that writes the last of the rows.
    flush: u64,
}

impl RowCache {
    /// The rows of a meter-day, if they are in the cache.
    pub fn rows(&self, day: &SchoolDay) -> Option<&[Arc<MeterDay>]> {
        self.entries.get(day).map(|entry| entry.rows.as_slice())
    }

    /// Caches all rows of a meter-day. Flush number `flush` writes the last of them.
    pub fn insert(&mut self, day: SchoolDay, rows: Vec<Arc<MeterDay>>, flush: u64) {
        let entry = Entry { rows, flush };
        if self.entries.insert(day.clone(), entry).is_none() {
            self.order.push_back(day);
        }
    }

    /// Evicts the oldest meter-days that flushes up to `written` have written, until `most` are left.
    pub fn trim(&mut self, written: u64, most: usize) {
        for _ in 0..self.order.len() {
            if self.order.len() <= most {
                return;
            }
            let Some(day) = self.order.pop_front() else {
                return;
            };
            if self
                .entries
                .get(&day)
                .is_some_and(|entry| entry.flush <= written)
            {
                self.entries.remove(&day);
            } else {
                self.order.push_back(day);
            }
        }
    }
}
