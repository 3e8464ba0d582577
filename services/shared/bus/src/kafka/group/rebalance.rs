//! What the group asks for, noted while librdkafka calls back, and made when the worker is ready for it.

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
    /// Whether nobody makes changes any more.
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
    /// Only notes what is asked for: what goes is given up when its worker has let go of it, and not before.
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
    /// What the consumer protocol asks for is a part of all there is, what the classic one asks for is all.
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

/// librdkafka refuses a change that something else has overtaken, and asks for what is to be done instead.
pub(super) fn tell_refused(made: KafkaResult<()>) {
    if let Err(error) = made {
        tracing::warn!(%error, "a change of partitions was overtaken");
    }
}
