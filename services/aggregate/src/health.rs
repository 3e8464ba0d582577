//! Telling how the store and the broker do, whatever the worker waits for.

use std::time::Duration;

use bus::Connectivity;
use chassis::{Readiness, failpoint};
use lake::Lake;

use crate::gap::OpenGaps;
use crate::metrics::Metrics;

/// How often it is told.
const EVERY: Duration = Duration::from_secs(1);

/// How often gaps are looked at, whether somebody has acknowledged them.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Tells in metrics and in `/readyz`, for ever.
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

/// Looks for acknowledgements without end. It is a task of its own, so that a store that does not answer delays nothing else.
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
