//! Telling how the store and the broker do, whatever the worker waits for.

use std::time::Duration;

use bus::Reach;
use chassis::{Readiness, failpoint};
use lake::Lake;

use crate::metrics::Metrics;

/// How often it is told.
const EVERY: Duration = Duration::from_secs(1);

/// Tells in metrics and in `/readyz`, for ever.
pub async fn watch(lake: Lake, reach: Reach, metrics: Metrics, readiness: Readiness) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        failpoint!("aggregate.watching");
        metrics
            .store
            .tell(lake.failures(), lake.longest(), &readiness);
        metrics.broker_reachable.set(reach.is_reached().into());
        if reach.is_reached() {
            readiness.ready("kafka");
        } else {
            readiness.wait("kafka", "no broker answers any more");
        }
    }
}
