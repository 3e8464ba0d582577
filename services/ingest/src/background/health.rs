//! Reports the state of the broker, and when certificates expire.

use std::time::Duration;

use chassis::{Stop, failpoint};
use chrono::{DateTime, TimeDelta};

use crate::state::IngestState;

/// The interval between two reports.
const EVERY: Duration = Duration::from_secs(1);
/// How long before its expiry a certificate is listed in `/readyz`.
const SOON: TimeDelta = TimeDelta::days(14);

/// Reports in metrics and in `/readyz`, until `stop`.
pub(crate) async fn run(state: &IngestState, stop: &Stop) {
    let mut ticks = tokio::time::interval(EVERY);
    let mut was_reached = false;
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        failpoint!("ingest.watching");
        let reached = state.connectivity.is_reached();
        was_reached |= reached;
        broker(state, reached || !was_reached);
        state.metrics.broker_reachable.set(reached.into());
        certificates(state);
    }
}

/// Only warns in advance: the outcome of a request decides whether later requests are turned away. Before the first connection
/// to a broker, the task that waits for the broker reports this.
fn broker(state: &IngestState, is_well: bool) {
    let readiness = &state.health.readiness;
    match is_well {
        true => readiness.recovered("kafka"),
        false => readiness.degraded("kafka", "no broker answers"),
    }
}

fn certificates(state: &IngestState) {
    let Some(tls) = &state.tls else { return };
    let (now, readiness) = ((state.clock)(), &state.health.readiness);
    for expiry in tls.expiries() {
        state.metrics.expires(expiry);
        let ends = DateTime::from_timestamp(expiry.at, 0).unwrap_or_default();
        if ends - now > SOON {
            readiness.recovered(expiry.what);
        } else {
            let day = ends.date_naive();
            readiness.degraded(
                expiry.what,
                format!("ends on {day}; put its successor in its place"),
            );
        }
    }
}
