//! Results: the tables of each trust and period as Parquet, JSON and CSV in object storage, with a manifest that tells a
//! reader which objects belong together.

mod few_at_once;
mod manifest;
mod read;
mod state;
mod stored;
mod write;

use std::sync::Arc;
use std::time::Duration;

use chassis::{Readiness, Stop, chain};
use lake::Lake;
use write::{Round, Writer};

use crate::PublishError;
use crate::config::Config;
use crate::counters::Counters;
use crate::footprint_store::Live;

pub use manifest::{Manifest, ManifestObject};
pub use read::Published;
pub use state::State;

/// The longest pause between retries: results follow within a minute of the store's return, however long it was away.
const MOST_PATIENCE: Duration = Duration::from_secs(60);
/// After this time `/readyz` reports that results are not written yet.
const SLOW: Duration = Duration::from_secs(10);
pub(crate) const PART: &str = "results";

/// Writes what has changed until it is stopped, and then once more. A failed write is retried; only a disk that cannot be
/// written is an error.
pub(crate) async fn keep_written(
    config: Arc<Config>,
    lake: Lake,
    live: Arc<Live>,
    readiness: Readiness,
    counters: Counters,
    stop: Stop,
) -> Result<(), PublishError> {
    let every = Duration::from_secs(config.results_every_seconds.max(1));
    tokio::select! {
        () = live.caught_up() => {}
        () = stop.cancelled() => return Ok(()),
    }
    let mut writer = Writer::new(lake);
    let mut wait = Duration::ZERO;
    loop {
        let stopped = tokio::select! {
            () = tokio::time::sleep(wait) => false,
            () = stop.cancelled() => true,
        };
        let mut round = Round::default();
        let written = {
            let writing = writer.write(&config, &live, &mut round);
            report_when_slow(writing, every.max(SLOW), &readiness).await
        };
        counters.results_written.inc_by(round.written);
        counters.results_overwritten.inc_by(round.overwritten);
        match written {
            Ok(()) => {
                counters
                    .results_last_written
                    .set(chrono::Utc::now().timestamp() as f64);
                readiness.recovered(PART);
                wait = every;
            }
            Err(error) if error.is_of_the_disk() => return Err(error),
            Err(error) => {
                let cause = chain(&error);
                tracing::warn!(error = cause, "results are not written; trying again");
                counters.results_failed.inc();
                readiness.degraded(PART, format!("not written, to be tried again: {cause}"));
                wait = (wait * 2).clamp(every, MOST_PATIENCE.max(every));
            }
        }
        if stopped {
            return Ok(());
        }
    }
}

/// Reports a slow write as degraded: a store that does not answer causes no error for minutes.
async fn report_when_slow<T>(
    writing: impl Future<Output = T>,
    slow: Duration,
    readiness: &Readiness,
) -> T {
    let mut writing = std::pin::pin!(writing);
    if let Ok(written) = tokio::time::timeout(slow, writing.as_mut()).await {
        return written;
    }
    readiness.degraded(PART, "the store takes its time; what is written is old");
    writing.await
}

#[cfg(test)]
mod tests;
