//! Telling how the store and the broker do, whatever the worker waits for.

use std::time::Duration;

use bus::Reach;
use chassis::Readiness;
use lake::Lake;

use crate::metrics::Metrics;

/// How often it is told.
const EVERY: Duration = Duration::from_secs(1);
/// From when on `/readyz` names what the store does not answer.
const LONG: Duration = Duration::from_secs(10);

/// Tells in metrics and in `/readyz`, for ever.
pub async fn watch(lake: Lake, reach: Reach, metrics: Metrics, readiness: Readiness) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        let (longest, what) = lake.longest().unwrap_or_default();
        let failures = lake.failures().saturating_sub(metrics.lake_failures.get());
        metrics.lake_failures.inc_by(failures);
        metrics.lake_longest.set(longest.as_secs_f64());
        if longest > LONG {
            let seconds = longest.as_secs();
            readiness.amiss("lake", format!("no answer for {seconds} s to: {what}"));
        } else {
            readiness.mended("lake");
        }
        metrics.broker_reachable.set(reach.is_reached().into());
        if reach.is_reached() {
            readiness.ready("kafka");
        } else {
            readiness.wait("kafka", "no broker answers any more");
        }
    }
}
