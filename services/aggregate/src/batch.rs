//! The unit in which a partition is read.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use events::Topic;
use footprint::ledger::{LedgerEvent, MeterDay};

/// Rows of one partition, in the log's order, and how far the log was read for them.
#[derive(Clone, Default)]
pub struct Batch {
    /// Meter-days, shared from here on: the row is copied once, out of the parser.
    pub readings: Vec<Arc<MeterDay>>,
    /// Other events.
    pub events: Vec<LedgerEvent>,
    /// Per topic, the offset of the next record to be read.
    pub position: BTreeMap<Topic, i64>,
    /// Per topic, the offset of the first record.
    pub first: BTreeMap<Topic, i64>,
    /// Offsets between two records that no record has: retention deleted them while they were read.
    pub missing: Vec<(Topic, Range<i64>)>,
}

impl Batch {
    /// Notes that the record of a topic at `offset` was read.
    pub fn note_read(&mut self, topic: Topic, offset: i64) {
        match self.position.insert(topic, offset + 1) {
            None => drop(self.first.insert(topic, offset)),
            Some(next) if next < offset => self.missing.push((topic, next..offset)),
            Some(_) => {}
        }
    }
}
