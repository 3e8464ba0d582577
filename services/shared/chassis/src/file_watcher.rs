//! Files that may be replaced while a service runs.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use std::time::Duration;

use crate::chain;

/// The time between two checks.
const EVERY: Duration = Duration::from_secs(1);

/// Files that are checked repeatedly by their content. So it does not matter whether a file is written to, replaced, or reached
/// by a link that moves, as Kubernetes does it.
pub struct Watched {
    paths: Vec<PathBuf>,
    known: u64,
}

impl Watched {
    /// Notes the current content of the files. Call this before reading them, so that no change in between is missed.
    pub fn new(paths: Vec<PathBuf>) -> Self {
        let known = fingerprint(&paths);
        Watched { paths, known }
    }

    /// Waits until the files have other content, and have had it for two checks: a writer may still be writing them.
    pub async fn changed(&mut self) {
        let mut before = self.known;
        loop {
            tokio::time::sleep(EVERY).await;
            let paths = self.paths.clone();
            let looked = tokio::task::spawn_blocking(move || fingerprint(&paths)).await;
            let now = looked.unwrap_or(self.known);
            if now != self.known && now == before {
                self.known = now;
                return;
            }
            before = now;
        }
    }
}

/// A hash of the files' content. A file that cannot be read counts as one fixed content.
fn fingerprint(paths: &[PathBuf]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        std::fs::read(path).ok().hash(&mut hasher);
    }
    hasher.finish()
}

/// Files that could not be used are tried again after this time even if they did not change: the read itself may have failed.
const AGAIN: Duration = Duration::from_secs(10);

/// Calls `read` after each change of the files, until the process ends, on a thread that may block on a disk. Passes each outcome to
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_file_that_is_replaced_removed_or_there_again_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokens.toml");
        std::fs::write(&file, "one").unwrap();
        let mut watched = Watched::new(vec![file.clone()]);
        let quiet = tokio::time::timeout(EVERY * 10, watched.changed()).await;
        assert!(quiet.is_err(), "nothing changed");
        // The same length, and perhaps written within the same tick of the file system's clock.
        std::fs::write(&file, "two").unwrap();
        watched.changed().await;
        std::fs::remove_file(&file).unwrap();
        watched.changed().await;
        std::fs::write(folder.path().join("new"), "three").unwrap();
        std::fs::rename(folder.path().join("new"), &file).unwrap();
        watched.changed().await;
    }
}
