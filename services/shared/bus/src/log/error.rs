//! What can go wrong with the embedded log.

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The embedded log cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LogError {
    /// Another process has the file.
    #[error("another process has the log {0}; is `greenledger up` or the demo running on it?")]
    InUse(PathBuf),
    /// The file cannot be opened.
    #[error("cannot open the log {path}")]
    Open {
        /// Which file.
        path: PathBuf,
        /// What redb or the system said.
        #[source]
        source: Arc<redb::Error>,
    },
    /// The file is not what was written.
    #[error("the log {path} is damaged: {what}; put a backup of it in its place")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// Nothing can be written.
    #[error("cannot write to the log {path}")]
    Write {
        /// Which file.
        path: PathBuf,
        /// What redb or the system said.
        #[source]
        source: Arc<redb::Error>,
    },
    /// Nothing can be read.
    #[error("cannot read the log {path}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// What redb or the system said.
        #[source]
        source: Arc<redb::Error>,
    },
    /// The thread that writes died.
    #[error("the thread that writes the log {0} ended")]
    WriterEnded(PathBuf),
    /// This process has closed it.
    #[error("the log {0} is closed")]
    Closed(PathBuf),
    /// A record is too large.
    #[error("a record of {found} bytes is larger than the {most} that a topic takes")]
    TooLarge {
        /// How large it is.
        found: usize,
        /// How large it may be.
        most: usize,
    },
    /// The topics were made with another number of partitions.
    #[error(
        "the log {path} has {found} partitions and the configuration says {wanted}; \
         events of one school would move, so set partitions = {found} under [sharding]"
    )]
    Partitions {
        /// Which file.
        path: PathBuf,
        /// What it has.
        found: u32,
        /// What it should have.
        wanted: u32,
    },
    /// A group has one member.
    #[error("group {group} of the log {path} has a member already")]
    OwnedAlready {
        /// Which file.
        path: PathBuf,
        /// Which group.
        group: String,
    },
    /// A note is too long to stand beside an offset.
    #[error("a note of {0} bytes does not fit beside an offset")]
    NoteTooLong(usize),
    /// The process that has the log cannot be reached.
    #[error("cannot reach the process that has the log, at {socket}: {why}")]
    Unreachable {
        /// Its socket.
        socket: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The socket cannot be made.
    #[error("cannot listen at {socket} for commands run beside this process: {why}")]
    Listen {
        /// The socket.
        socket: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The process that has the log refused.
    #[error("the process that has the log refused: {0}")]
    Refused(String),
}

impl LogError {
    /// Whether a record is at fault and no log would take it.
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
