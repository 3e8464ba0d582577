//! The routes, and how a request passes through them.

pub(crate) mod body;
pub(crate) mod dry_run;
pub(crate) mod headers;
mod openapi;
mod pages;
pub(crate) mod problem_kind;
pub(crate) mod process;
mod register;
mod rejected;
pub(crate) mod response;
mod services;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use chassis::Routes;
use chrono::{DateTime, Utc};

use crate::concurrency::Busy;
use crate::decode::files::{Format, Formats};
use crate::http::dry_run::FileQuery;
use crate::http::problem_kind::ProblemKind;
use crate::http::process::{Content, Sent, process};
use crate::http::response::Problem;
use crate::limits::Limits;
use crate::rules::{Bounds, issued};
use crate::state::IngestState;
use crate::tokens::{Authority, Token};
use crate::{ANY_FILE, EVENTS, FILES, GRID, REGISTER, REJECTED, SERVICES, SURVEY, UPLOAD};

use self::register::get_register;
use self::rejected::get_rejected;
use self::services::post_payload;

pub(crate) fn routes(state: Arc<IngestState>) -> Router {
    let nothing_here = || async {
        Problem::new(ProblemKind::NotFound, "there is nothing here")
            .detail(
            "send events to POST /v1/events, files to POST /v1/files and payloads of services to POST /v1/services/{name}; GET \
             /v1/rejected lists what was rejected, and GET /v1/register what is registered; /upload and /survey are pages to \
             send by hand",
        )
    };
    let wrong_method = || async {
        Problem::new(
            ProblemKind::Method,
            "this address takes another method; Allow names it",
        )
    };
    described()
        .into_router()
        .method_not_allowed_fallback(wrong_method)
        .fallback(nothing_here)
        .with_state(state.clone())
        .merge(state.health.routes().into_router())
}

/// The routes with their descriptions, without those for health.
pub(crate) fn described() -> Routes<Arc<IngestState>> {
    let routes = Routes::default()
        .post(EVENTS, post_events, openapi::post_events())
        .post(FILES, post_file, openapi::post_file())
        .post(ANY_FILE, post_any_file, openapi::post_any_file())
        .post(SERVICES, post_payload, openapi::post_payload())
        .post(GRID, post_grid, openapi::post_grid())
        .get(REJECTED, get_rejected, openapi::get_rejected())
        .get(REGISTER, get_register, openapi::get_register());
    let pages = Routes::default()
        .get(UPLOAD, pages::upload, openapi::upload_page())
        .get(SURVEY, pages::survey, openapi::survey_page());
    openapi::shared(routes.each(openapi::with_token).merge(pages))
}

async fn post_events(State(state): State<Arc<IngestState>>, request: Request) -> Response {
    answer(&state, EVENTS, request, |headers, _| {
        headers::content_mode(headers).map(Content::Events)
    })
    .await
}

async fn post_file(
    State(state): State<Arc<IngestState>>,
    format: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    take_file(&state, request, |formats| {
        let format = format.ok().and_then(|Path(name)| formats.find(&name));
        let format = format.ok_or_else(|| {
            Problem::new(ProblemKind::NotFound, "there is no such format")
                .detail(format!("the formats are {}", names(formats)))
        })?;
        Ok(Some(format.clone()))
    })
    .await
}

/// A file whose format its header says.
async fn post_any_file(State(state): State<Arc<IngestState>>, request: Request) -> Response {
    take_file(&state, request, |_| Ok(None)).await
}

/// An answer of NESO's Carbon Intensity API.
async fn post_grid(State(state): State<Arc<IngestState>>, request: Request) -> Response {
    answer(&state, GRID, request, |headers, now| {
        headers::is_json(headers)?;
        let issued = issue_time(&state, headers, now)?;
        Ok(Content::Neso { issued })
    })
    .await
}

fn names(formats: &Formats) -> String {
    formats.names().collect::<Vec<_>>().join(", ")
}

async fn take_file(
    state: &Arc<IngestState>,
    request: Request,
    format: impl FnOnce(&Formats) -> Result<Option<Arc<Format>>, Problem>,
) -> Response {
    let query = Query::<FileQuery>::try_from_uri(request.uri());
    answer(state, FILES, request, |headers, now| {
        let format = format(&state.formats)?;
        let Query(FileQuery { dry_run }) = query.map_err(|error| {
            // A misspelt parameter must not send a file that its sender only wanted to check.
            let title = "a parameter cannot be read";
            let detail = format!(
                "the only parameter is dry_run, true or false; {}",
                error.body_text()
            );
            Problem::new(ProblemKind::Unreadable, title).detail(detail)
        })?;
        headers::is_file(headers)?;
        let part = headers::part(headers)?;
        Ok(Content::File {
            format,
            issued: issue_time(state, headers, now)?,
            part: part.map(Box::new),
            dry_run,
        })
    })
    .await
}

