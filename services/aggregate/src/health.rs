//! Reports the state of the store and the broker, whatever the worker waits for.

use std::time::Duration;

use bus::Connectivity;
use chassis::{Readiness, failpoint};
use lake::Lake;

use crate::gap::OpenGaps;
use crate::metrics::Metrics;

/// The interval between two reports.
const EVERY: Duration = Duration::from_secs(1);

/// The interval between two checks for acknowledged gaps.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Reports in metrics and in `/readyz`, in an endless loop.
pub(crate) async fn watch(
    lake: Lake,
    connectivity: Connectivity,
    gaps: OpenGaps,
    metrics: Metrics,
    readiness: Readiness,
) {
    let acknowledged = acknowledged(lake.clone(), gaps, metrics.clone(), readiness.clone());
    tokio::join!(tell(lake, connectivity, metrics, readiness), acknowledged);
}

/// Checks for acknowledgements in an endless loop. A separate task, so that a store that does not answer delays nothing else.
async fn acknowledged(lake: Lake, gaps: OpenGaps, metrics: Metrics, readiness: Readiness) {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    loop {
        ticks.tick().await;
        if gaps.look(&lake).await.is_ok() {
            gaps.tell(&metrics, &readiness);
        }
    }
}

async fn tell(lake: Lake, connectivity: Connectivity, metrics: Metrics, readiness: Readiness) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        failpoint!("aggregate.watching");
        metrics
            .store
            .tell(lake.failures(), lake.longest(), &readiness);
        metrics
            .broker_reachable
            .set(connectivity.is_reached().into());
        if connectivity.is_reached() {
            readiness.ready("kafka");
        } else {
            readiness.wait("kafka", "no broker answers any more");
        }
    }
}
