//! The adapter for a single process: the topics in one file. It has partitions and offsets like Kafka, but no network, no
//! groups to wait for and nothing to start. An append is on the disk before it is acknowledged. One commit takes all appends
//! that arrived while the disk wrote the previous commit. Interrupted writes are discarded.

mod client;
mod codec;
mod consumer;
mod error;
mod file;
mod follow;
mod frames;
mod progress;
mod read;
mod retention;
mod server;
mod tables;
mod writer;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use events::{Place, Topic};
use redb::Database;
use tokio::sync::{mpsc, oneshot};

pub use self::client::LogClient;
pub(crate) use self::consumer::LogConsumer;
pub use self::error::LogError;
use self::progress::Progress;
pub use self::server::LogServer;
use self::writer::{Answer, Append, Write, Writer};
use crate::{Commit, Record, StoredRecord};

/// All topics, in the order of their numbers in the file.
const TOPICS: [Topic; 9] = [
    Topic::Readings,
    Topic::Waste,
    Topic::Travel,
    Topic::Activity,
    Topic::Register,
    Topic::Footprints,
    Topic::Rejected,
    Topic::Withdrawals,
    Topic::Grid,
];

/// The capacity of the writer's queue, in requests.
const WAITING_WRITES: usize = 64;

/// The embedded log. Cheap to clone; all clones share one log.
#[derive(Clone)]
pub struct Log(Arc<Inner>);

struct Inner {
    path: PathBuf,
    /// `None` once the log is closed.
    database: RwLock<Option<Arc<Database>>>,
    progress: Arc<Progress>,
    writes: mpsc::Sender<Write>,
    writer: Mutex<Option<JoinHandle<()>>>,
    /// Groups that have a member.
    owned: Mutex<BTreeSet<String>>,
}

impl Log {
    /// Opens the log in `path`; creates it if it does not exist, readable by its owner only. Fails if another process has it
    /// open.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, LogError> {
        let path = path.into();
        let database = file::open(&path)?;
        Log::on(database, path)
    }

    fn on(database: Database, path: PathBuf) -> Result<Self, LogError> {
        let opened = tables::prepare(&database).map_err(LogError::opening(&path))?;
        let database = Arc::new(database);
        let progress = Arc::new(Progress::new(opened));
        let (writes, waiting) = mpsc::channel(WAITING_WRITES);
        let writer = Writer::new(path.clone(), database.clone(), progress.clone(), waiting);
        let writer = std::thread::Builder::new()
            .name("log-writer".to_owned())
            .spawn(move || writer.run())
            .map_err(|error| LogError::opening(&path)(redb::Error::Io(error)))?;
        Ok(Log(Arc::new(Inner {
            path,
            database: RwLock::new(Some(database)),
            progress,
            writes,
            writer: Mutex::new(Some(writer)),
            owned: Mutex::default(),
        })))
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Appends records in their order. On return, all of them are on the disk, at these places. On an error, none is.
    pub(crate) async fn append(&self, records: &[Record]) -> Result<Vec<Place>, LogError> {
        let partitions = self.0.progress.partitions();
        let append = Append::of(records, partitions)?;
        self.write(|done| Write::Append(append, done)).await
    }

    /// Fixes the number of partitions of every topic when the log is new, and afterwards checks it against the configuration.
    pub(crate) async fn ensure_partitions(&self, wanted: u32) -> Result<(), LogError> {
        let found = self.write(|done| Write::Partitions(wanted, done)).await?;
        match found == wanted {
            true => Ok(()),
            false => Err(LogError::Partitions {
                path: self.0.path.clone(),
                found,
                wanted,
            }),
        }
    }

    async fn write<T>(&self, request: impl FnOnce(Answer<T>) -> Write) -> Result<T, LogError> {
        let (done, answer) = oneshot::channel();
        let sent = self.0.writes.send(request(done)).await;
        match sent {
            Ok(()) => answer.await.unwrap_or_else(|_| Err(self.why_ended())),
            Err(_writer_gone) => Err(self.why_ended()),
        }
    }

    /// Commits offsets; blocks until they are on the disk.
    pub(crate) fn commit(&self, group: &str, commits: &[Commit]) -> Result<(), LogError> {
        let (done, answer) = oneshot::channel();
        let request = Write::Commit(group.to_owned(), commits.to_vec(), done);
        // The writer never waits for anything but the disk, so a full queue clears within moments.
        let sent = self.0.writes.blocking_send(request);
        match sent {
            Ok(()) => answer
                .blocking_recv()
                .unwrap_or_else(|_| Err(self.why_ended())),
            Err(_writer_gone) => Err(self.why_ended()),
        }
    }

    /// The offset that the next record of a partition will have.
    pub(crate) fn end(&self, topic: Topic, partition: i32) -> i64 {
        self.0.progress.end(topic, partition)
    }

    /// Returns the error once the log can no longer be written.
    pub async fn failed(&self) -> LogError {
        self.0.progress.failed().await
    }

    /// Ends the writer after its pending requests, and releases the file: once this returns, another process may open it.
    pub async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.0.writes.send(Write::Close(done)).await.is_ok() {
            let _ended_by_itself = closed.await;
        }
        let inner = self.0.clone();
        let _panicked = tokio::task::spawn_blocking(move || inner.shut_down()).await;
    }

    fn database(&self) -> Result<Arc<Database>, LogError> {
        let database = self
            .0
            .database
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        database
            .clone()
            .ok_or_else(|| LogError::Closed(self.0.path.clone()))
    }

    fn why_ended(&self) -> LogError {
        self.0
            .progress
            .failure()
            .unwrap_or_else(|| LogError::Closed(self.0.path.clone()))
    }
}

impl Inner {
    fn shut_down(&self) {
        let writer = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(writer) = writer {
            let _panicked = writer.join();
        }
        let mut database = self
            .database
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        // Running reads use the database until they end, which takes milliseconds.
        while let Some(shared) = database.take() {
            match Arc::try_unwrap(shared) {
                Ok(last) => drop(last),
                Err(shared) => {
                    database = Some(shared);
                    std::thread::yield_now();
                }
            }
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Log").field(&self.0.path).finish()
    }
}

/// Whether the topic keeps only the last record of each key.
fn is_compacted(topic: Topic) -> bool {
    matches!(topic, Topic::Footprints | Topic::Rejected | Topic::Grid)
}

/// The records read from a partition, and the offset at which to continue.
struct Stretch {
    records: Vec<StoredRecord>,
    next: i64,
}
