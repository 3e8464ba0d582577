//! Telling how the store and the broker do, whatever else waits for them.

use std::time::Duration;

use bus::Reach;
use chassis::Readiness;
use lake::Lake;

use crate::counters::Counters;

/// How often it is told.
const EVERY: Duration = Duration::from_secs(1);
/// From when on `/readyz` names what the store does not answer.
const LONG: Duration = Duration::from_secs(10);

/// Tells in metrics and in `/readyz`, for ever. The page goes on without either, so neither makes it unready.
pub(crate) async fn watch(lake: Lake, reach: Reach, counters: Counters, readiness: Readiness) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        let (longest, what) = lake.longest().unwrap_or_default();
        let failures = lake.failures().saturating_sub(counters.lake_failures.get());
        counters.lake_failures.inc_by(failures);
        counters.lake_longest.set(longest.as_secs_f64());
        if longest > LONG {
            let seconds = longest.as_secs();
            readiness.amiss("lake", format!("no answer for {seconds} s to: {what}"));
        } else {
            readiness.mended("lake");
        }
        counters.broker_reachable.set(reach.is_reached().into());
        if reach.is_reached() {
            readiness.mended("kafka");
        } else {
            readiness.amiss("kafka", "no broker answers; figures stay as they are");
        }
    }
}
