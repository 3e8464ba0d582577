//! Reports the state of the broker, and when certificates expire.

use chassis::{Stop, failpoint, report_every_second};
use chrono::{DateTime, TimeDelta};

use crate::state::IngestState;

/// How long before its expiry a certificate is listed in `/readyz`.
const SOON: TimeDelta = TimeDelta::days(14);

/// Reports in metrics and in `/readyz`, until `stop`.
pub(crate) async fn run(state: &IngestState, stop: &Stop) {
    let mut was_reached = false;
    let reported = report_every_second(|| {
        failpoint!("ingest.watching");
        let is_reached = state.connectivity.is_reached();
        was_reached |= is_reached;
        // Only warns in advance: the outcome of a request decides whether later requests are turned away. Before the first
        // connection to a broker, the task that waits for the broker reports this.
        if was_reached {
            let readiness = &state.health.readiness;
            state.metrics.broker.report(is_reached, readiness);
        }
        certificates(state);
    });
    let _stopped = stop.run_until_cancelled(reported).await;
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
            readiness.degraded(expiry.what, format!("ends on {day}; replace it"));
        }
    }
}
