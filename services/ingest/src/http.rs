//! The routes, and the way of a request through them.

mod rejected;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::{DateTime, Utc};

use crate::answer::Problem;
use crate::config::Limits;
use crate::files;
use crate::intake::Intake;
use crate::rules::{Bounds, issued};
use crate::tokens::{Authority, Token};
use crate::turns::Busy;
use crate::work::{Content, Sent, work};
use crate::{EVENTS, FILES, REJECTED, body, request};

use self::rejected::get_rejected;

pub(crate) fn routes(intake: Arc<Intake>) -> Router {
    let nothing_here = || async {
        Problem::new(StatusCode::NOT_FOUND, "not-found", "there is nothing here")
            .detail(
            "send events to POST /v1/events and files to POST /v1/files/{format}; GET /v1/rejected tells what was rejected",
        )
    };
    let wrong_method = || async {
        Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method",
            "this address takes another method; Allow names it",
        )
    };
    Router::new()
        .route(EVENTS, post(post_events))
        .route(FILES, post(post_file))
        .route(REJECTED, get(get_rejected))
        .method_not_allowed_fallback(wrong_method)
        .fallback(nothing_here)
        .with_state(intake.clone())
        .merge(intake.vitals.routes())
}

async fn post_events(State(intake): State<Arc<Intake>>, request: Request) -> Response {
    answer(&intake, EVENTS, request, |headers, _| {
        request::packing(headers).map(Content::Events)
    })
    .await
}

async fn post_file(
    State(intake): State<Arc<Intake>>,
    format: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    answer(&intake, FILES, request, |headers, now| {
        let format = format
            .ok()
            .and_then(|Path(name)| files::find(&name))
            .ok_or_else(|| {
                Problem::new(
                    StatusCode::NOT_FOUND,
                    "not-found",
                    "there is no such format",
                )
                .detail(format!("the formats are {}", files::names()))
            })?;
        request::is_file(headers)?;
        let said = request::issued(headers)?;
        let bounds = Bounds::new(&intake.config.limits, now);
        if let Some(Err(fault)) = said.map(|time| issued(time, &bounds)) {
            let problem = Problem::new(
                StatusCode::BAD_REQUEST,
                "unreadable",
                "a header cannot be right",
            );
            return Err(problem.detail(format!("X-Issued or Last-Modified: {}", fault.mend)));
        }
        Ok(Content::File {
            format,
            issued: said,
        })
    })
    .await
}

/// Answers, and counts the answer.
async fn answer(
    intake: &Arc<Intake>,
    route: &'static str,
    request: Request,
    content: impl FnOnce(&HeaderMap, DateTime<Utc>) -> Result<Content, Problem>,
) -> Response {
    let started = Instant::now();
    let response = take(intake, request, content)
        .await
        .unwrap_or_else(Problem::into_response);
    intake.metrics.answered(route, response.status().as_u16());
    intake
        .metrics
        .seconds
        .observe(started.elapsed().as_secs_f64());
    response
}

async fn take(
    intake: &Arc<Intake>,
    request: Request,
    content: impl FnOnce(&HeaderMap, DateTime<Utc>) -> Result<Content, Problem>,
) -> Result<Response, Problem> {
    let now = (intake.clock)();
    let (mut head, body) = request.into_parts();
    let sender = authorised(intake, &head.headers)?;
    // Looked at once: what comes later cannot write it anywhere.
    head.headers.remove(header::AUTHORIZATION);
    if let Err(wait) = intake.rates.begin(&sender.name, Instant::now()) {
        intake.metrics.over_rate(&sender.name);
        body::discard(body, &intake.config.limits).await;
        return Err(too_fast(&intake.config.limits, wait));
    }
    let authority = authority(intake, &head.headers, &sender)?;
    let content = content(&head.headers, now)?;
    let gzip = request::is_gzip(&head.headers)?;
    let _turn = match intake.turns.take(&sender.name).await {
        Ok(turn) => turn,
        Err(busy) => {
            if busy == Busy::Token {
                intake.metrics.over_share(&sender.name);
            }
            body::discard(body, &intake.config.limits).await;
            return Err(too_many(busy, intake.turns.share()));
        }
    };
    let declared = request::declared(&head.headers);
    let body = body::read(body, declared, &intake.config.limits).await;
    let sent = Sent {
        sender,
        authority,
        now,
        gzip,
        content,
    };
    work(intake, body, sent).await
}

fn authorised(intake: &Intake, headers: &HeaderMap) -> Result<Arc<Token>, Problem> {
    let holder = chassis::bearer(headers).and_then(|token| intake.tokens().holder(token));
    holder.ok_or_else(|| {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "unauthorised",
            "no token, or one that is not known",
        )
        .detail("send Authorization: Bearer and a token that this service was given the hash of")
    })
}

/// By whose authority a request is judged: its sender's, unless an operator names another token.
fn authority(
    intake: &Intake,
    headers: &HeaderMap,
    sender: &Arc<Token>,
) -> Result<Authority, Problem> {
    match request::named_token(headers)? {
        None => Ok(Authority::Token(sender.clone())),
        Some(name) if name == sender.name => Ok(Authority::Token(sender.clone())),
        Some(name) if sender.operator => Ok(Authority::named(&intake.tokens(), name)),
        Some(_) => {
            let title = "this token may not name another";
            let detail = format!(
                "{} names a token to judge by; only a token with operator = true may name another than itself",
                request::AS_TOKEN
            );
            Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", title).detail(detail))
        }
    }
}

fn too_fast(limits: &Limits, wait: Duration) -> Problem {
    let rate = limits.events_per_second.unwrap_or_default();
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-fast",
        "more events than this token may send",
    )
    .detail(format!(
        "a token may send {rate} events or rows a second, and {} at once after a pause",
        limits.burst_events
    ))
    .retry_after(whole_seconds(wait))
}

fn too_many(busy: Busy, share: usize) -> Problem {
    let problem = match busy {
        Busy::Service => Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "busy",
            "too many requests at a time",
        ),
        Busy::Token => Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many",
            "more requests at a time than this token may send",
        )
        .detail(format!("a token may have {share} requests under way")),
    };
    problem.retry_after(1)
}

/// Rounded up: a sender that comes back a moment too early is sent away again.
fn whole_seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

#[cfg(test)]
mod tests;
