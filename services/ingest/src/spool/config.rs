//! The configuration of the spool.

use std::path::{Path, PathBuf};

use chassis::private;
use serde::Deserialize;

use super::SpoolError;

/// Where accepted requests are kept while the broker is away.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpoolConfig {
    /// The path of the file, which is created if it does not exist. Each ingest needs a separate file.
    pub path: PathBuf,
    /// The most that the spool may hold, in bytes of kept records.
    #[serde(default = "gibibyte")]
    pub max_bytes: u64,
}

fn gibibyte() -> u64 {
    1 << 30
}

impl SpoolConfig {
    /// An error that can be found before the spool is used; `None` if nothing is wrong.
    pub(crate) fn wrong(&self) -> Option<String> {
        if self.max_bytes == 0 {
            return Some("max_bytes is at least 1".to_owned());
        }
        let folder = self.folder();
        (!folder.is_dir()).then(|| format!("there is no folder {}", folder.display()))
    }

    /// Checks that the file, if it exists, can be read by its owner only: it holds senders' data.
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
