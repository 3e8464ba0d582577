//! Sends events and files to ingest, and waits when ingest asks for it. It does not inspect what it sends.

mod answer;
mod ascii;
mod error;
mod fault;
mod register;
mod rejected;
mod sent;

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
use reqwest::{Certificate, Identity, RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;

pub use self::answer::{Answer, Note, Refused};
pub use self::error::ClientError;
pub use self::fault::Fault;
pub use self::register::{Registered, RegisteredMeter, RegisteredSchool};
pub use self::rejected::{FileRow, Listed, Rejection};

use self::answer::Problem;
use self::fault::Names;

/// The total time for which one request is retried.
const PATIENCE: Duration = Duration::from_secs(60);

/// The timeout for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// The timeout for one request.
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

/// The callback that is called before every pause.
type OnWait = dyn Fn(&Waiting<'_>) + Send + Sync;

/// A request that is to be retried after a pause.
pub struct Waiting<'a> {
    /// Why the last attempt got no answer.
    pub why: &'a ClientError,
    /// How long the pause is.
    pub pause: Duration,
    /// How much longer the request will be retried after the pause.
    pub left: Duration,
}

/// The content of a request, and its path.
struct Post<'a> {
    /// When the file was issued, if that is stated.
    issued: Option<DateTime<FixedOffset>>,
    /// The name of the token whose authority applies, if not our own.
    as_token: Option<&'a str>,
    path: String,
    /// The parameters in the address.
    query: &'a [(String, String)],
    /// What the path names.
    named: Option<Named<'a>>,
    /// What the body is a part of, as a header.
    part: Option<String>,
    content_type: &'a str,
    /// The body, compressed.
    body: Vec<u8>,
}

/// A name in a path, which ingest may not know.
#[derive(Clone, Copy)]
enum Named<'a> {
    /// The layout of a supplier's file.
    Format(&'a str),
    /// A service.
    Service(&'a str),
}

/// An answer whose body has been read completely.
struct Answered {
    status: StatusCode,
    /// The `Retry-After` of the answer, in seconds.
    after: Option<u64>,
    body: Vec<u8>,
}

impl IngestClient {
    /// A client of the ingest at `url`, such as `http://localhost:8080`.
    pub fn new(url: &str, token: impl Into<String>) -> Result<Self, ClientError> {
        Self::over_tls(url, token, None, None)
    }

    /// The same for an ingest with its own TLS: `ca` is an authority to trust besides those of the machine, and
    /// `certificate` is the client certificate, with its key in the same file. Both are PEM.
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
            // Reading the machine's certificates takes longer than a request.
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

    /// The same, but a request is retried for this long, and `waiting` is called before every pause.
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

    /// Sends events as one request. The answer gives the number of accepted events and why others were refused. An error
    /// means that it is not known whether any event was kept; sending the same events again does no harm.
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

    /// The same, judged by the authority of the token with this name and recorded as that token's events. Unless it is
    /// our own token, ours has to be an operator's.
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
            named: None,
            part: None,
            path: "/v1/events".to_owned(),
            query: &[],
            content_type: "application/x-ndjson",
            body: compressed(text.as_bytes()).map_err(ClientError::Compress)?,
        })
        .await
    }

    /// Retries until there is an answer, an error that a retry cannot mend, or the patience is over. A request may have
    /// been kept although its answer was lost: sending it again adds nothing, because the ids are the same.
    async fn post(&self, post: &Post<'_>) -> Result<Answer, ClientError> {
        self.patiently(async || self.attempt(post).await).await
    }

    /// The JSON that a request which changes nothing is answered with.
    async fn get<T: DeserializeOwned>(
        &self,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<T, ClientError> {
        self.patiently(async || {
            let response = request().send().await;
            let answered = self
                .answered(response.map_err(|why| self.unreached(why))?)
                .await?;
            if !answered.status.is_success() {
                return Err(self.refused(answered, None));
            }
            let url = self.url.clone();
            serde_json::from_slice(&answered.body)
                .map_err(|source| ClientError::Answer { url, source })
        })
        .await
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
            .query(post.query)
            .bearer_auth(&self.token)
            .header(CONTENT_TYPE, post.content_type)
            .header(CONTENT_ENCODING, "gzip")
            .body(post.body.clone());
        let request = match post.issued {
            Some(issued) => request.header("x-issued", issued.to_rfc3339()),
            None => request,
        };
        let request = match &post.part {
            Some(part) => request.header("x-part-of", part),
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
        // All events were refused, for whatever reason: the problem document also has the fields of an answer.
        let of_events = [
            StatusCode::BAD_REQUEST,
            StatusCode::PAYLOAD_TOO_LARGE,
            StatusCode::UNPROCESSABLE_ENTITY,
        ];
        if let (true, Ok(answer)) = (of_events.contains(&answered.status), answer) {
            return Ok(answer);
        }
        Err(self.refused(answered, post.named))
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

    /// The error for a request that was refused; `named` is what its path named, if anything.
    fn refused(&self, answered: Answered, named: Option<Named<'_>>) -> ClientError {
        let Answered {
            status,
            after,
            body,
        } = answered;
        let url = self.url.clone();
        // A proxy between us and ingest may answer in another format: then only the status is known.
        let problem: Problem = serde_json::from_slice(&body).unwrap_or_default();
        let (is_not_found, text) = (problem.is_not_found(), problem.text());
        match (status, named) {
            (StatusCode::UNAUTHORIZED, _) => ClientError::Token { url },
            (StatusCode::FORBIDDEN, _) => ClientError::Forbidden { url, text },
            (StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS, _) => {
                let after = after.map(Duration::from_secs);
                ClientError::Busy {
                    url,
                    status,
                    text,
                    after,
                }
            }
            (StatusCode::NOT_FOUND, Some(Named::Format(format))) if is_not_found => {
                let format = format.to_owned();
                ClientError::Format { url, format, text }
            }
            (StatusCode::NOT_FOUND, Some(Named::Service(service))) if is_not_found => {
                let service = service.to_owned();
                ClientError::Service { url, service, text }
            }
            _ => ClientError::Problem { url, status, text },
        }
    }
}

/// Reads a PEM file. The reason for a failure is left out, because it may quote a key.
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
