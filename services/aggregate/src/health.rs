//! Reports the state of the store and the broker, even while the worker waits.

use std::time::Duration;

use bus::Connectivity;
use chassis::{Readiness, failpoint, report_every_second};
use lake::Lake;

use crate::gap::OpenGaps;
use crate::metrics::Metrics;

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
    let reported = report_every_second(|| {
        failpoint!("aggregate.watching");
        let (failures, longest) = (lake.failures(), lake.longest());
        metrics.store.report(failures, longest, &readiness);
        metrics.broker.report(connectivity.is_reached(), &readiness);
    });
    tokio::join!(reported, acknowledged);
}

/// Checks for acknowledgements in an endless loop. A separate task, so that a store that does not answer delays nothing else.
async fn acknowledged(lake: Lake, gaps: OpenGaps, metrics: Metrics, readiness: Readiness) {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    loop {
        ticks.tick().await;
        if gaps.refresh(&lake).await.is_ok() {
            gaps.report(&metrics, &readiness);
        }
    }
}
