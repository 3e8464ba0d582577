//! Answers to senders: a receipt, or a problem in the format of RFC 9457.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use events::{Refusal, Rule};
use serde::Serialize;
use utoipa::ToSchema;

use crate::admission::BatchOutcome;
use crate::admission::notes::Note;
use crate::http::problem_kind::ProblemKind;

/// The most refusals in one answer. All of them are in `rejected`.
const MOST_REFUSALS: usize = 1000;
/// The most notes in one answer.
const MOST_NOTES: usize = 1000;

/// The unit of the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = CountedUnit)]
pub(crate) enum Counted {
    Events,
    Rows,
    HalfHours,
    Messages,
}

/// The outcome of the events, of the rows of a file, or of the half-hours of the grid, in a request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Receipt {
    /// The unit of the counts. A body that was refused as a whole counts as events, unless it is a file whose header does not
    /// fit the format.
    unit: Counted,
    /// Events in the request, rows below the header of a file, half-hours of a region of the grid, or the half-hours, days, events
    /// or messages of a service's payload. 0 if the body was refused as a whole.
    received: usize,
    /// The number of them that are kept, including those that were kept before.
    accepted: usize,
    /// The number of them that are refused. The rows of a meter-day in a file are refused together. An event or row with single
    /// bad values is accepted, with a note.
    refused: usize,
    /// Every reason, in the order of the request; the first 1000. All of them are in the topic `rejected`.
    #[schema(max_items = 1000)]
    refusals: Vec<RefusalEntry>,
    /// The number of reasons beyond those listed; left out if all are listed.
    #[serde(skip_serializing_if = "is_zero")]
    #[schema(minimum = 1)]
    refusals_left_out: usize,
    /// Notes on accepted events, in the order of the request; the first 1000. Left out if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(min_items = 1, max_items = 1000)]
    notes: Vec<Note>,
    /// The number of notes beyond those listed; left out if all are listed.
    #[serde(skip_serializing_if = "is_zero")]
    #[schema(minimum = 1)]
    notes_left_out: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// One reason why an event, or a row of a file, was refused. There may be several for one event.
#[derive(Debug, Serialize, ToSchema)]
struct RefusalEntry {
    /// The place of the event or half-hour in the request, from 0. For a file the line, from 1 for the header; for a service's payload
    /// the number of the row or item, from 1. 0 if the body was refused as a whole.
    index: usize,
    /// The event's id, if it could be read. For a file: the first 16 hexadecimal digits of its SHA-256, a hyphen, and the line in
    /// seven digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    id: Option<String>,
    /// The event's source, if it could be read. For a file: `urn:greenledger:file:` and its format.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
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
        let entry_of = |(one, why): (&crate::admission::Refused, &Refusal)| RefusalEntry {
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
            refusals: all().take(MOST_REFUSALS).map(entry_of).collect(),
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
        let all = |rule| self.refusals.iter().all(|entry| entry.refusal.rule == rule);
        let problem = if all(Rule::Unreadable) {
            Problem::unreadable()
        } else if all(Rule::TooLarge) {
            Problem::too_large()
        } else {
            let title = "nothing could be accepted";
            Problem::new(ProblemKind::NothingAccepted, title)
        };
        let first = self.refusals.first().map(|entry| entry.refusal.clone());
        let detail = first.map_or_else(String::new, |refusal| sentence(&refusal));
        Err(Problem {
            detail,
            receipt: Some(Box::new(self)),
            ..problem
        })
    }
}

/// Why a request failed as a whole, by RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// The kind of problem.
    #[serde(rename = "type")]
    kind: ProblemKind,
    /// The problem in a few words.
    title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong here, and how to fix it; left out if the title says it all.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) detail: String,
    /// The outcome of each event.
    #[serde(flatten)]
    #[schema(ignore)]
    receipt: Option<Box<Receipt>>,
    /// Seconds to wait before sending again.
    #[serde(skip)]
    retry_after: Option<u64>,
}

impl Problem {
    pub(crate) fn new(kind: ProblemKind, title: &'static str) -> Self {
        Problem {
            kind,
            title,
            status: kind.status().as_u16(),
            detail: String::new(),
            receipt: None,
            retry_after: None,
        }
    }

    /// Whether nothing of the request was kept, and the same can be sent again.
    pub(crate) fn is_to_be_sent_again(&self) -> bool {
        matches!(self.kind, ProblemKind::Unavailable | ProblemKind::Failed)
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
        Problem::new(ProblemKind::Unreadable, "the body cannot be read")
    }

    fn too_large() -> Self {
        Problem::new(ProblemKind::TooLarge, "the body is too large")
    }

    /// The problem of a body that was refused as a whole.
    pub(crate) fn body(refusal: &Refusal) -> Self {
        let problem = match refusal.rule {
            Rule::TooLarge => Problem::too_large(),
            Rule::FileRow | Rule::Clock => {
                let title = "the file cannot be taken as it is";
                Problem::new(ProblemKind::NothingAccepted, title)
            }
            _ => Problem::unreadable(),
        };
        let entry = RefusalEntry {
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
            refusals: vec![entry],
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
        Problem::new(ProblemKind::Unavailable, "nothing can be kept just now")
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
        let status = self.kind.status();
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
