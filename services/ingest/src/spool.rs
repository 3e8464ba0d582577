//! Holds requests while the broker is away, in a separate, bounded file with a checksum on every page. A request is on the disk
//! before the sender is answered. Interrupted writes, by a kill or a power cut, are discarded.
//!
//! A copy of the register is kept in the same file, so that a service restarted while the broker is away can still judge
//! events.

mod config;
mod error;
mod file;
pub(crate) mod record;

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bus::{Record, StoredRecord};
use chassis::{Readiness, private};
use chrono::{DateTime, SecondsFormat, Utc};
use redb::backends::FileBackend;
use redb::{Builder, Database, DatabaseError};
use tokio::sync::Notify;

use crate::metrics::SpoolMetrics;
use crate::records::registration;
use crate::register::Registered;

pub use config::SpoolConfig;
pub use error::SpoolError;

pub(crate) use file::Row;

use file::{Contents, File};
use record::Line;

/// The name in `/readyz` of the report on the spool.
pub(crate) const SPOOL: &str = "spool";

/// The size of the page cache, in bytes.
const CACHE: usize = 16 << 20;
/// The largest record, in bytes. A broker accepts 1,048,588 bytes by default, and a record that it rejects would block all
/// records behind it for ever.
const LARGEST_RECORD: usize = 1_000_000;
/// The most bytes read at a time.
const BATCH: usize = 1 << 20;

/// The spool. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Spool(Arc<Inner>);

struct Inner {
    config: SpoolConfig,
    file: Mutex<File>,
    contents: Mutex<Contents>,
    register_whole: AtomicBool,
    /// Whether a request did not fit, and nothing was drained since.
    full: AtomicBool,
    /// Notified when the spool is no longer empty.
    filled: Notify,
    metrics: SpoolMetrics,
}

impl Spool {
    /// Opens the file, and creates it if it does not exist. Reads the whole file once, to verify every checksum.
    pub(crate) fn open(config: &SpoolConfig, metrics: &SpoolMetrics) -> Result<Self, SpoolError> {
        if let Some(wrong) = config.wrong() {
            return Err(SpoolError::Config(wrong));
        }
        config.check_private()?;
        let its = config.clone();
        Self::open_by(config, metrics, Box::new(move || database(&its)))
    }

    fn open_by(
        config: &SpoolConfig,
        metrics: &SpoolMetrics,
        open: file::Open,
    ) -> Result<Self, SpoolError> {
        let failed = |error| named(&config.path, error);
        let mut file = File::open(open).map_err(failed)?;
        let contents = file.contents().map_err(failed)?;
        let (_, whole) = file.register().map_err(failed)?;
        metrics.may_hold(config.max_bytes);
        let spool = Spool(Arc::new(Inner {
            config: config.clone(),
            file: Mutex::new(file),
            contents: Mutex::default(),
            register_whole: AtomicBool::new(whole),
            full: AtomicBool::new(false),
            filled: Notify::new(),
            metrics: metrics.clone(),
        }));
        spool.0.set_contents(contents);
        Ok(spool)
    }

    /// Whether the spool is empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.now().records == 0
    }

    /// Reports in `/readyz` how much waits. Every change of the content is followed by a call; the last caller reports the
    /// current state.
    pub(crate) fn report(&self, readiness: &Readiness) {
        let contents = self
            .0
            .contents
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match contents.records {
            0 => readiness.recovered(SPOOL),
            _ => readiness.degraded(SPOOL, self.describe(&contents)),
        }
        if !self.0.full.load(Ordering::Relaxed) {
            readiness.ready(SPOOL);
        }
    }

    fn describe(&self, contents: &Contents) -> String {
        let since = contents
            .oldest
            .map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
        format!(
            "{} records wait in {}, {} of {} bytes, since {}",
            contents.records,
            self.0.config.path.display(),
            contents.bytes,
            self.0.config.max_bytes,
            since.as_deref().unwrap_or("never")
        )
    }

    /// Appends a request. On return, the request is on the disk.
    pub(crate) async fn push(
        &self,
        records: Vec<Record>,
        now: DateTime<Utc>,
    ) -> Result<(), SpoolError> {
        self.on_its_thread(move |inner| inner.push(&records, now))
            .await
    }

    /// The first rows, each with the number of its request.
    pub(crate) async fn first(&self) -> Result<Vec<(u64, Row)>, SpoolError> {
        self.on_its_thread(|inner| inner.with_file(|file| file.first(BATCH)))
            .await
    }

    /// Removes the first `count` rows, which held `records` records.
    pub(crate) async fn remove_first(
        &self,
        count: usize,
        records: usize,
    ) -> Result<(), SpoolError> {
        self.on_its_thread(move |inner| {
            inner.with_file(|file| {
                let contents = file.remove_first(count)?;
                inner.set_contents(contents);
                inner.full.store(false, Ordering::Relaxed);
                Ok(())
            })?;
            inner.metrics.drained(records as u64);
            Ok(())
        })
        .await
    }

    /// Returns once the spool is not empty.
    pub(crate) async fn filled(&self) {
        while self.is_empty() {
            self.0.filled.notified().await;
        }
    }

    /// Whether the copy of the register was ever complete.
    pub(crate) fn knows_register(&self) -> bool {
        self.0.register_whole.load(Ordering::Relaxed)
    }

    /// The copy of the register.
    pub(crate) fn register(&self) -> Result<Vec<Registered>, SpoolError> {
        let (lines, _) = self.0.with_file(File::register)?;
        let read = |line: &String| {
            let line = Line::read(line).ok()?;
            registration(|name| line.header(name), line.payload())
        };
        Ok(lines.iter().filter_map(read).collect())
    }

    /// Copies registrations that are on Kafka.
    pub(crate) async fn remember(&self, records: Vec<StoredRecord>) -> Result<(), SpoolError> {
        self.on_its_thread(move |inner| {
            // A record that is not text is not a registration either.
            let lines = records
                .iter()
                .filter_map(|record| written(Line::of_stored(record)).ok());
            let copied = registrations(&lines.collect::<Vec<_>>());
            inner.with_file(|file| file.remember(&copied))
        })
        .await
    }

    /// Records that the whole register was copied.
    pub(crate) async fn register_whole(&self) -> Result<(), SpoolError> {
        if self.knows_register() {
            return Ok(());
        }
        self.on_its_thread(|inner| inner.with_file(File::register_whole))
            .await?;
        self.0.register_whole.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Runs `process` on a thread that may wait for a disk.
    async fn on_its_thread<T: Send + 'static>(
        &self,
        process: impl FnOnce(&Inner) -> Result<T, SpoolError> + Send + 'static,
    ) -> Result<T, SpoolError> {
        let inner = self.0.clone();
        let done = tokio::task::spawn_blocking(move || process(&inner)).await;
        done.unwrap_or(Err(SpoolError::Ended))
    }
}

