//! Writes rows, and commits the offsets of written rows.

use std::time::Instant;

use bus::Commit;
use chassis::{chain, failpoint};
use lake::LedgerFolder;
use tokio::task::block_in_place;

use super::Worker;
use crate::partition::Tail;
use crate::{AggregateError, flush};

/// A flush that reached the lake, and what may be committed after it.
pub(super) struct Written {
    folders: Vec<LedgerFolder>,
    rows: usize,
    covered: Vec<Covered>,
    started: Instant,
}

/// How far a partition's log is in the lake.
struct Covered {
    partition: i32,
    generation: u64,
    flush: u64,
    /// The number of the log in the notes of the commits.
    log: u64,
    commits: Vec<Commit>,
}

impl Worker {
    pub(super) fn start_writing(&mut self) {
        if !self.put_aside.is_empty() || self.uncommitted_since.take().is_none() {
            return;
        }
        self.commit_owed = self.is_touched();
        if self.commit_owed {
            // The rest is committed once the figures are emitted, even if nothing more arrives until then.
            self.uncommitted_since = Some(Instant::now());
        }
        let mut all = Tail::default();
        let mut covered = Vec::new();
        for (number, owned) in &mut self.partitions {
            let (flush, tail) = owned.state.take_tail();
            all.readings.extend(tail.readings);
            all.events.extend(tail.events);
            covered.push(Covered {
                partition: *number,
                generation: owned.generation,
                flush,
                log: owned.state.log,
                commits: owned.state.covered(*number),
            });
        }
        let (lake, sharding, started) = (self.lake.clone(), self.sharding, Instant::now());
        self.writing = Some(tokio::spawn(async move {
            let rows = all.rows();
            let folders = flush::write(&lake, sharding, all).await?;
            Ok(Written {
                folders,
                rows,
                covered,
                started,
            })
        }));
    }

    /// Waits until the rows are in the lake, and only then commits.
    pub(super) async fn finish_writing(&mut self) -> Result<(), AggregateError> {
        let Some(writing) = &mut self.writing else {
            return Ok(());
        };
        // The handle stays in place until the task has ended: a caller that stops waiting leaves it for a later call to finish.
        let ended = writing.await;
        self.writing = None;
        let written = ended.map_err(|_| AggregateError::Ended("flush"))??;
        let mut commits = Vec::new();
        let recent_bytes = self.config.flush.recent_bytes() / self.partitions.len().max(1);
        for covered in written.covered {
            let Some(owned) = self.partitions.get_mut(&covered.partition) else {
                continue;
            };
            if owned.generation != covered.generation {
                continue;
            }
            owned.state.mark_written(covered.flush, recent_bytes);
            let topics = covered.commits.iter().map(|commit| commit.topic);
            owned
                .state
                .logs
                .extend(topics.map(|topic| (topic, covered.log)));
            commits.extend(covered.commits);
        }
        if !commits.is_empty() {
            // The broker refuses this from a fenced member: then the new owner reads these records again, which does no harm.
            failpoint!("aggregate.committing");
            if let Err(error) = block_in_place(|| self.consumer.commit(&commits)) {
                self.metrics.commits_failed.inc();
                // A process that still owns the partitions commits with the next flush, even if nothing more arrives until
                // then.
                self.uncommitted_since.get_or_insert_with(Instant::now);
                tracing::warn!(error = chain(&error), "offsets not committed");
            }
            failpoint!("aggregate.committed");
        }
        self.measure_memory();
        self.metrics
            .flush_seconds
            .observe(written.started.elapsed().as_secs_f64());
        self.metrics.rows_flushed.inc_by(written.rows as u64);
        self.metrics
            .objects_put
            .inc_by(written.folders.len() as u64);
        for folder in written.folders {
            if !self.to_merge.contains(&folder) {
                self.to_merge.push_back(folder);
            }
        }
        Ok(())
    }
}
