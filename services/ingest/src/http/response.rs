//! Answers to senders: a receipt, or a problem in the format of RFC 9457.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use events::{Refusal, Rule};
use serde::Serialize;

use crate::admission::BatchOutcome;
use crate::admission::notes::Note;

/// The most refusals in one answer. All of them are in `rejected`.
const MOST_REFUSALS: usize = 1000;
/// The most notes in one answer.
const MOST_NOTES: usize = 1000;

/// The unit of the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Counted {
    Events,
    Rows,
}

/// The outcome of a request.
#[derive(Debug, Serialize)]
pub(crate) struct Receipt {
    unit: Counted,
    received: usize,
    accepted: usize,
    refused: usize,
    refusals: Vec<RefusalEntry>,
    /// The number of refusals beyond those listed.
    #[serde(skip_serializing_if = "is_zero")]
    refusals_left_out: usize,
    /// Notes on accepted events.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<Note>,
    /// The number of notes beyond those listed.
    #[serde(skip_serializing_if = "is_zero")]
    notes_left_out: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A refusal, with the event or row it belongs to.
#[derive(Debug, Serialize)]
struct RefusalEntry {
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(flatten)]
    refusal: Refusal,
}

impl Receipt {
    /// Creates the receipt; takes the notes out of `outcome`.
    pub(crate) fn of(unit: Counted, outcome: &mut BatchOutcome) -> Self {
        let mut notes = std::mem::take(&mut outcome.notes);
        let notes_left_out = notes.len().saturating_sub(MOST_NOTES);
        notes.truncate(MOST_NOTES);
        let outcome = &*outcome;
        let all = || {
            outcome
                .refused
                .iter()
                // The bad values of accepted events are in their notes.
                .filter(|one| one.count > 0)
                .flat_map(|one| one.refusals.iter().map(move |why| (one, why)))
        };
        let told = |(one, why): (&crate::admission::Refused, &Refusal)| RefusalEntry {
            index: one.index,
            id: one.identity.as_ref().map(|(_, id)| id.clone()),
            source: one.identity.as_ref().map(|(source, _)| source.clone()),
            refusal: why.clone(),
        };
        Receipt {
            unit,
            received: outcome.received,
            accepted: outcome.accepted,
            refused: outcome.refused.iter().map(|one| one.count).sum(),
            refusals: all().take(MOST_REFUSALS).map(told).collect(),
            refusals_left_out: all().count().saturating_sub(MOST_REFUSALS),
            notes,
            notes_left_out,
        }
    }

    /// Answers 202 if anything was accepted, or nothing was refused; otherwise returns the problem.
    pub(crate) fn into_answer(self) -> Result<Response, Problem> {
        if self.accepted > 0 || self.refused == 0 {
            return Ok((StatusCode::ACCEPTED, axum::Json(self)).into_response());
        }
        let all = |rule| self.refusals.iter().all(|told| told.refusal.rule == rule);
        let problem = if all(Rule::Unreadable) {
            Problem::unreadable()
        } else if all(Rule::TooLarge) {
            Problem::too_large()
        } else {
            let title = "nothing could be accepted";
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "nothing-accepted", title)
        };
        let first = self.refusals.first().map(|told| told.refusal.clone());
        let detail = first.map_or_else(String::new, |refusal| sentence(&refusal));
        Err(Problem {
            detail,
            receipt: Some(Box::new(self)),
            ..problem
        })
    }
}

/// Why a request failed as a whole.
#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) detail: String,
    /// The outcome of each event.
    #[serde(flatten)]
    receipt: Option<Box<Receipt>>,
    /// Seconds to wait before sending again.
    #[serde(skip)]
    retry_after: Option<u64>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, kind: &str, title: &'static str) -> Self {
        Problem {
            kind: format!("urn:greenledger:problem:{kind}"),
            title,
            status: status.as_u16(),
            detail: String::new(),
            receipt: None,
            retry_after: None,
        }
    }

    pub(crate) fn detail(self, detail: impl Into<String>) -> Self {
        Problem {
            detail: detail.into(),
            ..self
        }
    }

    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        Problem {
            retry_after: Some(seconds),
            ..self
        }
    }

    fn unreadable() -> Self {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "unreadable",
            "the body cannot be read",
        )
    }

    fn too_large() -> Self {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "the body is too large",
        )
    }

    /// The problem of a body that was refused as a whole.
    pub(crate) fn body(refusal: &Refusal) -> Self {
        let problem = match refusal.rule {
            Rule::TooLarge => Problem::too_large(),
            Rule::FileRow | Rule::Clock => {
                let title = "the file cannot be taken as it is";
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "nothing-accepted", title)
            }
            _ => Problem::unreadable(),
        };
        let told = RefusalEntry {
            index: 0,
            id: None,
            source: None,
            refusal: refusal.clone(),
        };
        let receipt = Receipt {
            unit: if matches!(refusal.rule, Rule::FileRow | Rule::Clock) {
                Counted::Rows
            } else {
                Counted::Events
            },
            received: 0,
            accepted: 0,
            refused: 0,
            refusals: vec![told],
            refusals_left_out: 0,
            notes: Vec::new(),
            notes_left_out: 0,
        };
        Problem {
            receipt: Some(Box::new(receipt)),
            ..problem.detail(sentence(refusal))
        }
    }

    /// The broker cannot keep anything at the moment.
    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "nothing can be kept just now",
        )
        .detail(detail)
        .retry_after(5)
    }
}

fn sentence(refusal: &Refusal) -> String {
    let place = if refusal.pointer.is_empty() {
        String::new()
    } else {
        format!("{}: ", refusal.pointer)
    };
    format!("{place}{} (seen: {})", refusal.hint, refusal.seen)
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"greenledger\", error=\"invalid_token\""),
            );
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
