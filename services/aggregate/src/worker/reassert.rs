//! Checks whether others write footprints of the partitions owned here, and emits the affected figures again.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bus::{BusError, GroupConsumer};
use chassis::chain;
use events::Topic;
use tokio::task::block_in_place;

use super::Worker;

/// The interval between two questions to the broker.
pub(super) const LISTEN_EVERY: Duration = Duration::from_secs(2);

impl Worker {
    /// Asks for the end offsets of the partitions of `footprints`. Where a partition is longer than this owner made it, reads
    /// which schools the others wrote footprints for, and has those schools' figures emitted again.
    pub(super) fn listen(&mut self) {
        self.listened_at = Instant::now();
        let owned: Vec<i32> = self.partitions.keys().copied().collect();
        let ends = match block_in_place(|| self.footprints.ends(&owned)) {
            Ok(ends) => ends,
            // The health task reports that the broker is away.
            Err(error) => {
                tracing::debug!(error = chain(&error), "not known who wrote footprints");
                return;
            }
        };
        for (number, end) in ends {
            let Some(owned) = self.partitions.get_mut(&number) else {
                continue;
            };
            if let Some(unheard) = owned.foreign_writes.unchecked(end) {
                let read = block_in_place(|| self.footprints.records(number, unheard));
                let schools = match read {
                    Ok(records) => owned.foreign_writes.schools_of_others(&records),
                    Err(error) => {
                        tracing::warn!(error = chain(&error), "not known who wrote footprints");
                        continue;
                    }
                };
                if !schools.is_empty() {
                    if let Err(error) = still_owned(&self.consumer, number) {
                        tracing::warn!(
                            error = chain(&error),
                            partition = number,
                            "footprints are not emitted again"
                        );
                        continue;
                    }
                    let count = schools.len();
                    tracing::warn!(
                        partition = number,
                        schools = count,
                        "another, who does not own them any more, wrote footprints; emitting them again"
                    );
                    self.metrics.overruled.inc_by(count as u64);
                    owned.state.not_emitted(schools, BTreeMap::new());
                }
            }
            owned.foreign_writes.mark_checked(end);
        }
    }
}

/// Commits the current offsets again: the broker accepts that from the owner only. A stale owner that has not noticed that it
/// was fenced would otherwise treat its successor as a foreign writer and overwrite its figures.
fn still_owned(consumer: &GroupConsumer, partition: i32) -> Result<(), BusError> {
    block_in_place(|| {
        let committed = consumer.committed(&Topic::LEDGER, partition)?;
        match committed.is_empty() {
            true => Ok(()),
            false => consumer.commit(&committed),
        }
    })
}
