//! Why there is no answer from ingest.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::StatusCode;

/// A request that got no answer about its events.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The HTTP client itself.
    #[error("cannot set up an HTTP client")]
    Build(#[source] reqwest::Error),
    /// A file for TLS cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file for TLS holds something else.
    #[error(
        "{path} does not hold what TLS needs, in PEM: a certificate, and for ours its key in the same file"
    )]
    Pem {
        /// Which file.
        path: PathBuf,
    },
    /// An event that cannot be written as JSON.
    #[error("cannot write the events as JSON")]
    Write(#[source] serde_json::Error),
    /// Compression failed.
    #[error("cannot compress what is to be sent")]
    Compress(#[source] std::io::Error),
    /// Refused, unknown host, broken off, or no answer in time.
    #[error("cannot reach ingest at {url}")]
    Reach {
        /// Where it was looked for.
        url: String,
        /// What went wrong.
        source: reqwest::Error,
    },
    /// 503 or 429 until patience ended.
    #[error("ingest at {url} is busy and answers {status}; try again later")]
    Busy {
        /// Which ingest.
        url: String,
        /// Its status.
        status: StatusCode,
        /// How long it asks to be left alone.
        after: Option<Duration>,
    },
    /// 401.
    #[error("ingest at {url} does not know the token; use one of those in its configuration")]
    Token {
        /// Which ingest.
        url: String,
    },
    /// Any other status.
    #[error("ingest at {url} answers {status}{said}")]
    Problem {
        /// Which ingest.
        url: String,
        /// Its status.
        status: StatusCode,
        /// Its title and detail, each after a colon.
        said: String,
    },
    /// A success that cannot be read.
    #[error("cannot read the answer of {url}: is it an ingest?")]
    Answer {
        /// Who answered.
        url: String,
        /// What went wrong.
        source: serde_json::Error,
    },
}

impl ClientError {
    /// How long to wait before trying again; none where it would not help.
    pub(super) fn pause(&self, attempt: u32) -> Option<Duration> {
        // Never none at all: an ingest that says "at once" for ever would be asked for ever.
        let backoff = Duration::from_millis(100 << attempt.min(6));
        match self {
            ClientError::Reach { source, .. } if !source.is_builder() => Some(backoff),
            ClientError::Busy { after, .. } => {
                Some(after.map_or(backoff, |after| after.max(backoff)))
            }
            _ => None,
        }
    }
}
