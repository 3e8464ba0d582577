//! Meter-days whose rows are at hand: those that wait to be written, and a bounded number of those written last.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use events::Urn;
use footprint::ledger::{DayKey, MeterDay};

/// A meter-day of a school.
pub type SchoolDay = (Urn, DayKey);

/// All rows of some meter-days. What it holds of a meter-day is all there is of it.
#[derive(Default)]
pub struct Recent {
    held: HashMap<SchoolDay, Held>,
    /// In the order they came, with the number of the flush that will have written them.
    order: VecDeque<(u64, SchoolDay)>,
}

struct Held {
    rows: Vec<Arc<MeterDay>>,
    /// How often the meter-day stands in the order: it is let go with its last mention.
    mentions: usize,
}

impl Recent {
    /// The rows of a meter-day, if they are at hand.
    pub fn rows(&self, day: &SchoolDay) -> Option<&[Arc<MeterDay>]> {
        self.held.get(day).map(|held| held.rows.as_slice())
    }

    /// Keeps all rows of a meter-day, which flush number `flush` will have written.
    pub fn keep(&mut self, day: SchoolDay, rows: Vec<Arc<MeterDay>>, flush: u64) {
        self.order.push_back((flush, day.clone()));
        let mentions = self.held.get(&day).map_or(0, |held| held.mentions) + 1;
        self.held.insert(day, Held { rows, mentions });
    }

    /// Lets the oldest go that flushes up to `written` have written, until `most` are left.
    pub fn trim(&mut self, written: u64, most: usize) {
        while self.order.len() > most
            && self
                .order
                .front()
                .is_some_and(|(flush, _)| *flush <= written)
            && let Some((_, day)) = self.order.pop_front()
        {
            let Some(held) = self.held.get_mut(&day) else {
                continue;
            };
            held.mentions -= 1;
            if held.mentions == 0 {
                self.held.remove(&day);
            }
        }
    }
}
