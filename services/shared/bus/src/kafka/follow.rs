//! Follows a topic: yields every record from the start, then every new one, outside any group.

use std::time::{Duration, Instant};

use events::Topic;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{Offset, TopicPartitionList};
use tokio::sync::mpsc;

use super::cluster::Cluster;
use super::config::KafkaConfig;
use super::incoming;
use super::list_offsets::{beginnings, ends};
use super::statistics::STATISTICS_EVERY_MS;
use super::topics::partition_count;
use crate::{BusError, Connectivity, Followed, StoredRecord};

/// The most records handed over at once.
const BATCH: usize = 1_000;
const WAIT: Duration = Duration::from_millis(100);

/// Follows a topic until the receiver is dropped. A dedicated thread polls librdkafka for the records it has fetched, so that
/// no async worker ever blocks.
pub(crate) async fn follow(
    config: &KafkaConfig,
    topic: Topic,
    connectivity: Connectivity,
) -> Result<mpsc::Receiver<Followed>, BusError> {
    let partitions = partition_count(config, topic).await?;
    connectivity.set(true);
    let consumer: BaseConsumer<Connectivity> = config
        .client()?
        .set("statistics.interval.ms", STATISTICS_EVERY_MS)
        .set(
            "group.id",
            config.group(&format!("greenledger-follow-{}", topic.name())),
        )
        .set("enable.auto.commit", "false")
        .set("auto.offset.reset", "earliest")
        .create_with_context(connectivity)
        .map_err(BusError::Client)?;
    let (sender, receiver) = mpsc::channel(16);
    let config = config.clone();
    std::thread::Builder::new()
        .name(format!("follow-{}", topic.name()))
        .spawn(move || {
            if let Err(error) = read_all(&consumer, &config, topic, partitions, &sender) {
                let _nobody_listens = sender.blocking_send(Followed::Failed(error));
            }
        })
        .map_err(|_| BusError::Ended(topic.name()))?;
    Ok(receiver)
}

fn read_all(
    consumer: &BaseConsumer<Connectivity>,
    config: &KafkaConfig,
    topic: Topic,
    partitions: usize,
    sender: &mpsc::Sender<Followed>,
) -> Result<(), BusError> {
    let name = config.topic(topic);
    let broken = || BusError::broker(format!("follow topic {name}"));
    let mut assignment = TopicPartitionList::new();
    let mut all = Vec::new();
    for partition in 0..partitions as i32 {
        assignment
            .add_partition_offset(&name, partition, Offset::Beginning)
            .map_err(broken())?;
        all.push((name.clone(), partition));
    }
    let patience = Duration::from_secs(10);
    let begins = beginnings(consumer, &all, patience).map_err(broken())?;
    let ends = ends(consumer, &all, patience).map_err(broken())?;
    let mut unread: Vec<(i32, i64)> = ends
        .into_iter()
        .filter(|(partition, end)| begins.get(partition).is_none_or(|begin| end > begin))
        .map(|((_, partition), end)| (partition, end))
        .collect();
    consumer.assign(&assignment).map_err(broken())?;
    let mut caught_up = false;
    let mut cluster = Cluster::default();
    while !sender.is_closed() {
        let records = poll_batch(consumer, topic, &mut cluster);
        cluster.check(consumer)?;
        if !records.is_empty() {
            for record in &records {
                unread.retain(|(partition, high)| {
                    *partition != record.place.partition || record.place.offset + 1 < *high
                });
            }
            let _receiver_gone = sender.blocking_send(Followed::Records(records));
        } else if !unread.is_empty() {
            // Compaction may have removed the last records of the log: then only the position shows that they were passed.
            unread.retain(|(partition, high)| !passed(consumer, &name, *partition, *high));
        }
        if unread.is_empty() && !caught_up {
            caught_up = true;
            let _receiver_gone = sender.blocking_send(Followed::CaughtUp);
        }
    }
    Ok(())
}

fn passed(consumer: &BaseConsumer<Connectivity>, name: &str, partition: i32, high: i64) -> bool {
    let position = consumer.position().ok().and_then(|list| {
        list.find_partition(name, partition)
            .map(|element| element.offset())
    });
    matches!(position, Some(Offset::Offset(at)) if at >= high)
}

fn poll_batch(
    consumer: &BaseConsumer<Connectivity>,
    topic: Topic,
    cluster: &mut Cluster,
) -> Vec<StoredRecord> {
    let mut records = Vec::new();
    let mut wait = WAIT;
    let started = Instant::now();
    while records.len() < BATCH && started.elapsed() < WAIT {
        match consumer.poll(wait) {
            Some(Ok(message)) => {
                records.push(incoming(topic, &message).to_stored());
            }
            // librdkafka reports a lost broker here and keeps retrying by itself.
            Some(Err(error)) => {
                cluster.doubt();
                tracing::warn!(%error, "following a topic");
            }
            None => break,
        }
        wait = Duration::ZERO;
    }
    records
}
