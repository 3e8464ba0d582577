//! Changes that the group asks for: librdkafka's callback records them, and the worker makes them when it is ready.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rdkafka::TopicPartitionList;
use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext, RebalanceProtocol};
use rdkafka::error::KafkaResult;
use rdkafka::statistics::Statistics;
use rdkafka::types::RDKafkaRespErr;

use crate::Connectivity;

/// A change that the group asks for.
pub(super) enum Asked {
    Assign(TopicPartitionList),
    Revoke {
        list: TopicPartitionList,
        lost: bool,
    },
}

#[derive(Default)]
pub(super) struct Watch {
    asked: Mutex<Vec<Asked>>,
    /// Whether the consumer is being dropped: then the callback makes changes at once.
    pub closing: AtomicBool,
    pub lag: AtomicI64,
    pub connectivity: Connectivity,
}

#[derive(Clone, Default)]
pub(super) struct Context(pub Arc<Watch>);

impl Context {
    pub(super) fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.0.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
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
        self.0.connectivity.learn(&statistics);
    }
}

impl ConsumerContext for Context {
    /// Only records the request: revoked partitions are given up when the worker has released them, and not before.
    fn rebalance(
        &self,
        client: &BaseConsumer<Self>,
        asked: RDKafkaRespErr,
        list: &mut TopicPartitionList,
    ) {
        let list = list.clone();
        let asked = match asked {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => Asked::Assign(list),
            _ => Asked::Revoke {
                list,
                lost: client.assignment_lost(),
            },
        };
        if self.0.closing.load(Ordering::Acquire) {
            tell_refused(asked.make(client));
            return;
        }
        self.0
            .asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(asked);
    }
}

impl Asked {
    /// The consumer protocol sends only the partitions that change; the classic protocol sends all.
    pub(super) fn make(&self, client: &BaseConsumer<Context>) -> KafkaResult<()> {
        let in_parts = matches!(client.rebalance_protocol(), RebalanceProtocol::Cooperative);
        match self {
            Asked::Assign(list) if in_parts => client.incremental_assign(list),
            Asked::Assign(list) => client.assign(list),
            Asked::Revoke { list, .. } if in_parts => client.incremental_unassign(list),
            Asked::Revoke { .. } => client.unassign(),
        }
    }
}

/// librdkafka rejects a change that is out of date, and asks for the current change instead.
pub(super) fn tell_refused(made: KafkaResult<()>) {
    if let Err(error) = made {
        tracing::warn!(%error, "a change of partitions was overtaken");
    }
}
