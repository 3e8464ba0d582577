//! The progress of a group, read and committed from outside the group.

use std::time::Duration;

use events::{Place, Topic};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{Offset, TopicPartitionList};

use super::config::KafkaConfig;
use super::group::offsets;
use super::list_offsets::{self, Partition};
use crate::{BusError, Commit};

const PATIENCE: Duration = Duration::from_secs(10);

/// The number of records of `topics` that `group` has not committed. Zero means: everything that was in the log is durable
/// elsewhere.
pub(crate) async fn uncommitted(
    config: &KafkaConfig,
    group: &str,
    topics: &[Topic],
) -> Result<i64, BusError> {
    let topics: Vec<String> = topics.iter().map(|topic| config.topic(*topic)).collect();
    query(config, group, move |client, _| count(client, &topics)).await
}

/// The offset that the next record of every partition of these topics will have.
pub(crate) async fn ends(
    config: &KafkaConfig,
    topics: &[Topic],
) -> Result<Vec<(Topic, Place)>, BusError> {
    let topics = topics.to_vec();
    let ends = move |client: &BaseConsumer, config: &KafkaConfig| {
        let mut ends = Vec::new();
        for topic in topics {
            let named = config.topic(topic);
            let found = list_offsets::ends(client, &partitions(client, &named)?, PATIENCE)
                .map_err(BusError::broker("ask where a topic ends"))?;
            let place = |((_, partition), offset)| (topic, Place { partition, offset });
            ends.extend(found.into_iter().map(place));
        }
        Ok(ends)
    };
    query(config, "greenledger-look", ends).await
}

/// What `group` has committed.
pub(crate) async fn committed(
    config: &KafkaConfig,
    group: &str,
    topics: &[Topic],
    partition: i32,
) -> Result<Vec<Commit>, BusError> {
    let topics = topics.to_vec();
    let committed = move |client: &BaseConsumer, config: &KafkaConfig| {
        offsets::committed(client, config, &topics, partition)
    };
    query(config, group, committed).await
}

/// Commits for a group that has no member.
pub(crate) async fn commit(
    config: &KafkaConfig,
    group: &str,
    commits: Vec<Commit>,
) -> Result<(), BusError> {
    let commit = move |client: &BaseConsumer, config: &KafkaConfig| {
        offsets::commit(client, config, &commits)
    };
    query(config, group, commit).await
}

/// The offset of the first record that a partition of a topic still has, or of its next record if it has none.
pub(crate) async fn first(
    config: &KafkaConfig,
    topic: Topic,
    partition: i32,
) -> Result<i64, BusError> {
    let first = move |client: &BaseConsumer, config: &KafkaConfig| {
        let found = offsets::firsts(client, config, &[topic], partition)?;
        Ok(found.get(&topic).copied().unwrap_or_default())
    };
    query(config, "greenledger-look", first).await
}

/// Runs a query with a client that is not a member of `group`.
async fn query<T: Send + 'static>(
    config: &KafkaConfig,
    group: &str,
    run: impl FnOnce(&BaseConsumer, &KafkaConfig) -> Result<T, BusError> + Send + 'static,
) -> Result<T, BusError> {
    let client: BaseConsumer = config
        .client()?
        .set("group.id", config.group(group))
        .set("enable.auto.commit", "false")
        .create()
        .map_err(BusError::Client)?;
    let config = config.clone();
    let result = tokio::task::spawn_blocking(move || run(&client, &config)).await;
    result.unwrap_or(Err(BusError::Ended("offsets")))
}

fn count(client: &BaseConsumer, topics: &[String]) -> Result<i64, BusError> {
    let broken = || BusError::broker("ask how much is uncommitted");
    let mut all = Vec::new();
    for topic in topics {
        all.extend(partitions(client, topic)?);
    }
    let mut list = TopicPartitionList::new();
    for (topic, partition) in &all {
        list.add_partition(topic, *partition);
    }
    let committed = client.committed_offsets(list, PATIENCE).map_err(broken())?;
    let beginnings = list_offsets::beginnings(client, &all, PATIENCE).map_err(broken())?;
    let ends = list_offsets::ends(client, &all, PATIENCE).map_err(broken())?;
    let committed = committed.elements().into_iter().map(|element| {
        let partition = (element.topic().to_owned(), element.partition());
        let next = match element.offset() {
            Offset::Offset(next) => Some(next),
            _ => beginnings.get(&partition).copied(),
        };
        let end = ends.get(&partition).copied();
        (end.unwrap_or_default() - next.unwrap_or_default()).max(0)
    });
    Ok(committed.sum())
}

fn partitions(client: &BaseConsumer, topic: &str) -> Result<Vec<Partition>, BusError> {
    let metadata = client.fetch_metadata(Some(topic), PATIENCE);
    let metadata = metadata.map_err(BusError::broker("ask for the partitions of a topic"))?;
    let partitions = metadata.topics().iter();
    let partitions = partitions.flat_map(|topic| topic.partitions());
    Ok(partitions
        .map(|partition| (topic.to_owned(), partition.id()))
        .collect())
}
