//! The store operations in progress and the number of failures, for the metrics and `/readyz`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use object_store::Error;

/// The operations in progress. All copies share the same state.
#[derive(Clone, Default)]
pub(crate) struct UnderWay(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    begun: u64,
    failures: u64,
    /// In the order in which they began.
    operations: BTreeMap<u64, (Instant, String)>,
}

/// An operation in progress, until it is dropped.
pub(crate) struct Operation {
    number: u64,
    of: UnderWay,
}

impl UnderWay {
    pub(crate) fn begin(&self, action: &'static str, key: &str) -> Operation {
        let mut inner = self.inner();
        inner.begun += 1;
        let number = inner.begun;
        let operation = (Instant::now(), format!("{action} {key}"));
        inner.operations.insert(number, operation);
        Operation {
            number,
            of: self.clone(),
        }
    }

    /// Counts the store's failures; "not found" is an answer and does not count.
    pub(crate) fn failed(&self, error: &Error) {
        if !matches!(error, Error::NotFound { .. }) {
            self.failed_on_disk();
        }
    }

    pub(crate) fn failed_on_disk(&self) {
        self.inner().failures += 1;
    }

    pub(crate) fn failures(&self) -> u64 {
        self.inner().failures
    }

    pub(crate) fn longest(&self) -> Option<(Duration, String)> {
        let inner = self.inner();
        let (since, what) = inner.operations.values().next()?;
        Some((since.elapsed(), what.clone()))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        self.of.inner().operations.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_is_the_one_begun_first_of_those_not_ended() {
        let under_way = UnderWay::default();
        assert!(under_way.longest().is_none());
        let first = under_way.begin("read", "a");
        let second = under_way.begin("create", "b");
        let longest = || under_way.longest().map(|(_, what)| what);
        assert_eq!(longest().as_deref(), Some("read a"));
        drop(first);
        assert_eq!(longest().as_deref(), Some("create b"));
        drop(second);
        assert_eq!(longest(), None);
    }
}
