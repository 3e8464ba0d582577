//! The rejections that ingest lists for a sender.

use chrono::{DateTime, Utc};
use events::{EventType, Refusal, Urn};
use serde::{Deserialize, Serialize};

use super::{ClientError, IngestClient};

/// The rejections of a token's events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The rejections, the newest first.
    pub rejected: Vec<Rejection>,
    /// Whether there are older ones that are not listed.
    pub more: bool,
}

/// One event, row of a file or body that was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// When it was received.
    pub received: DateTime<Utc>,
    /// Its source; `body` if none could be read.
    pub source: String,
    /// Its id; the SHA-256 of its text if none could be read.
    pub id: String,
    /// Its type, if it is a known one.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<EventType>,
    /// The school, if it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Urn>,
    /// Its place in a supplier's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileRow>,
    /// Every reason found.
    pub refusals: Vec<Refusal>,
    /// Whether it has since been sent again or replayed, and accepted.
    pub taken_since: bool,
}

/// A row of a supplier's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRow {
    /// The layout of the file.
    pub format: String,
    /// The line, from 1.
    pub row: u64,
}

impl IngestClient {
    /// The rejections of the token's events received at `since` or later, the newest first; or those of another token's
    /// events, if ours is an operator's.
    pub async fn rejected(
        &self,
        since: Option<DateTime<Utc>>,
        limit: u16,
        as_token: Option<&str>,
    ) -> Result<Listed, ClientError> {
        let request = || {
            let mut request = self.http.get(format!("{}/v1/rejected", self.url));
            request = request.query(&[("limit", limit)]);
            if let Some(since) = since {
                request = request.query(&[("since", since.to_rfc3339())]);
            }
            if let Some(token) = as_token {
                request = request.header("x-as-token", token);
            }
            request.bearer_auth(&self.token)
        };
        self.get(request).await
    }
}
