//! How much of the log a group has still to commit.

use std::time::Duration;

use events::Topic;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{Offset, TopicPartitionList};

use crate::{BusConfig, BusError};

const PATIENCE: Duration = Duration::from_secs(10);

/// Records of `topics` that `group` has not committed. Zero means: everything that was in the log is durable elsewhere.
pub async fn uncommitted(
    config: &BusConfig,
    group: &str,
    topics: &[Topic],
) -> Result<i64, BusError> {
    let client: BaseConsumer = config
        .client()?
        .set("group.id", group)
        .create()
        .map_err(BusError::Client)?;
    let topics = topics.to_vec();
    let counted = tokio::task::spawn_blocking(move || count(&client, &topics)).await;
    counted.unwrap_or(Err(BusError::Ended("offsets")))
}

fn count(client: &BaseConsumer, topics: &[Topic]) -> Result<i64, BusError> {
    let broken = || BusError::broker("ask how much is uncommitted");
    let mut list = TopicPartitionList::new();
    for topic in topics {
        let metadata = client
            .fetch_metadata(Some(topic.name()), PATIENCE)
            .map_err(broken())?;
        for partition in metadata
            .topics()
            .iter()
            .flat_map(|topic| topic.partitions())
        {
            list.add_partition(topic.name(), partition.id());
        }
    }
    let committed = client.committed_offsets(list, PATIENCE).map_err(broken())?;
    let mut uncommitted = 0;
    for element in committed.elements() {
        let (low, high) = client
            .fetch_watermarks(element.topic(), element.partition(), PATIENCE)
            .map_err(broken())?;
        uncommitted += match element.offset() {
            Offset::Offset(next) => (high - next).max(0),
            _ => high - low,
        };
    }
    Ok(uncommitted)
}
