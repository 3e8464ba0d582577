//! Consuming as one of a group: partitions come and go, offsets are committed by the caller and by nobody else.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use events::{Place, Topic};
use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext, Rebalance};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::statistics::Statistics;
use rdkafka::{Offset, TopicPartitionList};

use crate::record::Incoming;
use crate::{BusConfig, BusError};

/// A change of what this member of the group owns. Partition numbers, because all topics share them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// These came.
    Assigned(Vec<i32>),
    /// These are gone: what was not committed is another's to read.
    Revoked(Vec<i32>),
}

/// What one poll brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polled {
    /// A record, which was handed to the visitor.
    Record,
    /// Nothing within the wait.
    Nothing,
}

#[derive(Default)]
struct Watch {
    changes: Mutex<Vec<Change>>,
    lag: AtomicI64,
}

#[derive(Clone, Default)]
struct Context(Arc<Watch>);

impl Context {
    fn note(&self, change: Change) {
        self.0
            .changes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(change);
    }
}

fn partitions(list: &TopicPartitionList) -> Vec<i32> {
    let mut numbers: Vec<_> = list
        .elements()
        .iter()
        .map(|element| element.partition())
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

impl ClientContext for Context {
    fn stats(&self, statistics: Statistics) {
        let lag: i64 = statistics
            .topics
            .values()
            .flat_map(|topic| topic.partitions.values())
            .map(|partition| partition.consumer_lag.max(0))
            .sum();
        self.0.lag.store(lag, Ordering::Relaxed);
    }
}

impl ConsumerContext for Context {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Revoke(list) = rebalance {
            self.note(Change::Revoked(partitions(list)));
        }
    }

    fn post_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Assign(list) = rebalance {
            self.note(Change::Assigned(partitions(list)));
        }
    }
}

/// One member of a consumer group.
pub struct GroupConsumer {
    client: BaseConsumer<Context>,
    watch: Context,
}

impl GroupConsumer {
    /// Joins `group` on all of `topics`.
    pub fn join(config: &BusConfig, group: &str, topics: &[Topic]) -> Result<Self, BusError> {
        let watch = Context::default();
        let client: BaseConsumer<Context> = config
            .client()?
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .set("auto.offset.reset", "earliest")
            // Range gives one member the same partition of every topic, and so a school's whole story.
            .set("partition.assignment.strategy", "range")
            // Reading years of ledger back, a new owner does not poll; that it is alive its heartbeats say.
            .set("max.poll.interval.ms", "1800000")
            .set("queued.max.messages.kbytes", "65536")
            .set("statistics.interval.ms", "2000")
            .create_with_context(watch.clone())
            .map_err(BusError::Client)?;
        let names: Vec<_> = topics.iter().map(|topic| topic.name()).collect();
        client.subscribe(&names).map_err(BusError::broker(format!(
            "subscribe to {}",
            names.join(", ")
        )))?;
        Ok(GroupConsumer { client, watch })
    }

    /// A client that may ask what `group` committed, without joining it.
    pub fn look(config: &BusConfig, group: &str) -> Result<Self, BusError> {
        let watch = Context::default();
        let client = config
            .client()?
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .create_with_context(watch.clone())
            .map_err(BusError::Client)?;
        Ok(GroupConsumer { client, watch })
    }

    /// Waits at most `wait` for a record and shows it to `visit`. Take [`GroupConsumer::changes`] first in `visit`: a
    /// record may be of a partition that came in this very poll.
    pub fn poll(
        &self,
        wait: Duration,
        visit: impl FnOnce(Incoming<'_>),
    ) -> Result<Polled, BusError> {
        match self.client.poll(wait) {
            None => Ok(Polled::Nothing),
            Some(Ok(message)) => {
                if let Some(record) = Incoming::new(&message) {
                    visit(record);
                }
                Ok(Polled::Record)
            }
            Some(Err(error)) if is_passing(&error) => {
                tracing::warn!(%error, "reading from Kafka; trying again");
                Ok(Polled::Nothing)
            }
            Some(Err(source)) => Err(BusError::Broker {
                action: "read from Kafka".to_owned(),
                source,
            }),
        }
    }

    /// The changes of ownership since the last call, in their order.
    pub fn changes(&self) -> Vec<Change> {
        std::mem::take(
            &mut *self
                .watch
                .0
                .changes
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Records in Kafka that this member owns and has not read, as of some seconds ago.
    pub fn lag(&self) -> i64 {
        self.watch.0.lag.load(Ordering::Relaxed)
    }

    /// The committed offset of each topic in a partition: the next to be read. Topics without one are left out.
    pub fn committed(
        &self,
        topics: &[Topic],
        partition: i32,
    ) -> Result<Vec<(Topic, i64)>, BusError> {
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
                Offset::Offset(next) => Some((Topic::parse(element.topic())?, next)),
                _ => None,
            })
            .collect())
    }

    /// Commits the places up to which everything is durable: the offset is the next to be read. Blocks for the answer.
    pub fn commit(&self, places: &[(Topic, Place)]) -> Result<(), BusError> {
        let mut list = TopicPartitionList::new();
        for (topic, place) in places {
            list.add_partition_offset(topic.name(), place.partition, Offset::Offset(place.offset))
                .map_err(BusError::broker("commit offsets"))?;
        }
        self.client
            .commit(&list, CommitMode::Sync)
            .map_err(BusError::broker("commit offsets"))
    }
}

/// What librdkafka recovers from by itself.
fn is_passing(error: &KafkaError) -> bool {
    let fatal = matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::Fatal
                | RDKafkaErrorCode::TopicAuthorizationFailed
                | RDKafkaErrorCode::GroupAuthorizationFailed
                | RDKafkaErrorCode::SaslAuthenticationFailed
        )
    );
    !fatal
}
