//! Sends events and files to ingest, and waits where ingest asks to. Knows nothing of what it sends.

mod answer;
mod error;

#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset};
use events::Event;
use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Certificate, Identity, Response, StatusCode};

pub use self::answer::{Answer, Note, Refused};
pub use self::error::ClientError;

use self::answer::Problem;

/// As long as one request is tried again in all.
const PATIENCE: Duration = Duration::from_secs(60);

/// As long as ingest may take over one request.
const TIMEOUT: Duration = Duration::from_secs(120);

/// A client of one ingest, with one token.
#[derive(Clone)]
pub struct IngestClient {
    http: reqwest::Client,
    url: String,
    token: String,
    patience: Duration,
}

/// What is posted, and where.
struct Post<'a> {
    /// When the file was issued, if that is said.
    issued: Option<DateTime<FixedOffset>>,
    /// The token to judge it by, if not our own.
    as_token: Option<&'a str>,
    path: String,
    content_type: &'a str,
    /// Compressed.
    body: Vec<u8>,
}

impl IngestClient {
    /// A client of the ingest at `url`, such as `http://localhost:8080`.
    pub fn new(url: &str, token: impl Into<String>) -> Result<Self, ClientError> {
        Self::over_tls(url, token, None, None)
    }

    /// The same for an ingest with TLS of its own: `ca` is an authority to trust beside those the machine does, and
    /// `certificate` what is shown, with its key in the same file. Both are PEM.
    pub fn over_tls(
        url: &str,
        token: impl Into<String>,
        ca: Option<&Path>,
        certificate: Option<&Path>,
    ) -> Result<Self, ClientError> {
        let mut http = reqwest::Client::builder().timeout(TIMEOUT);
        if let Some(path) = ca {
            http = http.add_root_certificate(pem(path, Certificate::from_pem)?);
        }
        if let Some(path) = certificate {
            http = http.identity(pem(path, Identity::from_pem)?);
        }
        Ok(IngestClient {
            http: http.build().map_err(ClientError::Build)?,
            url: url.trim_end_matches('/').to_owned(),
            token: token.into(),
            patience: PATIENCE,
        })
    }

    /// Sends events as one request. The answer says how many were accepted and why others were not; an error says that
    /// nothing is known to be kept, and sending the same again does no harm.
    pub async fn send(&self, events: &[Event]) -> Result<Answer, ClientError> {
        if events.is_empty() {
            return Ok(Answer::default());
        }
        let lines: Result<Vec<String>, _> = events.iter().map(Event::to_json).collect();
        self.send_lines(&lines.map_err(ClientError::Write)?).await
    }

    /// Sends events that are JSON already, one a line.
    pub async fn send_lines(&self, lines: &[impl AsRef<str>]) -> Result<Answer, ClientError> {
        self.send_lines_by(lines, None).await
    }

    /// The same, judged by the authority of the token that is called so and recorded as its own. Unless that is ours, ours
    /// has to be an operator's.
    pub async fn send_lines_as(
        &self,
        lines: &[impl AsRef<str>],
        token: &str,
    ) -> Result<Answer, ClientError> {
        self.send_lines_by(lines, Some(token)).await
    }

    async fn send_lines_by(
        &self,
        lines: &[impl AsRef<str>],
        as_token: Option<&str>,
    ) -> Result<Answer, ClientError> {
        let mut text = String::new();
        for line in lines {
            text.push_str(line.as_ref());
            text.push('\n');
        }
        self.post(&Post {
            issued: None,
            as_token,
            path: "/v1/events".to_owned(),
            content_type: "application/x-ndjson",
            body: compressed(text.as_bytes()).map_err(ClientError::Compress)?,
        })
        .await
    }

    /// Sends a supplier's file in a layout that ingest knows as `format`, issued when its last reading ended.
    pub async fn send_file(&self, format: &str, bytes: &[u8]) -> Result<Answer, ClientError> {
        self.send_file_issued(format, bytes, None).await
    }

    /// The same, issued at a time of its own: what it says stands over what files issued earlier say.
    pub async fn send_file_issued(
        &self,
        format: &str,
        bytes: &[u8],
        issued: Option<DateTime<FixedOffset>>,
    ) -> Result<Answer, ClientError> {
        self.post(&Post {
            issued,
            as_token: None,
            path: format!("/v1/files/{format}"),
            content_type: "text/csv",
            body: compressed(bytes).map_err(ClientError::Compress)?,
        })
        .await
    }

    /// Tries until there is an answer, an error that trying again cannot mend, or patience ends. A request may have been
    /// kept although its answer was lost: sent again it adds nothing, because ids are the same.
    async fn post(&self, post: &Post<'_>) -> Result<Answer, ClientError> {
        let began = Instant::now();
        let mut attempt = 0;
        loop {
            let error = match self.attempt(post).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let pause = error.pause(attempt);
            let in_time = |pause: &Duration| began.elapsed() + *pause <= self.patience;
            let Some(pause) = pause.filter(in_time) else {
                return Err(error);
            };
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, post: &Post<'_>) -> Result<Answer, ClientError> {
        let request = self
            .http
            .post(format!("{}{}", self.url, post.path))
            .bearer_auth(&self.token)
            .header(CONTENT_TYPE, post.content_type)
            .header(CONTENT_ENCODING, "gzip")
            .body(post.body.clone());
        let request = match post.issued {
            Some(issued) => request.header("x-issued", issued.to_rfc3339()),
            None => request,
        };
        let request = match post.as_token {
            Some(token) => request.header("x-as-token", token),
            None => request,
        };
        let response = request.send().await.map_err(|source| ClientError::Reach {
            url: self.url.clone(),
            source,
        })?;
        self.read(response).await
    }

    async fn read(&self, response: Response) -> Result<Answer, ClientError> {
        let status = response.status();
        let after = response.headers().get(RETRY_AFTER);
        let after = after.and_then(|seconds| seconds.to_str().ok()?.trim().parse().ok());
        let url = self.url.clone();
        let body = response.bytes().await;
        let body = body.map_err(|source| ClientError::Reach { url, source })?;
        let answer = serde_json::from_slice(&body);
        let url = self.url.clone();
        if status.is_success() {
            return answer.map_err(|source| ClientError::Answer { url, source });
        }
        // Every event was refused: the problem holds what the answer would.
        if let (StatusCode::UNPROCESSABLE_ENTITY, Ok(answer)) = (status, answer) {
            return Ok(answer);
        }
        // What stands between us and ingest answers in its own way: then the status has to say it.
        let problem: Problem = serde_json::from_slice(&body).unwrap_or_default();
        match status {
            StatusCode::UNAUTHORIZED => Err(ClientError::Token { url }),
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                let after = after.map(Duration::from_secs);
                Err(ClientError::Busy { url, status, after })
            }
            _ => Err(ClientError::Problem {
                url,
                status,
                said: problem.said(),
            }),
        }
    }
}

/// What a PEM file holds. Why it cannot be read is left out: the reason may quote a key.
fn pem<T>(path: &Path, read: fn(&[u8]) -> reqwest::Result<T>) -> Result<T, ClientError> {
    let path = path.to_owned();
    match std::fs::read(&path) {
        Ok(text) => read(&text).map_err(|_| ClientError::Pem { path }),
        Err(source) => Err(ClientError::Read { path, source }),
    }
}

fn compressed(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}
