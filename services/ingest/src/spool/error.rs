//! What can go wrong with the spool.

use std::path::PathBuf;

use chassis::PrivateError;

/// The spool cannot be used, or cannot take more.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The configuration says what cannot be.
    #[error("{0}")]
    Config(String),
    /// Others than its owner can read its file, which holds what senders sent.
    #[error("cannot use the spool")]
    Private(#[source] PrivateError),
    /// Another process has it open.
    #[error("the spool {0} is in use by another process; every ingest has one of its own")]
    InUse(PathBuf),
    /// Its file is damaged: somebody has to decide about what may be left in it.
    #[error(
        "the spool {path} is damaged, and what it holds cannot be told from what it does not; \
         move it away to begin anew without it"
    )]
    Damaged {
        /// Its file.
        path: PathBuf,
        /// What redb said.
        #[source]
        source: Box<redb::Error>,
    },
    /// Its file cannot be made, read or written.
    #[error("cannot use the spool {path}")]
    Use {
        /// Its file.
        path: PathBuf,
        /// What redb said.
        #[source]
        source: Box<redb::Error>,
    },
    /// It holds as much as it may.
    #[error(
        "the spool {path} is full: it holds {held} bytes, may hold {most}, and {more} were to come"
    )]
    Full {
        /// Its file.
        path: PathBuf,
        /// What it holds, in bytes.
        held: u64,
        /// What it may hold.
        most: u64,
        /// What was to be put into it.
        more: u64,
    },
    /// No broker takes a record so large, and everything behind it would wait for ever.
    #[error("a record of {0} bytes is too large for the spool, which takes {1}")]
    TooLarge(usize, usize),
    /// A record is no text.
    #[error("a record cannot be written into the spool: {0}")]
    NoText(String),
    /// The thread that worked on it ended.
    #[error("the work on the spool was cut off")]
    Ended,
}
