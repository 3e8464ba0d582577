//! Identifies the Kafka cluster. A recreated cluster counts from 0 again, but librdkafka continues with the offsets and the
//! producer id of the previous cluster: records would be missed, or dropped as duplicates. So a process that finds another
//! cluster ends, and starts from scratch with the new one.

use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};

use crate::BusError;

/// For how long, and how often, the id is queried after a problem. A client learns it with the topics, at its own time.
const DOUBTED_FOR: Duration = Duration::from_secs(600);
const QUERY_INTERVAL: Duration = Duration::from_secs(1);
const WAIT: Duration = Duration::from_millis(100);

/// The Kafka that a client knows. Queried only while something may have changed, because the client never frees an answer.
pub(crate) struct Cluster {
    id: Option<String>,
    /// When the last problem occurred, or when this value was created.
    doubted: Instant,
    queried: Option<Instant>,
}

impl Default for Cluster {
    fn default() -> Self {
        Cluster {
            id: None,
            doubted: Instant::now(),
            queried: None,
        }
    }
}

impl Cluster {
    /// Records a problem, so that the id is checked again.
    pub(crate) fn doubt(&mut self) {
        self.doubted = Instant::now();
    }

    /// Fails if another cluster answers than the first one that did.
    pub(crate) fn check<C: ConsumerContext>(
        &mut self,
        consumer: &BaseConsumer<C>,
    ) -> Result<(), BusError> {
        let recently = self.queried.is_some_and(|at| at.elapsed() < QUERY_INTERVAL);
        if recently || self.doubted.elapsed() >= DOUBTED_FOR {
            return Ok(());
        }
        self.queried = Some(Instant::now());
        let found = consumer.client().fetch_cluster_id(WAIT);
        if self.id.is_some() && found.is_some() && found != self.id {
            return Err(BusError::AnotherKafka);
        }
        self.id = self.id.take().or(found);
        Ok(())
    }
}
