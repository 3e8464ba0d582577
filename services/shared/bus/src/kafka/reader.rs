//! Reads ranges of a topic, outside any group.

use std::ops::Range;
use std::time::{Duration, Instant};

use events::Topic;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};

use super::config::KafkaConfig;
use super::incoming;
use super::list_offsets::ends;
use crate::{BusError, StoredRecord};

const WAIT: Duration = Duration::from_millis(100);

/// Reads ranges of one topic. Its calls block.
pub(crate) struct Reader {
    client: BaseConsumer,
    topic: Topic,
    /// The topic's name in this Kafka.
    name: String,
    patience: Duration,
}

impl Reader {
    /// A reader of `topic` that gives up if the broker has not answered within `patience`.
    pub(crate) fn new(
        config: &KafkaConfig,
        topic: Topic,
        patience: Duration,
    ) -> Result<Self, BusError> {
        let client = config
            .client()?
            .set(
                "group.id",
                config.group(&format!("greenledger-read-{}", topic.name())),
            )
            .set("enable.auto.commit", "false")
            .set("auto.offset.reset", "earliest")
            .create()
            .map_err(BusError::Client)?;
        Ok(Reader {
            client,
            topic,
            name: config.topic(topic),
            patience,
        })
    }

    /// The offset that the next record of each of these partitions will have.
    pub(crate) fn ends(&self, partitions: &[i32]) -> Result<Vec<(i32, i64)>, BusError> {
        let named = partitions
            .iter()
            .map(|partition| (self.name.clone(), *partition));
        let named: Vec<_> = named.collect();
        let found = ends(&self.client, &named, self.patience).map_err(self.broken())?;
        let ends = found
            .into_iter()
            .map(|((_, partition), end)| (partition, end));
        Ok(ends.collect())
    }

    /// The records of a partition at these offsets, without those that compaction removed.
    pub(crate) fn records(
        &self,
        partition: i32,
        offsets: Range<i64>,
    ) -> Result<Vec<StoredRecord>, BusError> {
        let mut assignment = TopicPartitionList::new();
        assignment
            .add_partition_offset(&self.name, partition, Offset::Offset(offsets.start))
            .map_err(self.broken())?;
        self.client.assign(&assignment).map_err(self.broken())?;
        let read = self.read(partition, offsets.end);
        self.client.unassign().map_err(self.broken())?;
        read
    }

    fn read(&self, partition: i32, end: i64) -> Result<Vec<StoredRecord>, BusError> {
        let deadline = Instant::now() + self.patience;
        let mut records = Vec::new();
        loop {
            match self.client.poll(WAIT) {
                Some(Ok(message)) => {
                    let record = incoming(self.topic, &message).to_stored();
                    records.extend((record.place.offset < end).then_some(record));
                }
                Some(Err(source)) => return Err(self.broken()(source)),
                None => {}
            }
            // If compaction removed records, only the position shows that they were passed.
            let position = self.client.position().map_err(self.broken())?;
            let position = position.find_partition(&self.name, partition);
            match position.map(|element| element.offset()) {
                Some(Offset::Offset(at)) if at >= end => return Ok(records),
                _ if Instant::now() > deadline => {
                    let late = RDKafkaErrorCode::OperationTimedOut;
                    return Err(self.broken()(KafkaError::MessageConsumption(late)));
                }
                _ => {}
            }
        }
    }

    fn broken(&self) -> impl FnOnce(KafkaError) -> BusError + use<> {
        BusError::broker(format!("read topic {}", self.name))
    }
}
