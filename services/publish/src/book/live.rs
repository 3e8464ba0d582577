//! The book as it changes: one writer, readers that never wait for it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use footprint::Footprint;
use tokio::sync::watch;

use super::{Book, Outcome, Slice};

/// The book that is followed, and what of it has not been written yet.
pub(crate) struct Live {
    inner: Mutex<Inner>,
    caught_up: watch::Sender<bool>,
}

#[derive(Default)]
struct Inner {
    book: Arc<Book>,
    unwritten: BTreeSet<Slice>,
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
    /// The book as it is now.
    pub(crate) fn book(&self) -> Arc<Book> {
        self.inner().book.clone()
    }

    /// Holds a footprint, or forgets the key when there is none.
    pub(crate) fn change(&self, key: &str, footprint: Option<Footprint>) -> Outcome {
        let mut inner = self.inner();
        // Copies the map of pointers only while a reader holds the last one.
        let book = Arc::make_mut(&mut inner.book);
        let outcome = match footprint {
            Some(footprint) => book.take(key.to_owned(), footprint),
            None => {
                book.forget(key);
                Outcome::Taken
            }
        };
        if outcome == Outcome::Taken {
            inner.unwritten.extend(Slice::of_key(key));
        }
        outcome
    }

    /// What has changed since it was last asked.
    pub(crate) fn take_unwritten(&self) -> BTreeSet<Slice> {
        std::mem::take(&mut self.inner().unwritten)
    }

    /// These are not written after all.
    pub(crate) fn still_unwritten(&self, slices: BTreeSet<Slice>) {
        self.inner().unwritten.extend(slices);
    }

    pub(crate) fn catch_up(&self) {
        self.caught_up.send_replace(true);
    }

    /// Waits until everything that stood in the topic at the start is held.
    pub(crate) async fn caught_up(&self) {
        let mut seen = self.caught_up.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _always = seen.wait_for(|caught_up| *caught_up).await;
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
