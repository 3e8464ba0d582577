//! Whether any broker answers, as librdkafka tells every two seconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rdkafka::client::ClientContext;
use rdkafka::consumer::ConsumerContext;
use rdkafka::statistics::Statistics;

/// How often librdkafka tells, in milliseconds.
pub(crate) const TOLD_EVERY: &str = "2000";

/// Whether a client is connected to any broker. Every copy is the same one. A broker that is stopped without its
/// connections being closed is missed only when a request to it times out, within a minute.
#[derive(Debug, Clone, Default)]
pub struct Reach(Arc<AtomicBool>);

impl Reach {
    /// Whether a broker is reached, as of some seconds ago.
    pub fn is_reached(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn learn(&self, statistics: &Statistics) {
        // librdkafka counts itself as a broker that is always there.
        let mut brokers = statistics
            .brokers
            .values()
            .filter(|broker| broker.source != "internal");
        let reached = brokers.any(|broker| broker.state.starts_with("UP"));
        self.set(reached);
    }

    pub(crate) fn set(&self, reached: bool) {
        self.0.store(reached, Ordering::Relaxed);
    }
}

impl ClientContext for Reach {
    fn stats(&self, statistics: Statistics) {
        self.learn(&statistics);
    }
}

impl ConsumerContext for Reach {}
