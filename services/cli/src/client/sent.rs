//! What is sent besides events: suppliers' files, the intensity of the grid, and payloads of services.

use chrono::{DateTime, FixedOffset};
use ingest::PartOf;

use super::ascii::ascii;
use super::{Answer, ClientError, IngestClient, Named, Post, compressed};

impl IngestClient {
    /// Sends a supplier's file in a layout that ingest knows as `format`. Its time of issue is the end of its last reading.
    pub async fn send_file(&self, format: &str, bytes: &[u8]) -> Result<Answer, ClientError> {
        self.send_file_issued(Some(format), bytes, None).await
    }

    /// The same with an explicit time of issue: its values replace those of files issued earlier. Without a format the file's
    /// header says it.
    pub async fn send_file_issued(
        &self,
        format: Option<&str>,
        bytes: &[u8],
        issued: Option<DateTime<FixedOffset>>,
    ) -> Result<Answer, ClientError> {
        self.post(&Post {
            issued,
            as_token: None,
            named: format.map(Named::Format),
            part: None,
            query: &[],
            path: match format {
                Some(format) => format!("/v1/files/{format}"),
                None => "/v1/files".to_owned(),
            },
            content_type: "text/csv",
            body: compressed(bytes).map_err(ClientError::Compress)?,
        })
        .await
    }

    /// Sends a part of a large file, which is compressed already.
    pub(crate) async fn send_part(
        &self,
        format: &str,
        body: Vec<u8>,
        issued: Option<DateTime<FixedOffset>>,
        part: &PartOf,
    ) -> Result<Answer, ClientError> {
        let part = serde_json::to_string(part).map_err(ClientError::Write)?;
        self.post(&Post {
            issued,
            as_token: None,
            named: Some(Named::Format(format)),
            part: Some(ascii(&part)),
            path: format!("/v1/files/{format}"),
            query: &[],
            content_type: "text/csv",
            body,
        })
        .await
    }

    /// Sends an answer of NESO's Carbon Intensity API as it came. Without a time of issue it counts as fetched now.
    pub async fn send_grid(
        &self,
        answer: &[u8],
        issued: Option<DateTime<FixedOffset>>,
    ) -> Result<Answer, ClientError> {
        self.post(&Post {
            issued,
            as_token: None,
            named: None,
            part: None,
            path: "/v1/grid".to_owned(),
            query: &[],
            content_type: "application/json",
            body: compressed(answer).map_err(ClientError::Compress)?,
        })
        .await
    }

    /// Sends the payload of a service as it came, with the parameters that the payload needs.
    pub async fn send_payload(
        &self,
        service: &str,
        parameters: &[(String, String)],
        bytes: &[u8],
        issued: Option<DateTime<FixedOffset>>,
    ) -> Result<Answer, ClientError> {
        self.post(&Post {
            issued,
            as_token: None,
            named: Some(Named::Service(service)),
            part: None,
            path: format!("/v1/services/{service}"),
            query: parameters,
            content_type: "application/json",
            body: compressed(bytes).map_err(ClientError::Compress)?,
        })
        .await
    }
}
