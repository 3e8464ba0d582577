//! Sends samples to the receiver: what it refuses is isolated and named, what it cannot take now is sent again.

mod auth;
mod retry;

use std::time::Duration;

use chassis::chain;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode};

use super::error::HistoryError;
use super::wire::{self, Line};
use crate::config::HistoryConfig;
use auth::Login;
use retry::{Backoff, Verdict};

/// The time for one request and its answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// How much of a receiver's answer is quoted.
const QUOTED: usize = 300;
/// How many requests may be spent on finding the samples that a receiver refuses in one request.
const PARTS: usize = 64;

/// The receiver.
pub(crate) struct Client {
    config: HistoryConfig,
    http: reqwest::Client,
    headers: HeaderMap,
    login: Login,
}

/// What became of some samples.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sent {
    pub accepted: usize,
    pub refused: usize,
    /// The receiver's words about what it refused last.
    pub why: Option<String>,
}

/// Hears that the receiver cannot be reached, or takes nothing now.
pub(crate) trait Waiting: Fn(&str) + Send + Sync {}
impl<F: Fn(&str) + Send + Sync> Waiting for F {}

impl Client {
    pub(crate) fn new(config: &HistoryConfig) -> Result<Self, HistoryError> {
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            // A redirection would send the credentials elsewhere.
            .redirect(Policy::none())
            .user_agent(concat!("greenledger/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(HistoryError::Client)?;
        let mut headers = HeaderMap::new();
        for (name, value) in wire::headers(config.protocol) {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        for (name, value) in &config.headers {
            let value = value.value().map_err(HistoryError::Secret)?;
            let header = HeaderName::try_from(name).ok();
            let (Some(header), Ok(mut value)) = (header, HeaderValue::try_from(value)) else {
                return Err(HistoryError::Header(name.clone()));
            };
            value.set_sensitive(true);
            headers.insert(header, value);
        }
        Ok(Client {
            http,
            headers,
            login: Login::default(),
            config: config.clone(),
        })
    }

    /// Sends lines, however long the receiver is away. An error means that it takes nothing at all as things are configured.
    pub(crate) async fn send(
        &mut self,
        lines: Vec<Line>,
        waiting: &impl Waiting,
    ) -> Result<Sent, HistoryError> {
        let mut sent = Sent::default();
        let mut parts = vec![lines];
        let mut requests = 0;
        while let Some(lines) = parts.pop() {
            let samples = wire::count(&lines);
            if samples == 0 {
                continue;
            }
            requests += 1;
            match self.patiently(&lines, waiting).await? {
                None => sent.accepted += samples,
                Some(_) if samples > 1 && requests < PARTS => {
                    // The first half last, so that it is sent next: samples stay in the order of time.
                    let (first, second) = halves(lines, samples / 2);
                    parts.extend([second, first]);
                }
                Some(why) => {
                    sent.refused += samples;
                    sent.why = Some(why);
                }
            }
        }
        Ok(sent)
    }

    /// The receiver's words if it refuses the data.
    async fn patiently(
        &mut self,
        lines: &[Line],
        waiting: &impl Waiting,
    ) -> Result<Option<String>, HistoryError> {
        let body = wire::body(lines, self.config.protocol).map_err(HistoryError::Compress)?;
        let mut backoff = Backoff::default();
        let mut is_fresh = false;
        loop {
            let (why, wait) = match self.once(body.clone()).await {
                Err(error) if error.is_configuration() => return Err(error),
                Err(error) => (chain(&error), backoff.next(None)),
                Ok(answer) => match Verdict::of(answer.status()) {
                    Verdict::Taken => return Ok(None),
                    Verdict::Again => {
                        let wait = backoff.next(retry::retry_after(answer.headers()));
                        (said(answer).await, wait)
                    }
                    Verdict::Login if self.login.forget() && !is_fresh => {
                        is_fresh = true;
                        continue;
                    }
                    Verdict::Refused => return Ok(Some(said(answer).await)),
                    Verdict::Login | Verdict::Unusable => {
                        let status = answer.status();
                        let answer = said(answer).await;
                        return Err(HistoryError::Unusable { status, answer });
                    }
                },
            };
            waiting(&why);
            tokio::time::sleep(wait).await;
        }
    }

    async fn once(&mut self, body: Vec<u8>) -> Result<Response, HistoryError> {
        let request = self.http.post(&self.config.url);
        let request = request.headers(self.headers.clone()).body(body);
        let request = self
            .login
            .sign(request, &self.config.auth, &self.http)
            .await?;
        // Without its address, which may hold a key.
        let answer = request.send().await;
        answer.map_err(|error| HistoryError::Unreached(error.without_url()))
    }
}

/// The status and the beginning of an answer, on one line.
async fn said(answer: Response) -> String {
    let status: StatusCode = answer.status();
    let text = answer.text().await.unwrap_or_default();
    let words: Vec<&str> = text.split_whitespace().collect();
    let quoted: String = words.join(" ").chars().take(QUOTED).collect();
    match quoted.is_empty() {
        true => status.to_string(),
        false => format!("{status}: {quoted}"),
    }
}

/// The first `count` samples, and the others.
fn halves(lines: Vec<Line>, count: usize) -> (Vec<Line>, Vec<Line>) {
    let mut halves = wire::batches(lines, count).into_iter();
    let first = halves.next().unwrap_or_default();
    (first, halves.flatten().collect())
}

#[cfg(test)]
mod tests;
