//! Derives from librdkafka's statistics whether any broker answers.

use rdkafka::client::ClientContext;
use rdkafka::consumer::ConsumerContext;
use rdkafka::statistics::Statistics;

use crate::Connectivity;

/// The interval of librdkafka's statistics, in milliseconds.
pub(super) const STATISTICS_EVERY_MS: &str = "2000";

impl Connectivity {
    pub(super) fn learn(&self, statistics: &Statistics) {
        // librdkafka counts itself as a broker that is always connected.
        let mut brokers = statistics
            .brokers
            .values()
            .filter(|broker| broker.source != "internal");
        let reached = brokers.any(|broker| broker.state.starts_with("UP"));
        self.set(reached);
    }
}

impl ClientContext for Connectivity {
    fn stats(&self, statistics: Statistics) {
        self.learn(&statistics);
    }
}

impl ConsumerContext for Connectivity {}
