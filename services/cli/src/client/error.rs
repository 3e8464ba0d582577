//! Errors of requests to ingest.

use std::path::PathBuf;
use std::time::Duration;

use chassis::PrivateError;
use reqwest::StatusCode;

use super::Fault;

/// A request that got no answer about its events.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The HTTP client cannot be set up.
    #[error("cannot set up an HTTP client")]
    Build(#[source] reqwest::Error),
    /// A file for TLS cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// The I/O error.
        source: std::io::Error,
    },
    /// Users other than its owner can read the file of our key.
    #[error("cannot use our certificate and its key")]
    Key(#[source] PrivateError),
    /// A file for TLS holds something else.
    #[error(
        "{path} does not hold what TLS needs, in PEM: a certificate, and for ours its key in the same file"
    )]
    Pem {
        /// Which file.
        path: PathBuf,
    },
    /// An event cannot be written as JSON.
    #[error("cannot write the events as JSON")]
    Write(#[source] serde_json::Error),
    /// Compression failed.
    #[error("cannot compress what is to be sent")]
    Compress(#[source] std::io::Error),
    /// The address is not valid.
    #[error(
        "{url:?} is no address of an ingest; --url and GREENLEDGER_URL are written http://host:port or https://host:port"
    )]
    Url {
        /// The address that was given.
        url: String,
    },
    /// There is no token.
    #[error("no token was given; put one into GREENLEDGER_TOKEN, or say --token")]
    NoToken,
    /// The token contains characters that cannot be sent. It is not quoted.
    #[error(
        "the token holds characters that no token has; check GREENLEDGER_TOKEN or --token for line breaks and quotes"
    )]
    Unsendable,
    /// No connection, or no answer on it.
    #[error("cannot reach ingest at {url}: {}; {}", fault.text(), fault.hint())]
    Unreachable {
        /// The address of the request.
        url: String,
        /// The kind of fault.
        fault: Fault,
        /// The underlying error.
        source: reqwest::Error,
    },
    /// The status was 503 or 429 until the patience was over.
    #[error("ingest at {url} cannot take anything just now, it answers {status}{text}")]
    Busy {
        /// The address of ingest.
        url: String,
        /// Its status.
        status: StatusCode,
        /// Its title and detail, each after a colon.
        text: String,
        /// The delay that ingest asks for.
        after: Option<Duration>,
    },
    /// The status is 401.
    #[error(
        "ingest at {url} does not know the token; check GREENLEDGER_TOKEN or --token, or ask for one whose hash is in \
         its configuration"
    )]
    Token {
        /// The address of ingest.
        url: String,
    },
    /// The status is 403.
    #[error(
        "ingest at {url} forbids this to the token{text}; use a token that may, and check whether a proxy in between asks \
         for another"
    )]
    Forbidden {
        /// The address of ingest.
        url: String,
        /// Its title and detail, each after a colon.
        text: String,
    },
    /// The status is 404 for a layout of files.
    #[error(
        "ingest at {url} knows no file format {format:?}{text}; --file-format takes `events` or one of those"
    )]
    Format {
        /// The address of ingest.
        url: String,
        /// The layout that was requested.
        format: String,
        /// Its title and detail, each after a colon.
        text: String,
    },
    /// The status is 404 for a service.
    #[error("ingest at {url} knows no service {service:?}{text}; --service takes one of those")]
    Service {
        /// The address of ingest.
        url: String,
        /// The service that was requested.
        service: String,
        /// Its title and detail, each after a colon.
        text: String,
    },
    /// Any other status.
    #[error("ingest at {url} answers {status}{text}")]
    Problem {
        /// The address of ingest.
        url: String,
        /// Its status.
        status: StatusCode,
        /// Its title and detail, each after a colon.
        text: String,
    },
    /// The status is a success, but the body cannot be read.
    #[error("cannot read the answer of {url}: is it an ingest?")]
    Answer {
        /// The address that answered.
        url: String,
        /// The underlying error.
        source: serde_json::Error,
    },
}

impl ClientError {
    /// How long to wait before a retry; none if a retry would not help.
    pub(super) fn pause(&self, attempt: u32) -> Option<Duration> {
        // The pause is never zero: an ingest that keeps asking for an immediate retry would be called without end.
        let backoff = Duration::from_millis(100 << attempt.min(7));
        match self {
            ClientError::Unreachable { fault, .. } if fault.may_pass() => Some(backoff),
            ClientError::Busy { after, .. } => {
                Some(after.map_or(backoff, |after| after.max(backoff)))
            }
            _ => None,
        }
    }
}
