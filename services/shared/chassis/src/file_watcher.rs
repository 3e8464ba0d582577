//! Files that may be replaced while a service runs.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use std::time::Duration;

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

    /// Waits until the files hold something else, and have held it for two checks: a writer may still be writing them.
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
