//! What is being asked of the store just now, and how often it failed: for whoever tells operators of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use object_store::Error;

/// What is under way. Every copy is the same one.
#[derive(Clone, Default)]
pub(crate) struct UnderWay(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    begun: u64,
    failures: u64,
    /// In the order in which they were begun.
    operations: BTreeMap<u64, (Instant, String)>,
}

/// An operation under way, until it is dropped.
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

    /// Counts what the store did wrong; that an object is not there is an answer.
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
        let said = || under_way.longest().map(|(_, what)| what);
        assert_eq!(said().as_deref(), Some("read a"));
        drop(first);
        assert_eq!(said().as_deref(), Some("create b"));
        drop(second);
        assert_eq!(said(), None);
    }
}
