//! Telling how an object store does.

use std::time::Duration;

use prometheus::{Gauge, IntCounter, Registry};

use crate::Readiness;

/// From when on `/readyz` names what the store does not answer.
const LONG: Duration = Duration::from_secs(10);

/// What a service tells of the store it stands on, in metrics and in `/readyz`.
#[derive(Clone)]
pub struct StoreMetrics {
    failures: IntCounter,
    longest: Gauge,
}

impl StoreMetrics {
    /// Those of the service of this name.
    pub fn new(service: &str, registry: &Registry) -> Result<Self, prometheus::Error> {
        let metrics = StoreMetrics {
            failures: IntCounter::new(
                format!("{service}_lake_failures_total"),
                "Tries that the store failed.",
            )?,
            longest: Gauge::new(
                format!("{service}_lake_longest_seconds"),
                "How long the store has not answered what it was asked first of what it has not answered.",
            )?,
        };
        registry.register(Box::new(metrics.failures.clone()))?;
        registry.register(Box::new(metrics.longest.clone()))?;
        Ok(metrics)
    }

    /// Tells how often the store failed until now, and of what it has not answered for the longest. A store that does not
    /// answer makes nobody unready: what waits for it is kept.
    pub fn tell(&self, failures: u64, longest: Option<(Duration, String)>, readiness: &Readiness) {
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
