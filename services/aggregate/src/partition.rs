//! What aggregate holds of one partition while it owns it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use events::{Topic, Urn};
use footprint::Story;
use footprint::ledger::{LedgerEvent, MeterDay};

use crate::recent::Recent;

/// The stories of a partition's schools, and the rows that wait to be written.
#[derive(Default)]
pub struct Partition {
    pub(crate) stories: BTreeMap<Urn, Story>,
    /// Per topic, how far this owner has read: what may be committed, and nothing else. A topic that was made anew counts
    /// from 0 again, and what was committed of the old one says nothing of the new.
    pub(crate) read: BTreeMap<Topic, i64>,
    /// Per topic, how far the log is known to be in the figures: what footprints carry.
    pub(crate) position: BTreeMap<Topic, i64>,
    pub(crate) tail: Tail,
    pub(crate) recent: Recent,
    /// The number of the flush that the tail will be written by.
    pub(crate) flush: u64,
    /// Schools whose footprints have to be computed again.
    pub(crate) touched: BTreeSet<Urn>,
    /// Keys of the footprints last emitted, by school, so that one that is no more can be deleted.
    pub(crate) emitted: BTreeMap<Urn, BTreeSet<String>>,
}

/// Rows that are in the log and not in the lake yet.
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
    pub fn stories(&self) -> &BTreeMap<Urn, Story> {
        &self.stories
    }

    /// Asks for every school's footprints to be computed again.
    pub fn touch_all(&mut self) {
        self.touched = self.stories.keys().copied().collect();
    }

    /// Takes the rows that wait, to be written by the flush of the number returned.
    pub fn take_tail(&mut self) -> (u64, Tail) {
        let flush = self.flush;
        self.flush += 1;
        (flush, std::mem::take(&mut self.tail))
    }

    /// Notes that flush number `flush` is in the lake, so that all but the `recent` last meter-days may be let go.
    pub fn written(&mut self, flush: u64, recent: usize) {
        self.recent.trim(flush, recent);
    }

    /// Notes that nobody has the footprints of these schools yet: they are computed again, and what they may have had is
    /// deleted again.
    pub(crate) fn not_emitted(&mut self, schools: BTreeSet<Urn>) {
        self.emitted.retain(|urn, _| !schools.contains(urn));
        self.touched.extend(schools);
    }

    /// Offsets by topic name, as a footprint carries them.
    pub(crate) fn position_by_name(&self) -> BTreeMap<String, i64> {
        self.position
            .iter()
            .map(|(topic, next)| (topic.name().to_owned(), *next))
            .collect()
    }
}
