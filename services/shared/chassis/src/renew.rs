//! Reads files again when they change.

use std::time::Duration;

use crate::{Watched, chain};

/// Files that could not be used are tried again after this time even if they did not change: the read itself may have failed.
const AGAIN: Duration = Duration::from_secs(10);

/// Calls `read` each time the files have changed, for ever, on a thread that may block on a disk. Passes each outcome to
/// `report`, but not the same failure twice.
pub async fn keep_renewed<E>(
    mut files: Watched,
    read: impl Fn() -> Result<(), E> + Clone + Send + 'static,
    report: impl Fn(&Result<(), String>),
) where
    E: std::error::Error + Send + 'static,
{
    let mut failing: Option<String> = None;
    loop {
        match failing {
            None => files.changed().await,
            Some(_) => {
                let _changed_or_not = tokio::time::timeout(AGAIN, files.changed()).await;
            }
        }
        let outcome = match tokio::task::spawn_blocking(read.clone()).await {
            Ok(outcome) => outcome.map_err(|error| chain(&error)),
            Err(error) => Err(error.to_string()),
        };
        if outcome.is_ok() || outcome.as_ref().err() != failing.as_ref() {
            report(&outcome);
        }
        failing = outcome.err();
    }
}