impl Inner {
    fn push(&self, records: &[Record], now: DateTime<Utc>) -> Result<(), SpoolError> {
        let lines = records.iter().map(|record| written(Line::of(record)));
        let lines: Vec<_> = lines.collect::<Result<_, _>>()?;
        if let Some((_, line)) = lines.iter().find(|(_, line)| line.len() > LARGEST_RECORD) {
            return Err(SpoolError::TooLarge(line.len(), LARGEST_RECORD));
        }
        let registrations = registrations(&lines);
        let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
        let rows = record::rows(&lines, now);
        let more = rows.iter().map(|row| row.text.len() as u64).sum::<u64>();
        let (path, most) = (&self.config.path, self.config.max_bytes);
        let mut file = self.file();
        let failed = |error| named(path, error);
        let stored = file.contents().map_err(failed)?.bytes;
        if stored.saturating_add(more) > most {
            self.full.store(true, Ordering::Relaxed);
            return Err(SpoolError::Full {
                path: path.clone(),
                stored,
                most,
                more,
            });
        }
        let contents = file.append(&rows, &registrations).map_err(failed)?;
        self.set_contents(contents);
        self.metrics.spooled(records.len() as u64);
        Ok(())
    }

    fn with_file<T>(
        &self,
        process: impl FnOnce(&mut File) -> Result<T, redb::Error>,
    ) -> Result<T, SpoolError> {
        process(&mut self.file()).map_err(|error| named(&self.config.path, error))
    }

    fn file(&self) -> std::sync::MutexGuard<'_, File> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Contents {
        *self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Called while the caller holds the file, so that the reported numbers match its content.
    fn set_contents(&self, contents: Contents) {
        *self.contents.lock().unwrap_or_else(PoisonError::into_inner) = contents;
        self.metrics
            .set_contents(contents.records, contents.bytes, contents.oldest);
        if contents.records > 0 {
            self.filled.notify_one();
        }
    }
}

/// A record as a line, with its identity if it is a registration.
fn written(
    line: Result<Line<'_>, std::str::Utf8Error>,
) -> Result<(Option<String>, String), SpoolError> {
    let line = line.map_err(|error| SpoolError::NoText(error.to_string()))?;
    let text = line.to_json();
    let text = text.map_err(|error| SpoolError::NoText(error.to_string()))?;
    Ok((line.identity(), text))
}

/// The registrations to add to the copy of the register.
fn registrations(lines: &[(Option<String>, String)]) -> Vec<(String, String)> {
    let of_register = |(identity, line): &(Option<String>, String)| {
        identity.clone().map(|identity| (identity, line.clone()))
    };
    lines.iter().filter_map(of_register).collect()
}

/// Opens the database. Syncs the name of a new file to the disk before the file has any content.
fn database(config: &SpoolConfig) -> Result<Database, DatabaseError> {
    let is_new = !config.path.exists();
    let file = private::file(&config.path).map_err(std::io::Error::other)?;
    if is_new {
        file.sync_all()?;
        fs::File::open(config.folder())?.sync_all()?;
    }
    builder().create_with_backend(FileBackend::new(file)?)
}

fn builder() -> Builder {
    let mut builder = Database::builder();
    builder
        .set_cache_size(CACHE)
        .set_check_integrity_on_open(true);
    builder
}

fn named(path: &std::path::Path, error: redb::Error) -> SpoolError {
    let path: PathBuf = path.to_owned();
    match error {
        redb::Error::DatabaseAlreadyOpen => SpoolError::InUse(path),
        redb::Error::Corrupted(_) | redb::Error::RepairAborted => SpoolError::Damaged {
            path,
            source: Box::new(error),
        },
        // The error of redb for a file that is not a redb file.
        redb::Error::Io(ref io) if io.kind() == std::io::ErrorKind::InvalidData => {
            SpoolError::Damaged {
                path,
                source: Box::new(error),
            }
        }
        _ => SpoolError::Use {
            path,
            source: Box::new(error),
        },
    }
}

#[cfg(test)]
mod tests;
