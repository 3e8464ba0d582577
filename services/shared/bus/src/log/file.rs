//! The file on the disk: readable by its owner only, locked while it is open.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use redb::backends::FileBackend;
use redb::{Builder, Database};

use super::LogError;

const OWNER_ONLY: u32 = 0o600;
/// The size of the page cache, in bytes.
const CACHE_BYTES: usize = 32 << 20;

/// Opens the file, and creates it if it does not exist.
pub(super) fn open(path: &Path) -> Result<Database, LogError> {
    let failed = LogError::opening(path);
    opened(path).map_err(failed)
}

fn opened(path: &Path) -> Result<Database, redb::Error> {
    let is_new = !path.exists();
    let file = fs::File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(OWNER_ONLY)
        .open(path)?;
    if is_new {
        file.sync_all()?;
        if let Some(folder) = path.parent() {
            fs::File::open(folder)?.sync_all()?;
        }
    }
    Ok(builder().create_with_backend(FileBackend::new(file)?)?)
}

pub(super) fn builder() -> Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE_BYTES);
    builder
}
