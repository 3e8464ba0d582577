//! Errors of the embedded log.

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The embedded log cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LogError {
    /// Another process has the file open.
    #[error("another process has the log {0}; is `greenledger up` or the demo running on it?")]
    InUse(PathBuf),
    /// The file cannot be opened.
    #[error("cannot open the log {path}")]
    Open {
        /// The path of the file.
        path: PathBuf,
        /// The error of redb or the operating system.
        #[source]
        source: Arc<redb::Error>,
    },
    /// The content of the file is not what was written.
    #[error("the log {path} is damaged: {what}; put a backup of it in its place")]
    Damaged {
        /// The path of the file.
        path: PathBuf,
        /// A description of the damage.
        what: String,
    },
    /// The file cannot be written.
    #[error("cannot write to the log {path}")]
    Write {
        /// The path of the file.
        path: PathBuf,
        /// The error of redb or the operating system.
        #[source]
        source: Arc<redb::Error>,
    },
    /// The file cannot be read.
    #[error("cannot read the log {path}")]
    Read {
        /// The path of the file.
        path: PathBuf,
        /// The error of redb or the operating system.
        #[source]
        source: Arc<redb::Error>,
    },
    /// The writer thread died.
    #[error("the thread that writes the log {0} ended")]
    WriterEnded(PathBuf),
    /// This process has closed the log.
    #[error("the log {0} is closed")]
    Closed(PathBuf),
    /// A record is too large.
    #[error("a record of {found} bytes is larger than the {most} that a topic takes")]
    TooLarge {
        /// The size of the record, in bytes.
        found: usize,
        /// The largest size allowed, in bytes.
        most: usize,
    },
    /// The topics were created with another number of partitions.
    #[error(
        "the log {path} has {found} partitions and the configuration says {wanted}; \
         events of one school would move, so set partitions = {found} under [sharding]"
    )]
    Partitions {
        /// The path of the file.
        path: PathBuf,
        /// The number of partitions it has.
        found: u32,
        /// The number of partitions it should have.
        wanted: u32,
    },
    /// The group has a member already; only one is allowed.
    #[error("group {group} of the log {path} has a member already")]
    OwnedAlready {
        /// The path of the file.
        path: PathBuf,
        /// The name of the group.
        group: String,
    },
    /// A note is too long to be stored with an offset.
    #[error("a note of {0} bytes does not fit beside an offset")]
    NoteTooLong(usize),
    /// The process that holds the log cannot be reached.
    #[error("cannot reach the process that has the log, at {socket}: {why}")]
    Unreachable {
        /// The path of its socket.
        socket: PathBuf,
        /// The error of the operating system.
        why: String,
    },
    /// The socket cannot be created.
    #[error("cannot listen at {socket} for commands run beside this process: {why}")]
    Listen {
        /// The path of the socket.
        socket: PathBuf,
        /// The error of the operating system.
        why: String,
    },
    /// The process that holds the log refused the request.
    #[error("the process that has the log refused: {0}")]
    Refused(String),
}

impl LogError {
    /// Whether the record is the cause, and no log would accept it.
    pub(crate) fn is_of_the_record(&self) -> bool {
        matches!(self, LogError::TooLarge { .. })
    }

    pub(super) fn opening(path: &Path) -> impl Fn(redb::Error) -> LogError {
        let path = path.to_owned();
        move |source| match source {
            redb::Error::DatabaseAlreadyOpen => LogError::InUse(path.clone()),
            redb::Error::Corrupted(what) => LogError::Damaged {
                path: path.clone(),
                what,
            },
            source => LogError::Open {
                path: path.clone(),
                source: Arc::new(source),
            },
        }
    }

    pub(super) fn reading(path: &Path) -> impl Fn(redb::Error) -> LogError {
        let path = path.to_owned();
        move |source| match source {
            redb::Error::Corrupted(what) => LogError::Damaged {
                path: path.clone(),
                what,
            },
            source => LogError::Read {
                path: path.clone(),
                source: Arc::new(source),
            },
        }
    }
}
