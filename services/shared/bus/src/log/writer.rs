//! The only thread that writes. Requests that arrive during a commit go together into the next commit.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use events::{Place, Topic};
use redb::{Database, Error, WriteTransaction};
use tokio::sync::{mpsc, oneshot};

use super::codec::Unplaced;
use super::progress::Progress;
use super::tables::{self, Appended};
use super::{LogError, codec, retention};
use crate::Commit;

/// The largest size of a record, in bytes: the default of Kafka's brokers.
const LARGEST_RECORD: usize = 1_048_588;
/// The largest size of a note, in bytes: Kafka's `offset.metadata.max.bytes`.
const LONGEST_NOTE: usize = 4_096;
/// Once a commit has this many bytes, it takes no further request.
const COMMIT_BYTES: usize = 16 << 20;
/// The interval between two searches for records whose retention is over.
const TRIM_EVERY: Duration = Duration::from_secs(600);

pub(super) type Answer<T> = oneshot::Sender<Result<T, LogError>>;

/// A request to the writer.
pub(super) enum Write {
    Append(Append, Answer<Vec<Place>>),
    Commit(String, Vec<Commit>, Answer<()>),
    /// Fixes the number of partitions, if it is not fixed yet; the answer is the fixed number.
    Partitions(u32, Answer<u32>),
    /// Writes the requests before this one, and ends.
    Close(oneshot::Sender<()>),
}

/// Records to be appended.
pub(super) struct Append {
    records: Vec<Appended>,
    bytes: usize,
}

impl Append {
    pub(super) fn of<'a, R>(records: &'a [R], partitions: u32) -> Result<Self, LogError>
    where
        Unplaced<'a>: From<&'a R>,
    {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let time_ms = now.map_or(0, |since| since.as_millis() as i64);
        let mut append = Append {
            records: Vec::with_capacity(records.len()),
            bytes: 0,
        };
        for record in records.iter().map(Unplaced::from) {
            let bytes = codec::encode(&record, time_ms);
            if bytes.len() > LARGEST_RECORD {
                return Err(LogError::TooLarge {
                    found: bytes.len(),
                    most: LARGEST_RECORD,
                });
            }
            append.bytes += bytes.len();
            append.records.push(Appended {
                topic: record.topic,
                partition: record
                    .partition
                    .unwrap_or_else(|| partition_of_key(record.key, partitions)),
                key: record.key.to_owned(),
                is_tombstone: record.payload.is_none(),
                bytes,
            });
        }
        Ok(append)
    }
}

/// The partition of a key, by FNV-1a. Fixed for ever: a compacted topic has all records of a key in one partition.
fn partition_of_key(key: &str, partitions: u32) -> i32 {
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash % u64::from(partitions.max(1))) as i32
}

pub(super) struct Writer {
    path: PathBuf,
    database: Arc<Database>,
    progress: Arc<Progress>,
    waiting: mpsc::Receiver<Write>,
    ends: BTreeMap<(Topic, i32), i64>,
    trimmed_at: Option<Instant>,
}

/// Answers that are sent once the commit is on the disk.
type Answers = Vec<Box<dyn FnOnce(Result<(), LogError>)>>;

impl Writer {
    pub(super) fn new(
        path: PathBuf,
        database: Arc<Database>,
        progress: Arc<Progress>,
        waiting: mpsc::Receiver<Write>,
    ) -> Self {
        Writer {
            path,
            database,
            ends: progress.ends(),
            progress,
            waiting,
            trimmed_at: None,
        }
    }

    /// Writes until the log is closed, or the disk fails.
    pub(super) fn run(mut self) {
        // Readers learn of the end, whatever its cause.
        let mut ended = Ended {
            progress: self.progress.clone(),
            path: self.path.clone(),
            is_closed: false,
        };
        while let Some(first) = self.waiting.blocking_recv() {
            match self.batch(first) {
                Ok(None) => {}
                Ok(Some(close)) => {
                    ended.is_closed = true;
                    drop(self.database);
                    let _gone = close.send(());
                    return;
                }
                Err(error) => return self.progress.fail(error),
            }
        }
        ended.is_closed = true;
    }

    /// Writes `first` and the other waiting requests in one commit.
    fn batch(&mut self, first: Write) -> Result<Option<oneshot::Sender<()>>, LogError> {
        let mut answers: Answers = Vec::new();
        let mut close = None;
        let written = self
            .write(first, &mut answers, &mut close)
            .map_err(|source| LogError::Write {
                path: self.path.clone(),
                source: Arc::new(source),
            });
        if written.is_ok() {
            self.progress.set_ends(self.ends.clone());
        }
        for answer in answers {
            answer(written.clone());
        }
        written.map(|()| close)
    }

    fn write(
        &mut self,
        first: Write,
        answers: &mut Answers,
        close: &mut Option<oneshot::Sender<()>>,
    ) -> Result<(), Error> {
        if cfg!(debug_assertions) {
            fail::fail_point!("log.writing");
        }
        let writing = self.database.begin_write()?;
        let (mut next, mut bytes) = (Some(first), 0);
        while let Some(write) = next {
            match write {
                Write::Append(append, done) => {
                    bytes += append.bytes;
                    let places = tables::append(&writing, &append.records, &mut self.ends);
                    answer(answers, done, places)?;
                }
                Write::Commit(group, commits, done) => {
                    let longest = commits.iter().map(|commit| commit.note.len()).max();
                    if let Some(long) = longest.filter(|long| *long > LONGEST_NOTE) {
                        let _gone = done.send(Err(LogError::NoteTooLong(long)));
                    } else {
                        answer(answers, done, tables::commit(&writing, &group, &commits))?;
                    }
                }
                Write::Partitions(wanted, done) => {
                    let found = tables::fix_partitions(&writing, wanted)?;
                    self.progress.set_partitions(found);
                    answer(answers, done, Ok(found))?;
                }
                Write::Close(done) => {
                    *close = Some(done);
                    break;
                }
            }
            next = (bytes < COMMIT_BYTES)
                .then(|| self.waiting.try_recv().ok())
                .flatten();
        }
        tables::put_ends(&writing, &self.ends)?;
        self.trim(&writing)?;
        writing.commit()?;
        Ok(())
    }

    /// Deletes records whose retention is over, at most every `TRIM_EVERY` unless more are left.
    fn trim(&mut self, writing: &WriteTransaction) -> Result<(), Error> {
        if self.trimmed_at.is_some_and(|at| at.elapsed() < TRIM_EVERY) {
            return Ok(());
        }
        let is_more = retention::trim(writing, &self.ends, SystemTime::now())?;
        self.trimmed_at = (!is_more).then(Instant::now);
        Ok(())
    }
}

/// Queues the answer `value` for `done`, to be sent when the commit is on the disk. After an error of the file nothing of the
/// commit is on the disk, and `done` receives the error.
fn answer<T: 'static>(
    answers: &mut Answers,
    done: Answer<T>,
    value: Result<T, Error>,
) -> Result<(), Error> {
    let (value, failed) = match value {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(error)),
    };
    answers.push(Box::new(move |written| {
        if let Some(outcome) = written.map(|()| value).transpose() {
            let _gone = done.send(outcome);
        }
    }));
    failed.map_or(Ok(()), Err)
}

/// Reports that the writer has died, unless it ended as requested.
struct Ended {
    progress: Arc<Progress>,
    path: PathBuf,
    is_closed: bool,
}

impl Drop for Ended {
    fn drop(&mut self) {
        if !self.is_closed {
            self.progress.fail(LogError::WriterEnded(self.path.clone()));
        }
    }
}
