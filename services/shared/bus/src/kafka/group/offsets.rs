//! The progress of a group, which only its members commit.

use std::collections::BTreeMap;
use std::time::Duration;

use events::{Place, Topic};
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext};
use rdkafka::topic_partition_list::TopicPartitionListElem;
use rdkafka::{Offset, TopicPartitionList};

use super::GroupConsumer;
use crate::kafka::config::KafkaConfig;
use crate::kafka::list_offsets::{Partition, beginnings, ends};
use crate::{BusError, Commit};

/// The timeout of a question to the broker.
const PATIENCE: Duration = Duration::from_secs(10);

pub(in crate::kafka) fn committed<C: ConsumerContext>(
    client: &BaseConsumer<C>,
    config: &KafkaConfig,
    topics: &[Topic],
    partition: i32,
) -> Result<Vec<Commit>, BusError> {
    let mut list = TopicPartitionList::new();
    for topic in topics {
        list.add_partition(&config.topic(*topic), partition);
    }
    let found = client
        .committed_offsets(list, PATIENCE)
        .map_err(BusError::broker("ask for committed offsets"))?;
    let commit = |element: TopicPartitionListElem<'_>| match element.offset() {
        Offset::Offset(offset) => Some(Commit {
            topic: config.topic_named(element.topic())?,
            next: Place { partition, offset },
            note: element.metadata().to_owned(),
        }),
        _ => None,
    };
    Ok(found.elements().into_iter().filter_map(commit).collect())
}

pub(in crate::kafka) fn commit<C: ConsumerContext>(
    client: &BaseConsumer<C>,
    config: &KafkaConfig,
    commits: &[Commit],
) -> Result<(), BusError> {
    let mut list = TopicPartitionList::new();
    for Commit { topic, next, note } in commits {
        let mut element = list.add_partition(&config.topic(*topic), next.partition);
        element.set_metadata(note);
        element
            .set_offset(Offset::Offset(next.offset))
            .map_err(BusError::broker("commit offsets"))?;
    }
    client
        .commit(&list, CommitMode::Sync)
        .map_err(BusError::broker("commit offsets"))
}

/// The offset of the first record that a partition of each topic still has, or of its next record if it has none.
pub(in crate::kafka) fn firsts<C: ConsumerContext>(
    client: &BaseConsumer<C>,
    config: &KafkaConfig,
    topics: &[Topic],
    partition: i32,
) -> Result<BTreeMap<Topic, i64>, BusError> {
    let found = beginnings(client, &named(config, topics, partition), PATIENCE)
        .map_err(BusError::broker("ask where topics begin"))?;
    Ok(by_topic(config, found))
}

fn named(config: &KafkaConfig, topics: &[Topic], partition: i32) -> Vec<Partition> {
    let named = topics.iter().map(|topic| (config.topic(*topic), partition));
    named.collect()
}

fn by_topic(config: &KafkaConfig, found: BTreeMap<Partition, i64>) -> BTreeMap<Topic, i64> {
    let topic = |((name, _), offset): (Partition, i64)| Some((config.topic_named(&name)?, offset));
    found.into_iter().filter_map(topic).collect()
}

impl GroupConsumer {
    /// What is committed for each topic in a partition. Topics without a commit are left out.
    pub(crate) fn committed(
        &self,
        topics: &[Topic],
        partition: i32,
    ) -> Result<Vec<Commit>, BusError> {
        committed(&self.client, &self.config, topics, partition)
    }

    /// The offset of the first record that a partition of each topic still has, or of its next record if it has none.
    pub(crate) fn firsts(
        &self,
        topics: &[Topic],
        partition: i32,
    ) -> Result<BTreeMap<Topic, i64>, BusError> {
        firsts(&self.offsets, &self.config, topics, partition)
    }

    /// The offset that the next record of a partition of each topic will have.
    pub(crate) fn ends(
        &self,
        topics: &[Topic],
        partition: i32,
    ) -> Result<BTreeMap<Topic, i64>, BusError> {
        let found = ends(
            &self.offsets,
            &named(&self.config, topics, partition),
            PATIENCE,
        )
        .map_err(BusError::broker("ask where topics end"))?;
        Ok(by_topic(&self.config, found))
    }

    /// Commits the places up to which everything is durable. Blocks until the answer arrives.
    pub(crate) fn commit(&self, commits: &[Commit]) -> Result<(), BusError> {
        commit(&self.client, &self.config, commits)
    }
}
