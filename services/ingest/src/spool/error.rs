//! Errors of the spool.

use std::path::PathBuf;

use chassis::PrivateError;

/// The spool cannot be used, or has no room.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The configuration has an impossible value.
    #[error("{0}")]
    Config(String),
    /// Users other than the owner can read the file, which holds senders' data.
    #[error("cannot use the spool")]
    Private(#[source] PrivateError),
    /// Another process has it open.
    #[error("the spool {0} is in use by another process; every ingest has one of its own")]
    InUse(PathBuf),
    /// The file is damaged: the operator has to decide what to do with the records that may be left in it.
    #[error(
        "the spool {path} is damaged, so it is not known what it holds; \
         move it away to begin without it"
    )]
    Damaged {
        /// The path of the file.
        path: PathBuf,
        /// The error of redb.
        #[source]
        source: Box<redb::Error>,
    },
    /// The file cannot be created, read or written.
    #[error("cannot use the spool {path}")]
    Use {
        /// The path of the file.
        path: PathBuf,
        /// The error of redb.
        #[source]
        source: Box<redb::Error>,
    },
    /// The spool is full.
    #[error(
        "the spool {path} is full: it holds {stored} bytes, may hold {most}, and {more} were to come"
    )]
    Full {
        /// The path of the file.
        path: PathBuf,
        /// The current size, in bytes.
        stored: u64,
        /// The capacity, in bytes.
        most: u64,
        /// The size of the new request, in bytes.
        more: u64,
    },
    /// No broker accepts a record of this size, so all records behind it would wait for ever.
    #[error("a record of {0} bytes is too large for the spool, which takes {1}")]
    TooLarge(usize, usize),
    /// A record is not text.
    #[error("a record cannot be written into the spool: {0}")]
    NoText(String),
    /// The thread that worked on the spool ended.
    #[error("the work on the spool was cut off")]
    Ended,
}
