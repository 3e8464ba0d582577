//! Consumes as a member of a group: partitions are assigned and revoked, and only the caller commits offsets.

use std::collections::BTreeMap;
use std::time::Duration;

use events::Topic;

use crate::kafka;
use crate::kafka::GroupConfig;
use crate::log::LogConsumer;
use crate::{Bus, BusError, Commit, Connectivity, Incoming};

/// The result of one poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polled {
    /// A record, which was handed to the visitor.
    Record,
    /// No record arrived within the wait.
    Nothing,
}

/// A change of what this member of the group owns. Partition numbers, because all topics share them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// These partitions are now assigned to this member.
    Assigned(Vec<i32>),
    /// These partitions are revoked: another member reads what is not committed.
    Revoked {
        /// The numbers of the partitions.
        partitions: Vec<i32>,
        /// Whether they are gone already: the group took this member for dead and no longer accepts its commits.
        lost: bool,
    },
}

/// One member of a consumer group. Its calls block.
pub struct GroupConsumer(Adapter);

enum Adapter {
    Kafka(Box<kafka::GroupConsumer>),
    Log(LogConsumer),
}

impl GroupConsumer {
    /// Joins `group` on all of `topics`.
    pub fn join(
        bus: &Bus,
        member: &GroupConfig,
        group: &str,
        topics: &[Topic],
    ) -> Result<Self, BusError> {
        let adapter = match bus {
            Bus::Kafka(config) => Adapter::Kafka(Box::new(kafka::GroupConsumer::join(
                config, member, group, topics,
            )?)),
            Bus::Log(log) => Adapter::Log(log.join(group, topics)?),
            Bus::LogClient(_) => return Err(BusError::InAnotherProcess),
        };
        Ok(GroupConsumer(adapter))
    }

    /// Waits at most `wait` for a record and passes it to `visit`.
    pub fn poll(
        &self,
        wait: Duration,
        visit: impl FnOnce(Incoming<'_>),
    ) -> Result<Polled, BusError> {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.poll(wait, visit),
            Adapter::Log(consumer) => Ok(consumer.poll(wait, visit)?),
        }
    }

    /// Makes the changes that the group has requested since the last call, in their order. Must be called by the thread that
    /// polls. `emit` is called for assigned partitions before any record of them is polled, and for revoked partitions before
    /// another member can have them: when `emit` returns, they are given up. Kafka delivers records of an assigned partition
    /// only after [`resume`](GroupConsumer::resume).
    pub fn rebalance(&self, emit: impl FnMut(Change)) -> Result<(), BusError> {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.rebalance(emit),
            Adapter::Log(consumer) => Ok(consumer.rebalance(emit)?),
        }
    }

    /// Has the records of an assigned partition delivered, once the caller is ready for them.
    pub fn resume(&self, partition: i32) {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.resume(partition),
            // Its only member reads from the start of its process, and waits for what it is not ready for.
            Adapter::Log(_) => {}
        }
    }

    /// Fails if this member cannot continue. The caller should check from time to time.
    pub fn check(&self) -> Result<(), BusError> {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.check(),
            Adapter::Log(consumer) => Ok(consumer.check()?),
        }
    }

    /// Leaves the group and joins it again, so that all assigned partitions are read from their current commits.
    pub fn rejoin(&self) -> Result<(), BusError> {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.rejoin(),
            Adapter::Log(consumer) => {
                consumer.rejoin();
                Ok(())
            }
        }
    }

    /// What is committed for each topic in a partition. Topics without a commit are left out.
    pub fn committed(&self, topics: &[Topic], partition: i32) -> Result<Vec<Commit>, BusError> {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.committed(topics, partition),
            Adapter::Log(consumer) => Ok(consumer.committed(topics, partition)?),
        }
    }

    /// The offset of the first record that a partition of each topic still has, or of its next record if it has none.
    pub fn firsts(
        &self,
        topics: &[Topic],
        partition: i32,
    ) -> Result<BTreeMap<Topic, i64>, BusError> {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.firsts(topics, partition),
            Adapter::Log(consumer) => Ok(consumer.firsts(topics, partition)?),
        }
    }

    /// The offset that the next record of a partition of each topic will have.
    pub fn ends(&self, topics: &[Topic], partition: i32) -> Result<BTreeMap<Topic, i64>, BusError> {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.ends(topics, partition),
            Adapter::Log(consumer) => Ok(consumer.ends(topics, partition)),
        }
    }

    /// Commits the places up to which everything is durable. Blocks until the answer arrives.
    pub fn commit(&self, commits: &[Commit]) -> Result<(), BusError> {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.commit(commits),
            Adapter::Log(consumer) => Ok(consumer.commit(commits)?),
        }
    }

    /// The offset that the next record of each partition will have, as of some seconds ago. Unlike [`GroupConsumer::ends`], it
    /// asks no broker.
    pub fn known_ends(&self) -> BTreeMap<(Topic, i32), i64> {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.known_ends(),
            Adapter::Log(consumer) => consumer.known_ends(),
        }
    }

    /// Whether records can be read at all.
    pub fn connectivity(&self) -> &Connectivity {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.connectivity(),
            Adapter::Log(consumer) => consumer.connectivity(),
        }
    }
}
