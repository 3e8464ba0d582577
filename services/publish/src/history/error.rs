//! Why the history cannot be written.

use chassis::SecretError;
use lake::LakeError;
use reqwest::StatusCode;

/// The history cannot be written now, or not as configured. Quotes no secret.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The configuration has no receiver.
    #[error("there is no [history] in the configuration")]
    NotConfigured,
    /// A setting cannot be right.
    #[error("cannot use [history] of the configuration: {0}")]
    Setting(String),
    /// A secret cannot be had.
    #[error("cannot log in to the receiver of the history")]
    Secret(#[source] SecretError),
    /// A header cannot be sent.
    #[error("history.headers: {0:?} cannot be sent as a header")]
    Header(String),
    /// A metric cannot be registered.
    #[error("cannot register a metric")]
    Metric(#[source] prometheus::Error),
    /// The HTTP client cannot be made.
    #[error("cannot make requests")]
    Client(#[source] reqwest::Error),
    /// The receiver, or the issuer of tokens, does not answer.
    #[error("cannot reach the receiver of the history")]
    Unreached(#[source] reqwest::Error),
    /// The issuer of tokens has a fault that may pass.
    #[error("the issuer of tokens answers {0}")]
    Busy(StatusCode),
    /// No token is issued.
    #[error("no token is issued for the history: {0}")]
    Token(String),
    /// The receiver takes nothing at this address, with these settings.
    #[error("the receiver of the history takes nothing as configured: {answer}")]
    Unusable {
        /// Its status.
        status: StatusCode,
        /// Its words.
        answer: String,
    },
    /// A request cannot be compressed.
    #[error("cannot compress a request")]
    Compress(#[source] snap::Error),
    /// The lake cannot be used.
    #[error("cannot use the lake")]
    Lake(#[from] LakeError),
    /// An object of the lake is not in the form that publish writes.
    #[error("cannot understand {0}")]
    Plan(String),
    /// A plan cannot be compressed.
    #[error("cannot write a plan")]
    Write(#[source] std::io::Error),
    /// Another process has planned the same slice; the next round takes its plan.
    #[error("another process writes the history of {0} too")]
    Planned(String),
    /// Rows of the ledger cannot be read.
    #[error("cannot read the ledger's rows of {0}")]
    Rows(String, #[source] polars::error::PolarsError),
    /// A task ended without being stopped.
    #[error("a task of the history ended by itself")]
    Task(#[from] tokio::task::JoinError),
}

impl HistoryError {
    /// Whether only another configuration, here or at the receiver, can mend it.
    pub(crate) fn is_configuration(&self) -> bool {
        !matches!(self, HistoryError::Unreached(_) | HistoryError::Busy(_))
    }

    /// Whether this machine's own disk is full or may not be written.
    pub(crate) fn is_of_the_disk(&self) -> bool {
        matches!(self, HistoryError::Lake(LakeError::Disk { .. }))
    }
}
