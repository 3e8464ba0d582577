//! The last reads of the registers, in a file with a checksum on every page: a commit is on the disk when it returns, and an
//! interrupted one is discarded.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chassis::private;
use chrono::{DateTime, TimeDelta, Utc};
use redb::backends::FileBackend;
use redb::{Database, DatabaseError, Error, ReadableDatabase, ReadableTable, TableDefinition};

use super::register::Register;
use super::{LastReadsError, Registers};

/// Registers by key, as JSON.
const REGISTERS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("registers.v1");
/// What the file says of itself.
const NAMES: TableDefinition<'_, &str, &str> = TableDefinition::new("names.v1");
/// The key of its own name.
const NAME: &str = "file";
/// The size of the page cache, in bytes.
const CACHE: usize = 4 << 20;
/// A register that was silent for longer begins anew in any case.
const FORGOTTEN: TimeDelta = TimeDelta::days(400);

type Open = Arc<dyn Fn() -> Result<Database, DatabaseError> + Send + Sync>;

/// The file. After an error it is opened again at the next use.
pub(super) struct Store {
    path: PathBuf,
    open: Open,
    database: Option<Database>,
}

impl Store {
    /// Opens the file, and creates it if it does not exist.
    pub(super) fn open(path: &Path, now: DateTime<Utc>) -> Result<Self, LastReadsError> {
        let (path, its) = (path.to_owned(), path.to_owned());
        Self::open_by(path, Arc::new(move || database(&its)), now)
    }

    /// The name of the file, which it keeps: no two files have the same.
    pub(super) fn name(&mut self) -> Result<String, LastReadsError> {
        self.with(|database| {
            let writing = database.begin_write()?;
            let name = {
                let mut table = writing.open_table(NAMES)?;
                let kept = table.get(NAME)?.map(|name| name.value().to_owned());
                let name = kept.unwrap_or_else(new_name);
                table.insert(NAME, name.as_str())?;
                name
            };
            writing.commit()?;
            Ok(name)
        })
    }

    fn open_by(path: PathBuf, open: Open, now: DateTime<Utc>) -> Result<Self, LastReadsError> {
        let mut store = Store {
            path,
            open,
            database: None,
        };
        store.with(|database| {
            let writing = database.begin_write()?;
            writing.open_table(REGISTERS)?.retain(|_, value| {
                let register = serde_json::from_slice(value).ok();
                register.is_some_and(|one: Register| now - one.last_at() <= FORGOTTEN)
            })?;
            Ok(writing.commit()?)
        })?;
        Ok(store)
    }

    /// All registers.
    pub(super) fn registers(&mut self) -> Result<Registers, LastReadsError> {
        self.with(|database| {
            let table = database.begin_read()?.open_table(REGISTERS)?;
            let mut registers = Registers::new();
            for entry in table.iter()? {
                let (key, value) = entry?;
                if let Ok(register) = serde_json::from_slice(value.value()) {
                    registers.insert(key.value().to_owned(), register);
                }
            }
            Ok(registers)
        })
    }

    /// Writes registers. On return, they are on the disk.
    pub(super) fn write(
        &mut self,
        registers: &BTreeMap<String, Register>,
    ) -> Result<(), LastReadsError> {
        if registers.is_empty() {
            return Ok(());
        }
        self.with(|database| {
            let writing = database.begin_write()?;
            {
                let mut table = writing.open_table(REGISTERS)?;
                for (key, register) in registers {
                    let text = serde_json::to_vec(register);
                    let text = text.map_err(|error| Error::Io(error.into()))?;
                    table.insert(key.as_str(), text.as_slice())?;
                }
            }
            Ok(writing.commit()?)
        })
    }

    fn with<T>(
        &mut self,
        process: impl FnOnce(&Database) -> Result<T, Error>,
    ) -> Result<T, LastReadsError> {
        let done = self.use_database(process);
        done.map_err(|source| LastReadsError::File {
            path: self.path.clone(),
            source: Box::new(source),
        })
    }

    fn use_database<T>(
        &mut self,
        process: impl FnOnce(&Database) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let database = match self.database.take() {
            Some(database) => database,
            None => (self.open)()?,
        };
        let done = process(&database)?;
        self.database = Some(database);
        Ok(done)
    }
}

/// The folder of a file.
pub(super) fn folder(path: &Path) -> &Path {
    let parent = path.parent();
    parent
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Eight hexadecimal digits by chance.
fn new_name() -> String {
    let chance = RandomState::new().build_hasher().finish();
    format!("{:08x}", chance >> 32)
}

/// Opens the database. Syncs the name of a new file to the disk before the file has any content.
fn database(path: &Path) -> Result<Database, DatabaseError> {
    let is_new = !path.exists();
    let file = private::file(path).map_err(std::io::Error::other)?;
    if is_new {
        file.sync_all()?;
        std::fs::File::open(folder(path))?.sync_all()?;
    }
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE);
    builder.create_with_backend(FileBackend::new(file)?)
}

#[cfg(test)]
mod tests;
