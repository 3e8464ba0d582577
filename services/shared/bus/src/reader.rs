//! Reads ranges of a topic, outside any group.

use std::ops::Range;
use std::time::Duration;

use events::Topic;

use crate::{Bus, BusError, Log, StoredRecord, kafka};

/// Reads ranges of one topic. Its calls block.
pub struct Reader(Adapter);

enum Adapter {
    Kafka(kafka::Reader),
    Log(Log, Topic),
}

impl Reader {
    /// A reader of `topic` that gives up if Kafka has not answered within `patience`.
    pub fn new(bus: &Bus, topic: Topic, patience: Duration) -> Result<Self, BusError> {
        Ok(Reader(match bus {
            Bus::Kafka(config) => Adapter::Kafka(kafka::Reader::new(config, topic, patience)?),
            Bus::Log(log) => Adapter::Log(log.clone(), topic),
            Bus::LogClient(_) => return Err(BusError::InAnotherProcess),
        }))
    }

    /// The offset that the next record of each of these partitions will have.
    pub fn ends(&self, partitions: &[i32]) -> Result<Vec<(i32, i64)>, BusError> {
        match &self.0 {
            Adapter::Kafka(reader) => reader.ends(partitions),
            Adapter::Log(log, topic) => Ok(partitions
                .iter()
                .map(|partition| (*partition, log.end(*topic, *partition)))
                .collect()),
        }
    }

    /// The records of a partition at these offsets, without those that compaction removed.
    pub fn records(
        &self,
        partition: i32,
        offsets: Range<i64>,
    ) -> Result<Vec<StoredRecord>, BusError> {
        match &self.0 {
            Adapter::Kafka(reader) => reader.records(partition, offsets),
            Adapter::Log(log, topic) => Ok(log.read(*topic, partition, offsets)?),
        }
    }
}
