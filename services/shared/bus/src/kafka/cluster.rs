//! Which Kafka it is. One made anew counts from 0 again, and librdkafka goes on at the offsets and with the producer's id that it
//! had of the one before: records would be missed, or dropped as repeated. So a process that finds another ends, and begins
//! anew with it.

use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};

use crate::BusError;

/// How long, and how often, it is asked after something went wrong. A client learns it with the topics, at its own time.
const DOUBTED_FOR: Duration = Duration::from_secs(600);
const ASKED_EVERY: Duration = Duration::from_secs(1);
const WAIT: Duration = Duration::from_millis(100);

/// The Kafka that a client knows. Asked only while something may have changed, for an answer is never freed by the client.
pub(crate) struct Cluster {
    id: Option<String>,
    /// When something went wrong last, or nothing was known.
    doubted: Instant,
    asked: Option<Instant>,
}

impl Default for Cluster {
    fn default() -> Self {
        Cluster {
            id: None,
            doubted: Instant::now(),
            asked: None,
        }
    }
}

impl Cluster {
    /// Something went wrong.
    pub(crate) fn doubt(&mut self) {
        self.doubted = Instant::now();
    }

    /// Fails when another answers than the first that did.
    pub(crate) fn check<C: ConsumerContext>(
        &mut self,
        consumer: &BaseConsumer<C>,
    ) -> Result<(), BusError> {
        let asked = self.asked.is_some_and(|at| at.elapsed() < ASKED_EVERY);
        if asked || self.doubted.elapsed() >= DOUBTED_FOR {
            return Ok(());
        }
        self.asked = Some(Instant::now());
        let found = consumer.client().fetch_cluster_id(WAIT);
        if self.id.is_some() && found.is_some() && found != self.id {
            return Err(BusError::AnotherKafka);
        }
        self.id = self.id.take().or(found);
        Ok(())
    }
}
