//! How far a group has come, said by its members and by nobody else.

use std::time::Duration;

use events::{Place, Topic};
use rdkafka::consumer::{CommitMode, Consumer};
use rdkafka::{Offset, TopicPartitionList};

use super::GroupConsumer;
use crate::BusError;

/// How far a partition of a topic is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The topic.
    pub topic: Topic,
    /// The next record to be read.
    pub next: Place,
    /// What its committer wants to be told again; empty where the broker keeps no such notes.
    pub note: String,
}

impl GroupConsumer {
    /// What is committed of each topic in a partition. Topics of which nothing is are left out.
    pub fn committed(&self, topics: &[Topic], partition: i32) -> Result<Vec<Commit>, BusError> {
        let mut list = TopicPartitionList::new();
        for topic in topics {
            list.add_partition(topic.name(), partition);
        }
        let found = self
            .client
            .committed_offsets(list, Duration::from_secs(10))
            .map_err(BusError::broker("ask for committed offsets"))?;
        Ok(found
            .elements()
            .iter()
            .filter_map(|element| match element.offset() {
                Offset::Offset(offset) => Some(Commit {
                    topic: Topic::parse(element.topic())?,
                    next: Place { partition, offset },
                    note: element.metadata().to_owned(),
                }),
                _ => None,
            })
            .collect())
    }

    /// The first record that a partition of a topic still has, or the next if it has none.
    pub fn first(&self, topic: Topic, partition: i32) -> Result<Place, BusError> {
        let marks = self
            .client
            .fetch_watermarks(topic.name(), partition, Duration::from_secs(10));
        let (offset, _end) = marks.map_err(BusError::broker(format!(
            "ask where topic {} begins",
            topic.name()
        )))?;
        Ok(Place { partition, offset })
    }

    /// Commits the places up to which everything is durable. Blocks for the answer.
    pub fn commit(&self, commits: &[Commit]) -> Result<(), BusError> {
        let mut list = TopicPartitionList::new();
        for Commit { topic, next, note } in commits {
            let mut element = list.add_partition(topic.name(), next.partition);
            element.set_metadata(note);
            element
                .set_offset(Offset::Offset(next.offset))
                .map_err(BusError::broker("commit offsets"))?;
        }
        self.client
            .commit(&list, CommitMode::Sync)
            .map_err(BusError::broker("commit offsets"))
    }
}
