//! Partitions that are being read back from the ledger. Meanwhile the worker goes on with those that it has.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};

use crate::AggregateError;
use crate::load::Loaded;
use crate::log_epoch::Committed;

/// Partitions that are read at the same time.
const AT_ONCE: usize = 2;

/// A partition as it was read.
pub(super) struct LoadedPartition {
    pub number: i32,
    pub generation: u64,
    pub committed: Committed,
    pub loaded: Loaded,
}

/// The partitions being read, each for one assignment.
pub(super) struct Loads {
    tasks: JoinSet<Result<LoadedPartition, AggregateError>>,
    /// The generation of the assignment that each partition is read for.
    expected: BTreeMap<i32, u64>,
    permits: Arc<Semaphore>,
}

impl Default for Loads {
    fn default() -> Self {
        Loads {
            tasks: JoinSet::new(),
            expected: BTreeMap::new(),
            permits: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Loads {
    /// Begins to read a partition as soon as its turn has come.
    pub(super) fn start(
        &mut self,
        number: i32,
        generation: u64,
        read: impl Future<Output = Result<(Committed, Loaded), AggregateError>> + Send + 'static,
    ) {
        self.expected.insert(number, generation);
        let permits = self.permits.clone();
        self.tasks.spawn(async move {
            let _permit = permits.acquire_owned().await;
            let (committed, loaded) = read.await?;
            Ok(LoadedPartition {
                number,
                generation,
                committed,
                loaded,
            })
        });
    }

    /// Forgets a partition that is revoked; returns whether it was being read.
    pub(super) fn cancel(&mut self, number: i32) -> bool {
        let cancelled = self.expected.remove(&number).is_some();
        if self.expected.is_empty() {
            self.tasks.abort_all();
        }
        cancelled
    }

    pub(super) fn is_empty(&self) -> bool {
        self.expected.is_empty()
    }

    pub(super) fn is_loading(&self, number: i32) -> bool {
        self.expected.contains_key(&number)
    }

    /// Waits for the next partition that is read; none if none is being read. Safe to cancel.
    pub(super) async fn next(&mut self) -> Option<Result<LoadedPartition, AggregateError>> {
        while !self.is_empty() {
            let ended = self.tasks.join_next().await?;
            if let Some(loaded) = self.expected(ended) {
                return Some(loaded);
            }
        }
        None
    }

    /// The next partition that is read already.
    pub(super) fn try_next(&mut self) -> Option<Result<LoadedPartition, AggregateError>> {
        loop {
            let ended = self.tasks.try_join_next()?;
            if let Some(loaded) = self.expected(ended) {
                return Some(loaded);
            }
        }
    }

    /// Takes what a task ended with, unless its partition was revoked meanwhile.
    fn expected(
        &mut self,
        ended: Result<Result<LoadedPartition, AggregateError>, JoinError>,
    ) -> Option<Result<LoadedPartition, AggregateError>> {
        match ended {
            Ok(Ok(loaded)) => {
                let is_expected = self.expected.get(&loaded.number) == Some(&loaded.generation);
                is_expected.then(|| {
                    self.expected.remove(&loaded.number);
                    Ok(loaded)
                })
            }
            Ok(Err(error)) => Some(Err(error)),
            Err(ended) if ended.is_cancelled() => None,
            Err(_panicked) => Some(Err(AggregateError::Ended("load"))),
        }
    }
}
