//! The live footprint store: one writer, and readers that never wait for it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use footprint::Footprint;
use tokio::sync::watch;

use super::{FootprintStore, Outcome, TrustPeriod};

/// The live footprint store, and which changes have not been written yet.
pub(crate) struct Live {
    inner: Mutex<Inner>,
    caught_up: watch::Sender<bool>,
}

#[derive(Default)]
struct Inner {
    footprint_store: Arc<FootprintStore>,
    unwritten: BTreeSet<TrustPeriod>,
    /// The trusts that have gained or lost a school: each of their periods may lack that school now.
    changed_trusts: BTreeSet<String>,
}

impl Default for Live {
    fn default() -> Self {
        Live {
            inner: Mutex::default(),
            caught_up: watch::Sender::new(false),
        }
    }
}

impl Live {
    /// The footprint store as it is now.
    pub(crate) fn footprint_store(&self) -> Arc<FootprintStore> {
        self.inner().footprint_store.clone()
    }

    /// Holds a footprint, or forgets the key when there is none.
    pub(crate) fn change(&self, key: &str, footprint: Option<Footprint>) -> Outcome {
        let mut inner = self.inner();
        // Copies the map of pointers only while a reader holds the last one.
        let footprint_store = Arc::make_mut(&mut inner.footprint_store);
        let was_known = footprint_store.knows_school_of(key);
        let changes_figures = match &footprint {
            Some(footprint) => !footprint_store.has_figures_of(key, footprint),
            None => true,
        };
        let outcome = match footprint {
            Some(footprint) => footprint_store.take(key.to_owned(), footprint),
            None => {
                footprint_store.forget(key);
                Outcome::Taken
            }
        };
        let changes_trust = footprint_store.knows_school_of(key) != was_known;
        let is_unwritten = outcome == Outcome::Taken && changes_figures;
        if let Some(slice) = TrustPeriod::of_key(key).filter(|_| is_unwritten) {
            if changes_trust {
                inner.changed_trusts.insert(slice.trust.clone());
            }
            inner.unwritten.insert(slice);
        }
        outcome
    }

    /// Returns what has changed since the last call, and resets it.
    pub(crate) fn take_unwritten(&self) -> BTreeSet<TrustPeriod> {
        let mut inner = self.inner();
        let changed = std::mem::take(&mut inner.changed_trusts);
        let mut unwritten = std::mem::take(&mut inner.unwritten);
        if !changed.is_empty() {
            let all = inner.footprint_store.slices().into_iter();
            unwritten.extend(all.filter(|slice| changed.contains(&slice.trust)));
        }
        unwritten
    }

    /// Marks these slices as not written after all.
    pub(crate) fn still_unwritten(&self, slices: BTreeSet<TrustPeriod>) {
        self.inner().unwritten.extend(slices);
    }

    pub(crate) fn catch_up(&self) {
        self.caught_up.send_replace(true);
    }

    /// Waits until the footprint store holds everything that was in the topic at the start.
    pub(crate) async fn caught_up(&self) {
        let mut seen = self.caught_up.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _always = seen.wait_for(|caught_up| *caught_up).await;
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn a_school_that_is_new_to_its_trust_is_missed_in_every_period_of_it() {
        let live = Live::default();
        let take = |footprint: Footprint| {
            let key = footprint.key();
            live.change(&key, Some(footprint));
        };
        let all = fixtures::footprints();
        let of = |n: usize, period: &str| {
            let urn = fixtures::school(n).urn;
            let mut found = all.iter();
            let footprint =
                found.find(|footprint| footprint.urn == urn && footprint.period.key() == period);
            footprint.cloned().unwrap()
        };
        let periods = || -> Vec<String> {
            let slices = live.take_unwritten().into_iter();
            slices.map(|slice| slice.period).collect()
        };
        take(of(0, "2025-26"));
        take(of(0, "trailing-12-months"));
        assert_eq!(periods(), ["2025-26", "trailing-12-months"]);
        let mut changed = of(0, "trailing-12-months");
        changed.waste.total.0 += 1;
        take(changed);
        assert_eq!(periods(), ["trailing-12-months"]);
        take(of(1, "trailing-12-months"));
        assert_eq!(periods(), ["2025-26", "trailing-12-months"]);
        live.change(&of(1, "trailing-12-months").key(), None);
        assert_eq!(periods(), ["2025-26", "trailing-12-months"]);
        assert_eq!(periods(), Vec::<String>::new());
    }

    /// An aggregate that takes a partition over sends the footprints of all its schools again.
    #[test]
    fn a_footprint_with_the_same_figures_is_taken_and_nothing_is_to_be_written() {
        let live = Live::default();
        let mut footprint = fixtures::school(0);
        live.change(&footprint.key(), Some(footprint.clone()));
        assert_eq!(live.take_unwritten().len(), 1);
        for offset in footprint.position.values_mut() {
            *offset += 1;
        }
        let outcome = live.change(&footprint.key(), Some(footprint.clone()));
        assert_eq!(outcome, Outcome::Taken);
        assert!(live.take_unwritten().is_empty());
        let footprint_store = live.footprint_store();
        let held = footprint_store.footprints().next().unwrap();
        assert_eq!(held.position, footprint.position);
    }
}
