//! What the configuration says of the spool.

use std::path::{Path, PathBuf};

use chassis::private;
use serde::Deserialize;

use super::SpoolError;

/// Where to keep what is accepted while the broker is away.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpoolConfig {
    /// Its file, which is made if it is not there. Each ingest has its own.
    pub path: PathBuf,
    /// How much it may hold, in bytes of what is kept.
    #[serde(default = "gibibyte")]
    pub max_bytes: u64,
}

fn gibibyte() -> u64 {
    1 << 30
}

impl SpoolConfig {
    /// What can be said of it before it is used; none if nothing is wrong.
    pub(crate) fn wrong(&self) -> Option<String> {
        if self.max_bytes == 0 {
            return Some("max_bytes is at least 1".to_owned());
        }
        let folder = self.folder();
        (!folder.is_dir()).then(|| format!("there is no folder {}", folder.display()))
    }

    /// Whether the file, if it is there, can be read by its owner only: it holds what senders sent.
    pub(crate) fn check_private(&self) -> Result<(), SpoolError> {
        if self.path.exists() {
            private::check(&self.path).map_err(SpoolError::Private)?;
        }
        Ok(())
    }

    /// The folder of its file.
    pub(super) fn folder(&self) -> &Path {
        let parent = self.path.parent();
        parent
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."))
    }
}
