//! Consuming as one of a group: partitions come and go, and only the caller commits offsets.

use std::time::Duration;

use events::{Place, Topic};

use crate::kafka;
use crate::kafka::GroupConfig;
use crate::log::LogConsumer;
use crate::{Bus, BusError, Commit, Connectivity, Incoming};

/// What one poll brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polled {
    /// A record, which was handed to the visitor.
    Record,
    /// Nothing within the wait.
    Nothing,
}

/// A change of what this member of the group owns. Partition numbers, because all topics share them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// These came.
    Assigned(Vec<i32>),
    /// These go: another member reads what is not committed.
    Revoked {
        /// Which.
        partitions: Vec<i32>,
        /// They are gone already: the group took this member for dead and takes no commit from it any more.
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

    /// Waits at most `wait` for a record and shows it to `visit`.
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

    /// Makes the changes that the group has asked for since the last call, in their order; for the thread that polls. `emit`
    /// is called for what came before any record of it is polled, and for what goes before another member can have it: when
    /// `emit` returns, it is given up.
    pub fn rebalance(&self, emit: impl FnMut(Change)) -> Result<(), BusError> {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.rebalance(emit),
            Adapter::Log(consumer) => Ok(consumer.rebalance(emit)?),
        }
    }

    /// Fails when this member cannot go on. To be asked now and then.
    pub fn check(&self) -> Result<(), BusError> {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.check(),
            Adapter::Log(consumer) => Ok(consumer.check()?),
        }
    }

    /// Leaves the group and joins it again, so that everything assigned is read from where it is committed now.
    pub fn rejoin(&self) -> Result<(), BusError> {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.rejoin(),
            Adapter::Log(consumer) => {
                consumer.rejoin();
                Ok(())
            }
        }
    }

    /// What is committed of each topic in a partition. Topics of which nothing is are left out.
    pub fn committed(&self, topics: &[Topic], partition: i32) -> Result<Vec<Commit>, BusError> {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.committed(topics, partition),
            Adapter::Log(consumer) => Ok(consumer.committed(topics, partition)?),
        }
    }

    /// The first record that a partition of a topic still has, or the next if it has none.
    pub fn first(&self, topic: Topic, partition: i32) -> Result<Place, BusError> {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.first(topic, partition),
            Adapter::Log(consumer) => Ok(consumer.first(topic, partition)?),
        }
    }

    /// Commits the places up to which everything is durable. Blocks for the answer.
    pub fn commit(&self, commits: &[Commit]) -> Result<(), BusError> {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.commit(commits),
            Adapter::Log(consumer) => Ok(consumer.commit(commits)?),
        }
    }

    /// Records that this member owns and has not read, as of some seconds ago.
    pub fn lag(&self) -> i64 {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.lag(),
            Adapter::Log(consumer) => consumer.lag(),
        }
    }

    /// Whether records can be had at all.
    pub fn connectivity(&self) -> &Connectivity {
        match &self.0 {
            Adapter::Kafka(consumer) => consumer.connectivity(),
            Adapter::Log(consumer) => consumer.connectivity(),
        }
    }
}
