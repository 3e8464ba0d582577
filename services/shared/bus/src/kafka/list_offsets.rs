//! Where partitions begin and end: one request for all partitions of a broker.
//!
//! librdkafka's watermarks are not used. They put two requests into one call, and where the broker fails one of them, the end of a
//! partition can be returned as its beginning.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};

/// The name of a topic in this Kafka, and a partition.
pub(super) type Partition = (String, i32);

/// The offset of the first record that each partition still has, or of its next record if it has none.
pub(super) fn beginnings<C: ConsumerContext>(
    client: &BaseConsumer<C>,
    partitions: &[Partition],
    patience: Duration,
) -> KafkaResult<BTreeMap<Partition, i64>> {
    list(client, partitions, Offset::Beginning, patience)
}

/// The offset that the next record of each partition will have.
pub(super) fn ends<C: ConsumerContext>(
    client: &BaseConsumer<C>,
    partitions: &[Partition],
    patience: Duration,
) -> KafkaResult<BTreeMap<Partition, i64>> {
    list(client, partitions, Offset::End, patience)
}

/// Fails unless every partition has an answer.
fn list<C: ConsumerContext>(
    client: &BaseConsumer<C>,
    partitions: &[Partition],
    at: Offset,
    patience: Duration,
) -> KafkaResult<BTreeMap<Partition, i64>> {
    if partitions.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut requested = TopicPartitionList::new();
    for (topic, partition) in partitions {
        requested.add_partition_offset(topic, *partition, at)?;
    }
    let answered = client.offsets_for_times(requested, patience)?;
    let answered = answered.elements().into_iter().map(|element| {
        element.error()?;
        match element.offset() {
            Offset::Offset(offset) => {
                Ok(((element.topic().to_owned(), element.partition()), offset))
            }
            _ => Err(KafkaError::OffsetFetch(RDKafkaErrorCode::NoOffset)),
        }
    });
    answered.collect()
}
