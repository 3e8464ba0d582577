//! Handles assigned and revoked partitions.

use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use rdkafka::TopicPartitionList;
use rdkafka::consumer::Consumer;

use super::GroupConsumer;
use crate::kafka::group::assignment::{Assignment, Part};
use crate::kafka::group::rebalance::{Asked, tell_refused};
use crate::{BusError, Change};

/// How long another member may hold some topics of a partition before this counts as an error.
const TORN_AT_MOST: Duration = Duration::from_secs(30);

impl GroupConsumer {
    /// Makes the changes that the group has asked for since the last call, in their order. Must be called by the thread that
    /// polls. `emit` is called for assigned partitions before any record of them is polled, and for revoked partitions before
    /// another member can have them: when `emit` returns, they are given up.
    pub(crate) fn rebalance(&self, mut emit: impl FnMut(Change)) -> Result<(), BusError> {
        let asked = self.watch.take_asked();
        if asked.is_empty() {
            return Ok(());
        }
        let mut assignment = self.assignment();
        for asked in asked {
            match &asked {
                Asked::Assign(came) => {
                    let torn = assignment.torn();
                    let came = assignment.take_up(parts(came));
                    asked
                        .make(&self.client)
                        .map_err(BusError::broker("take partitions up"))?;
                    self.hold_back(&assignment, &torn)?;
                    emit(Change::Assigned(came));
                }
                Asked::Revoke { list, lost } => {
                    let parts = parts(list);
                    let go = assignment.whole_of(&parts);
                    emit(Change::Revoked {
                        partitions: go.clone(),
                        lost: *lost,
                    });
                    assignment.give_up(&parts);
                    tell_refused(asked.make(&self.client));
                    // In the topics that stay, this member may have read further than it has written.
                    if assignment.torn().iter().any(|torn| go.contains(torn)) {
                        return Err(BusError::Torn(assignment.torn()));
                    }
                }
            }
        }
        Ok(())
    }

    /// Fails if this member cannot continue: another Kafka answers, or the member holds a partition only in some topics. The
    /// caller should check from time to time.
    pub(crate) fn check(&self) -> Result<(), BusError> {
        self.cluster().check(&self.client)?;
        let assignment = self.assignment();
        match assignment.torn_for(TORN_AT_MOST) {
            true => Err(BusError::Torn(assignment.torn())),
            false => Ok(()),
        }
    }

    /// Pauses partitions that are missing in some topics, and resumes those that have become complete.
    fn hold_back(&self, assignment: &Assignment, torn_before: &[i32]) -> Result<(), BusError> {
        let torn = assignment.torn();
        let whole: Vec<i32> = torn_before
            .iter()
            .filter(|number| !torn.contains(number))
            .copied()
            .collect();
        let paused = self.client.pause(&list(&assignment.parts(&torn)));
        let resumed = paused.and_then(|()| self.client.resume(&list(&assignment.parts(&whole))));
        resumed.map_err(BusError::broker("hold partitions back"))
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

fn list(parts: &[Part]) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    for (topic, partition) in parts {
        list.add_partition(topic, *partition);
    }
    list
}
