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
        let outcome = match footprint {
            Some(footprint) => footprint_store.take(key.to_owned(), footprint),
            None => {
                footprint_store.forget(key);
                Outcome::Taken
            }
        };
        let changes_trust = footprint_store.knows_school_of(key) != was_known;
        if let Some(slice) = TrustPeriod::of_key(key).filter(|_| outcome == Outcome::Taken) {
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
        take(of(0, "trailing-12-months"));
        assert_eq!(periods(), ["trailing-12-months"]);
        take(of(1, "trailing-12-months"));
        assert_eq!(periods(), ["2025-26", "trailing-12-months"]);
        live.change(&of(1, "trailing-12-months").key(), None);
        assert_eq!(periods(), ["2025-26", "trailing-12-months"]);
        assert_eq!(periods(), Vec::<String>::new());
    }
}
