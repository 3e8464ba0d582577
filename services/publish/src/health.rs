//! Reports the state of the store and the broker, independently of the tasks that wait for them.

use std::time::Duration;

use bus::Connectivity;
use chassis::{Readiness, failpoint};
use lake::Lake;

use crate::counters::Counters;

/// How often the state is reported.
const EVERY: Duration = Duration::from_secs(1);

/// Reports the state in metrics and in `/readyz`, for ever. The page works without either, so neither makes it unready.
pub(crate) async fn watch(
    lake: Lake,
    connectivity: Connectivity,
    counters: Counters,
    readiness: Readiness,
) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        failpoint!("publish.watching");
        counters
            .store
            .tell(lake.failures(), lake.longest(), &readiness);
        counters
            .broker_reachable
            .set(connectivity.is_reached().into());
        if connectivity.is_reached() {
            readiness.recovered("kafka");
        } else {
            readiness.degraded("kafka", "no broker answers; figures stay as they are");
        }
    }
}
