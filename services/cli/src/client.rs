//! Sends events and files to ingest, and waits where ingest asks to. Knows nothing of what it sends.

mod answer;
mod error;
mod fault;
mod rejected;

#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chassis::private;
use chrono::{DateTime, FixedOffset};
use events::Event;
use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Certificate, Identity, Response, StatusCode, Url};

pub use self::answer::{Answer, Note, Refused};
pub use self::error::ClientError;
pub use self::fault::Fault;
pub use self::rejected::{FileRow, Listed, Rejection};

use self::answer::Problem;
use self::fault::Names;

/// As long as one request is tried again in all.
const PATIENCE: Duration = Duration::from_secs(60);

/// As long as a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);

/// As long as ingest may take over one request.
const TIMEOUT: Duration = Duration::from_secs(120);

/// A client of one ingest, with one token.
#[derive(Clone)]
pub struct IngestClient {
    http: reqwest::Client,
    url: String,
    token: String,
    patience: Duration,
    waiting: Option<Arc<OnWait>>,
}

/// What is told of every wait.
type OnWait = dyn Fn(&Waiting<'_>) + Send + Sync;

/// A request that is to be sent again after a pause.
pub struct Waiting<'a> {
    /// Why it got no answer.
    pub why: &'a ClientError,
    /// How long the pause is.
    pub pause: Duration,
    /// How long it goes on being sent again after that.
    pub left: Duration,
}

/// What is posted, and where.
struct Post<'a> {
    /// When the file was issued, if that is said.
    issued: Option<DateTime<FixedOffset>>,
    /// The token to judge it by, if not our own.
    as_token: Option<&'a str>,
    path: String,
    /// The layout of a supplier's file.
    format: Option<&'a str>,
    content_type: &'a str,
    /// Compressed.
    body: Vec<u8>,
}

/// An answer, read whole.
struct Answered {
    status: StatusCode,
    /// For how many seconds we are asked to leave it alone.
    after: Option<u64>,
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
        let token = token.into();
        let is_address = |url: &Url| ["http", "https"].contains(&url.scheme()) && url.has_host();
        let parsed = Url::parse(url).ok().filter(is_address);
        let address = parsed.ok_or_else(|| ClientError::Url {
            url: url.to_owned(),
        })?;
        if HeaderValue::from_str(&token).is_err() {
            return Err(ClientError::Unsendable);
        }
        let mut http = reqwest::Client::builder()
            // Reading the certificates of the machine takes longer than a request.
            .tls_built_in_root_certs(address.scheme() == "https")
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT)
            .dns_resolver(Arc::new(Names));
        if let Some(path) = ca {
            http = http.add_root_certificate(pem(path, Certificate::from_pem)?);
        }
        if let Some(path) = certificate {
            private::check(path).map_err(ClientError::Key)?;
            http = http.identity(pem(path, Identity::from_pem)?);
        }
        Ok(IngestClient {
            http: http.build().map_err(ClientError::Build)?,
            url: url.trim_end_matches('/').to_owned(),
            token,
            patience: PATIENCE,
            waiting: None,
        })
    }

    /// The same, but a request is sent again for so long, and `waiting` is told of every pause.
    pub fn patient_for(
        self,
        patience: Duration,
        waiting: impl Fn(&Waiting<'_>) + Send + Sync + 'static,
    ) -> Self {
        IngestClient {
            patience,
            waiting: Some(Arc::new(waiting)),
            ..self
        }
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
            format: None,
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
            format: Some(format),
            path: format!("/v1/files/{format}"),
            content_type: "text/csv",
            body: compressed(bytes).map_err(ClientError::Compress)?,
        })
        .await
    }

    /// Tries until there is an answer, an error that trying again cannot mend, or patience ends. A request may have been
    /// kept although its answer was lost: sent again it adds nothing, because ids are the same.
    async fn post(&self, post: &Post<'_>) -> Result<Answer, ClientError> {
        self.patiently(async || self.attempt(post).await).await
    }

    async fn patiently<T>(
        &self,
        ask: impl AsyncFn() -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        let began = Instant::now();
        let mut attempt = 0;
        loop {
            let error = match ask().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let left = |pause: Duration| self.patience.checked_sub(began.elapsed() + pause);
            let pause = error.pause(attempt);
            let Some((pause, left)) = pause.and_then(|pause| Some((pause, left(pause)?))) else {
                return Err(error);
            };
            if let Some(waiting) = &self.waiting {
                let why = &error;
                waiting(&Waiting { why, pause, left });
            }
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
        let response = request.send().await;
        let response = response.map_err(|source| self.unreached(source))?;
        self.read(response, post).await
    }

    fn unreached(&self, source: reqwest::Error) -> ClientError {
        ClientError::Unreachable {
            url: self.url.clone(),
            fault: Fault::of(&source),
            source,
        }
    }

    async fn read(&self, response: Response, post: &Post<'_>) -> Result<Answer, ClientError> {
        let answered = self.answered(response).await?;
        let answer = serde_json::from_slice(&answered.body);
        if answered.status.is_success() {
            let url = self.url.clone();
            return answer.map_err(|source| ClientError::Answer { url, source });
        }
        // Every event was refused, whatever for: the problem holds what the answer would.
        let of_events = [
            StatusCode::BAD_REQUEST,
            StatusCode::PAYLOAD_TOO_LARGE,
            StatusCode::UNPROCESSABLE_ENTITY,
        ];
        if let (true, Ok(answer)) = (of_events.contains(&answered.status), answer) {
            return Ok(answer);
        }
        Err(self.refused(answered, post.format))
    }

    async fn answered(&self, response: Response) -> Result<Answered, ClientError> {
        let status = response.status();
        let after = response.headers().get(RETRY_AFTER);
        let after = after.and_then(|seconds| seconds.to_str().ok()?.trim().parse().ok());
        let body = response.bytes().await;
        Ok(Answered {
            status,
            after,
            body: body.map_err(|source| self.unreached(source))?.to_vec(),
        })
    }

    /// Why a request was not answered as it was meant to be; `format` is the layout of the file it brought, if any.
    fn refused(&self, answered: Answered, format: Option<&str>) -> ClientError {
        let Answered {
            status,
            after,
            body,
        } = answered;
        let url = self.url.clone();
        // What stands between us and ingest answers in its own way: then the status has to say it.
        let problem: Problem = serde_json::from_slice(&body).unwrap_or_default();
        let (is_not_found, said) = (problem.is_not_found(), problem.said());
        match (status, format) {
            (StatusCode::UNAUTHORIZED, _) => ClientError::Token { url },
            (StatusCode::FORBIDDEN, _) => ClientError::Forbidden { url, said },
            (StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS, _) => {
                let after = after.map(Duration::from_secs);
                ClientError::Busy {
                    url,
                    status,
                    said,
                    after,
                }
            }
            (StatusCode::NOT_FOUND, Some(format)) if is_not_found => ClientError::Format {
                url,
                format: format.to_owned(),
                said,
            },
            _ => ClientError::Problem { url, status, said },
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
