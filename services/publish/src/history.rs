//! History by event time: the figures with the times that they are about, written to any Prometheus remote-write receiver.
//! A gauge is known only since Prometheus scraped it first; a half-hour of two years ago has its place only here.
//!
//! A slice is a month of a shard (half-hours and days), or a trust (intensities by month). For each, a plan in the lake says what
//! the receiver is to have; whatever is not acknowledged is sent, after a restart too.

mod backfill;
mod client;
mod counters;
mod error;
mod intensities;
mod journal;
mod ledger_tags;
mod measured;
mod plan;
mod round;
mod series;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use chassis::{Readiness, Stop, chain};
use lake::Lake;

use crate::PublishError;
use crate::config::{Config, HistoryConfig};
use crate::footprint_store::Live;

pub use backfill::{Backfilled, backfill};
pub(crate) use counters::HistoryCounters;
pub use error::HistoryError;
use round::Historian;

/// The part in `/readyz`.
const PART: &str = "history";
/// The longest pause after a failure.
const MOST_PATIENCE: Duration = Duration::from_secs(60);

/// What the writer of the history works with.
pub(crate) struct Parts {
    pub config: Arc<Config>,
    pub lake: Lake,
    pub live: Arc<Live>,
    pub readiness: Readiness,
    pub counters: HistoryCounters,
}

/// Writes what is new until it is stopped. A failure is tried again; only a disk that cannot be written is an error.
pub(crate) async fn keep_history(
    parts: Parts,
    settings: HistoryConfig,
    stop: Stop,
) -> Result<(), PublishError> {
    tokio::select! {
        () = parts.live.caught_up() => {}
        () = stop.cancelled() => return Ok(()),
    }
    let every = Duration::from_secs(settings.every_seconds.max(1));
    let (readiness, counters) = (parts.readiness.clone(), parts.counters.clone());
    let mut historian = Historian::new(parts.config, settings, parts.lake, parts.counters)?;
    let waiting = {
        let readiness = readiness.clone();
        move |why: &str| {
            tracing::warn!(why, "the history waits for its receiver");
            readiness.degraded(PART, format!("waiting for the receiver: {why}"));
        }
    };
    let mut wait = Duration::ZERO;
    loop {
        // What is planned stays planned: stopping in the middle loses nothing.
        let slept = stop.run_until_cancelled(tokio::time::sleep(wait)).await;
        let done = match slept {
            Some(()) => {
                let round = historian.round(parts.live.footprint_store(), &waiting);
                stop.run_until_cancelled(round).await
            }
            None => None,
        };
        match done {
            None => return Ok(()),
            Some(Ok(_)) => {
                counters.written();
                match historian.refused() {
                    Some(why) => readiness.degraded(PART, why),
                    None => readiness.recovered(PART),
                }
                wait = every;
            }
            Some(Err(error)) if error.is_of_the_disk() => return Err(error.into()),
            Some(Err(error)) => {
                let why = chain(&error);
                tracing::warn!(why, "the history is not written; trying again");
                readiness.degraded(PART, format!("not written, to be tried again: {why}"));
                counters.failed();
                wait = (wait * 2).clamp(every, MOST_PATIENCE.max(every));
            }
        }
    }
}