/// When what is sent was issued, if the sender states it.
fn issue_time(
    state: &IngestState,
    headers: &HeaderMap,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Problem> {
    let issue_time = headers::issued(headers)?;
    let bounds = Bounds::new(&state.config.limits, now);
    if let Some(Err(fault)) = issue_time.map(|time| issued(time, &bounds)) {
        let problem = Problem::new(ProblemKind::Unreadable, "a header cannot be right");
        return Err(problem.detail(format!("X-Issued or Last-Modified: {}", fault.hint)));
    }
    Ok(issue_time)
}

/// Answers a request, and counts the answer.
async fn answer(
    state: &Arc<IngestState>,
    route: &'static str,
    request: Request,
    content: impl FnOnce(&HeaderMap, DateTime<Utc>) -> Result<Content, Problem>,
) -> Response {
    let started = Instant::now();
    let response = take(state, request, content)
        .await
        .unwrap_or_else(Problem::into_response);
    state.metrics.answered(route, response.status().as_u16());
    state
        .metrics
        .seconds
        .observe(started.elapsed().as_secs_f64());
    response
}

async fn take(
    state: &Arc<IngestState>,
    request: Request,
    content: impl FnOnce(&HeaderMap, DateTime<Utc>) -> Result<Content, Problem>,
) -> Result<Response, Problem> {
    let now = (state.clock)();
    let (mut head, body) = request.into_parts();
    let sender = authorised(state, &head.headers)?;
    // Removed after the check, so that no later code can log or store it.
    head.headers.remove(header::AUTHORIZATION);
    if let Err(wait) = state.rate_limits.begin(&sender.name, Instant::now()) {
        state.metrics.over_rate(&sender.name);
        body::discard(body, &state.config.limits).await;
        return Err(too_fast(&state.config.limits, wait));
    }
    let authority = authority(state, &head.headers, &sender)?;
    let content = content(&head.headers, now)?;
    let gzip = headers::is_gzip(&head.headers)?;
    let _permit = match state.concurrency.take(&sender.name).await {
        Ok(permit) => permit,
        Err(busy) => {
            if busy == Busy::Token {
                state.metrics.over_share(&sender.name);
            }
            body::discard(body, &state.config.limits).await;
            return Err(too_many(busy, state.concurrency.share()));
        }
    };
    let declared = headers::declared(&head.headers);
    let body = body::read(body, declared, &state.config.limits).await;
    let sent = Sent {
        sender,
        authority,
        now,
        gzip,
        content,
    };
    process(state, body, sent).await
}

fn authorised(state: &IngestState, headers: &HeaderMap) -> Result<Arc<Token>, Problem> {
    let holder = chassis::bearer(headers).and_then(|token| state.tokens().holder(token));
    holder.ok_or_else(|| {
        Problem::new(
            ProblemKind::Unauthorised,
            "no token, or one that is not known",
        )
        .detail("send Authorization: Bearer and a token that this service was given the hash of")
    })
}

/// The token whose authority applies to a request: the sender's, unless an operator names another token.
fn authority(
    state: &IngestState,
    headers: &HeaderMap,
    sender: &Arc<Token>,
) -> Result<Authority, Problem> {
    match headers::named_token(headers)? {
        None => Ok(Authority::Token(sender.clone())),
        Some(name) if name == sender.name => Ok(Authority::Token(sender.clone())),
        Some(name) if sender.operator => Ok(Authority::named(&state.tokens(), name)),
        Some(_) => {
            let title = "this token may not name another";
            let detail = format!(
                "{} names a token to judge by; only a token with operator = true may name another than itself",
                headers::AS_TOKEN
            );
            Err(Problem::new(ProblemKind::Forbidden, title).detail(detail))
        }
    }
}

fn too_fast(limits: &Limits, wait: Duration) -> Problem {
    let rate = limits.events_per_second.unwrap_or_default();
    Problem::new(ProblemKind::TooFast, "more events than this token may send")
        .detail(format!(
            "a token may send {rate} events or rows a second, and {} at once after a pause",
            limits.burst_events
        ))
        .retry_after(whole_seconds(wait))
}

fn too_many(busy: Busy, share: usize) -> Problem {
    let problem = match busy {
        Busy::Service => Problem::new(ProblemKind::Busy, "too many requests at a time"),
        Busy::Token => Problem::new(
            ProblemKind::TooMany,
            "more requests at a time than this token may send",
        )
        .detail(format!("a token may have {share} requests under way")),
    };
    problem.retry_after(1)
}

/// Rounds up: a sender that retries a moment too early is refused again.
fn whole_seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

#[cfg(test)]
mod tests;
