//! The end offsets of the log, in memory. Readers wait for them to change.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use events::Topic;
use tokio::sync::watch;

use super::LogError;
use super::tables::Opened;

/// The end offset of each partition, and whether the log still works.
pub(super) struct Progress {
    partitions: AtomicU32,
    ends: Mutex<BTreeMap<(Topic, i32), i64>>,
    /// Wakes threads that wait for records.
    grown: Condvar,
    /// Wakes tasks that wait for records.
    changed: watch::Sender<()>,
    failure: watch::Sender<Option<LogError>>,
}

impl Progress {
    pub(super) fn new(opened: Opened) -> Self {
        Progress {
            partitions: AtomicU32::new(opened.partitions),
            ends: Mutex::new(opened.ends),
            grown: Condvar::new(),
            changed: watch::Sender::default(),
            failure: watch::Sender::default(),
        }
    }

    pub(super) fn partitions(&self) -> u32 {
        self.partitions.load(Ordering::Acquire)
    }

    pub(super) fn set_partitions(&self, partitions: u32) {
        self.partitions.store(partitions, Ordering::Release);
    }

    pub(super) fn end(&self, topic: Topic, partition: i32) -> i64 {
        let ends = self.lock();
        ends.get(&(topic, partition)).copied().unwrap_or_default()
    }

    pub(super) fn ends(&self) -> BTreeMap<(Topic, i32), i64> {
        self.lock().clone()
    }

    /// Sets the end offsets of the partitions and wakes every reader.
    pub(super) fn set_ends(&self, ends: BTreeMap<(Topic, i32), i64>) {
        *self.lock() = ends;
        self.grown.notify_all();
        self.changed.send_replace(());
    }

    /// Waits at most `wait` until `is_there` is true for the ends. A failure of the log ends the wait.
    pub(super) fn wait_for(
        &self,
        wait: Duration,
        is_there: impl Fn(&BTreeMap<(Topic, i32), i64>) -> bool,
    ) -> bool {
        let waits = |ends: &mut BTreeMap<(Topic, i32), i64>| {
            !is_there(ends) && self.failure.borrow().is_none()
        };
        let waited = self.grown.wait_timeout_while(self.lock(), wait, waits);
        let (ends, _timed_out) = waited.unwrap_or_else(PoisonError::into_inner);
        is_there(&ends)
    }

    /// A receiver that is notified of every change from now on.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    pub(super) fn fail(&self, error: LogError) {
        self.failure.send_if_modified(|failure| {
            let is_first = failure.is_none();
            failure.get_or_insert(error);
            is_first
        });
        // A waiting thread holds the lock between its check for a failure and its sleep.
        drop(self.lock());
        self.grown.notify_all();
    }

    pub(super) fn failure(&self) -> Option<LogError> {
        self.failure.borrow().clone()
    }

    /// Returns the error once the log has failed.
    pub(super) async fn failed(&self) -> LogError {
        let mut failure = self.failure.subscribe();
        loop {
            if let Some(error) = failure.borrow_and_update().clone() {
                return error;
            }
            if failure.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(Topic, i32), i64>> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
