//! Handles assigned and revoked partitions.

use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use rdkafka::TopicPartitionList;
use rdkafka::consumer::Consumer;

use super::GroupConsumer;
use crate::kafka::group::assignment::{Assignment, Part};
use crate::kafka::group::rebalance::{Rebalance, warn_if_refused};
use crate::{BusError, Change};

/// How long another member may own some topics of a partition before this counts as an error.
const TORN_AT_MOST: Duration = Duration::from_secs(30);

impl GroupConsumer {
    /// Makes the changes that the group has requested since the last call, in their order. Must be called by the thread that
    /// polls. `emit` is called for assigned partitions before any record of them is polled, and for revoked partitions before
    /// another member can have them: when `emit` returns, they are given up. Assigned partitions are paused.
    pub(crate) fn rebalance(&self, mut emit: impl FnMut(Change)) -> Result<(), BusError> {
        let pending = self.watch.take_pending();
        if pending.is_empty() {
            return Ok(());
        }
        let mut assignment = self.assignment();
        for rebalance in pending {
            match &rebalance {
                Rebalance::Assign(list) => {
                    let parts = parts(list);
                    let assigned = assignment.assign(parts.clone());
                    rebalance
                        .apply(&self.client)
                        .map_err(BusError::broker("take partitions up"))?;
                    // Those that are missing in some topics stay paused until they are complete and loaded.
                    let new = list_of(&parts);
                    self.client
                        .pause(&new)
                        .map_err(BusError::broker("hold partitions back"))?;
                    emit(Change::Assigned(assigned));
                }
                Rebalance::Revoke { list, lost } => {
                    let parts = parts(list);
                    let revoked = assignment.whole_among(&parts);
                    emit(Change::Revoked {
                        partitions: revoked.clone(),
                        lost: *lost,
                    });
                    assignment.revoke(&parts);
                    warn_if_refused(rebalance.apply(&self.client));
                    // In the topics that stay, this member may have read further than it has written.
                    if assignment.torn().iter().any(|torn| revoked.contains(torn)) {
                        return Err(BusError::Torn(assignment.torn()));
                    }
                }
            }
        }
        Ok(())
    }

    /// Fails if this member cannot continue: another Kafka answers, or the member owns a partition only in some topics. The
    /// caller should check from time to time.
    pub(crate) fn check(&self) -> Result<(), BusError> {
        self.cluster().check(&self.client)?;
        let assignment = self.assignment();
        match assignment.torn_for(TORN_AT_MOST) {
            true => Err(BusError::Torn(assignment.torn())),
            false => Ok(()),
        }
    }

    /// Has the records of an assigned partition delivered. Does nothing if the partition is revoked already.
    pub(crate) fn resume(&self, partition: i32) {
        let parts = self.topics.iter();
        let parts = parts.map(|topic| (self.config.topic(*topic), partition));
        let parts: Vec<Part> = parts.collect();
        if let Err(error) = self.client.resume(&list_of(&parts)) {
            tracing::debug!(%error, partition, "not resumed");
        }
    }

    fn assignment(&self) -> MutexGuard<'_, Assignment> {
        self.assignment
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn parts(list: &TopicPartitionList) -> Vec<Part> {
    let elements = list.elements();
    let parts = elements.iter();
    parts
        .map(|element| (element.topic().to_owned(), element.partition()))
        .collect()
}

fn list_of(parts: &[Part]) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    for (topic, partition) in parts {
        list.add_partition(topic, *partition);
    }
    list
}
