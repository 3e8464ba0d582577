//! Changes that the group requests: librdkafka's callback records them, and the worker makes them when it is ready.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rdkafka::TopicPartitionList;
use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext, RebalanceProtocol};
use rdkafka::error::KafkaResult;
use rdkafka::statistics::{Partition, Statistics};
use rdkafka::types::RDKafkaRespErr;

use crate::Connectivity;

/// A change that the group requests.
pub(super) enum Rebalance {
    Assign(TopicPartitionList),
    Revoke {
        list: TopicPartitionList,
        lost: bool,
    },
}

#[derive(Default)]
pub(super) struct Watch {
    pending: Mutex<Vec<Rebalance>>,
    /// Whether the consumer is being dropped: then the callback makes changes at once.
    pub closing: AtomicBool,
    /// Where each partition of each topic ends, by the topic's name in Kafka.
    ends: Mutex<BTreeMap<(String, i32), i64>>,
    pub connectivity: Connectivity,
}

impl Watch {
    pub(super) fn ends(&self) -> MutexGuard<'_, BTreeMap<(String, i32), i64>> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Default)]
pub(super) struct Context(pub Arc<Watch>);

impl Context {
    pub(super) fn take_pending(&self) -> Vec<Rebalance> {
        std::mem::take(
            &mut *self
                .0
                .pending
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}

impl ClientContext for Context {
    fn stats(&self, statistics: Statistics) {
        let topics = statistics.topics.values();
        let ends = topics.flat_map(|topic| {
            let of_partition = |partition: &Partition| {
                let place = (topic.topic.clone(), partition.partition);
                (partition.hi_offset >= 0).then_some((place, partition.hi_offset))
            };
            topic.partitions.values().filter_map(of_partition)
        });
        *self.0.ends() = ends.collect();
        self.0.connectivity.learn(&statistics);
    }
}

impl ConsumerContext for Context {
    /// Only records the request: revoked partitions are given up when the worker has released them, and not before.
    fn rebalance(
        &self,
        client: &BaseConsumer<Self>,
        code: RDKafkaRespErr,
        list: &mut TopicPartitionList,
    ) {
        let list = list.clone();
        let rebalance = match code {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => Rebalance::Assign(list),
            _ => Rebalance::Revoke {
                list,
                lost: client.assignment_lost(),
            },
        };
        if self.0.closing.load(Ordering::Acquire) {
            warn_if_refused(rebalance.apply(client));
            return;
        }
        self.0
            .pending
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(rebalance);
    }
}

impl Rebalance {
    /// The consumer protocol sends only the partitions that change; the classic protocol sends all.
    pub(super) fn apply(&self, client: &BaseConsumer<Context>) -> KafkaResult<()> {
        let in_parts = matches!(client.rebalance_protocol(), RebalanceProtocol::Cooperative);
        match self {
            Rebalance::Assign(list) if in_parts => client.incremental_assign(list),
            Rebalance::Assign(list) => client.assign(list),
            Rebalance::Revoke { list, .. } if in_parts => client.incremental_unassign(list),
            Rebalance::Revoke { .. } => client.unassign(),
        }
    }
}

/// librdkafka rejects a change that is out of date, and requests the current change instead.
pub(super) fn warn_if_refused(result: KafkaResult<()>) {
    if let Err(error) = result {
        tracing::warn!(%error, "a change of partitions was overtaken");
    }
}
