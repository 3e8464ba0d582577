//! Reports the state of an object store.

use std::time::Duration;

use prometheus::{Gauge, IntCounter, Registry};

use crate::Readiness;

/// After this time without an answer from the store, `/readyz` names the operation.
const LONG: Duration = Duration::from_secs(10);

/// Reports the state of the service's store, in metrics and in `/readyz`.
#[derive(Clone)]
pub struct StoreMetrics {
    failures: IntCounter,
    longest: Gauge,
}

impl StoreMetrics {
    /// The metrics of the service with this name.
    pub fn new(service: &str, registry: &Registry) -> Result<Self, prometheus::Error> {
        let metrics = StoreMetrics {
            failures: IntCounter::new(
                format!("{service}_lake_failures_total"),
                "Requests that the store failed.",
            )?,
            longest: Gauge::new(
                format!("{service}_lake_longest_seconds"),
                "Age of the oldest unanswered store request.",
            )?,
        };
        registry.register(Box::new(metrics.failures.clone()))?;
        registry.register(Box::new(metrics.longest.clone()))?;
        Ok(metrics)
    }

    /// Reports how often the store has failed so far, and the operation that has waited longest for an answer. A store that
    /// does not answer does not make the service unready: the work that waits for it is kept.
    pub fn report(
        &self,
        failures: u64,
        longest: Option<(Duration, String)>,
        readiness: &Readiness,
    ) {
        let (longest, what) = longest.unwrap_or_default();
        self.failures
            .inc_by(failures.saturating_sub(self.failures.get()));
        self.longest.set(longest.as_secs_f64());
        if longest > LONG {
            let seconds = longest.as_secs();
            readiness.degraded("lake", format!("no answer for {seconds} s to: {what}"));
        } else {
            readiness.recovered("lake");
        }
    }
}
