//! `GET /v1/rejected`: lists for a sender which of its events were rejected.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use events::Written;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{authorised, authority, too_fast};
use crate::REJECTED;
use crate::http::problem_kind::ProblemKind;
use crate::http::response::Problem;
use crate::rejected::list::{Listed, MOST_OF_A_TOKEN};
use crate::state::{Dependency, IngestState};

/// The number of rejections listed if the query sets no limit.
const LISTED: usize = 100;

/// The query: `?since=2026-11-01T00:00:00Z&limit=100`
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RejectedQuery {
    /// Only what was received at this time or later, RFC 3339 with an offset.
    #[param(format = DateTime)]
    since: Option<String>,
    /// The most that are listed.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<String>,
}

/// Answers a request, and counts the answer.
pub(super) async fn get_rejected(
    State(state): State<Arc<IngestState>>,
    query: Result<Query<RejectedQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let listed = list(&state, query, &headers);
    let response = listed.map_or_else(Problem::into_response, |listed| {
        Json(listed).into_response()
    });
    state.metrics.answered(REJECTED, response.status().as_u16());
    response
}

fn list(
    state: &IngestState,
    query: Result<Query<RejectedQuery>, QueryRejection>,
    headers: &HeaderMap,
) -> Result<Listed, Problem> {
    let sender = authorised(state, headers)?;
    if let Err(wait) = state.rate_limits.begin(&sender.name, Instant::now()) {
        state.metrics.over_rate(&sender.name);
        return Err(too_fast(&state.config.limits, wait));
    }
    let authority = authority(state, headers, &sender)?;
    let (since, limit) = bounds(query)?;
    if let Some(why) = state.missing(Dependency::Rejected) {
        let title = "the rejected events cannot be listed just now";
        let problem = Problem::new(ProblemKind::Unavailable, title);
        return Err(problem.detail(why).retry_after(5));
    }
    Ok(state.known_rejections(|known| known.listed(authority.name(), since, limit)))
}

fn bounds(
    query: Result<Query<RejectedQuery>, QueryRejection>,
) -> Result<(Option<DateTime<Utc>>, usize), Problem> {
    let unreadable = |why: String| {
        let title = "a parameter cannot be read";
        Problem::new(ProblemKind::Unreadable, title).detail(why)
    };
    let Query(query) = query.map_err(|error| {
        unreadable(format!(
            "the parameters are since and limit; {}",
            error.body_text()
        ))
    })?;
    let since = query.since.map(|text| {
        <DateTime<Utc>>::read(&text).ok_or_else(|| {
            unreadable(format!(
                "since: {}, with its + written %2B; got {text:?}",
                <DateTime<Utc> as Written>::RULE
            ))
        })
    });
    let limit = query.limit.map(|text| {
        let limit = text.parse().ok();
        let limit = limit.filter(|limit| (1..=MOST_OF_A_TOKEN).contains(limit));
        limit.ok_or_else(|| {
            unreadable(format!(
                "limit: a whole number from 1 to {MOST_OF_A_TOKEN}; got {text:?}"
            ))
        })
    });
    Ok((since.transpose()?, limit.transpose()?.unwrap_or(LISTED)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_cannot_be_read_is_named() {
        let bounds_of = |since: Option<&str>, limit: Option<&str>| {
            let [since, limit] = [since, limit].map(|text| text.map(str::to_owned));
            bounds(Ok(Query(RejectedQuery { since, limit })))
        };
        let read = |since, limit| bounds_of(since, limit).ok();
        assert_eq!(read(None, None), Some((None, 100)));
        let instant = "2026-11-01T00:00:00Z".parse().ok();
        assert_eq!(
            read(Some("2026-11-01T01:00:00+01:00"), Some("1000")),
            Some((instant, 1000))
        );
        for (since, limit, named) in [
            (Some("yesterday"), None, "since: "),
            (Some("2026-11-01T01:00:00 01:00"), None, "%2B"),
            (None, Some("0"), "limit: a whole number from 1 to 1000"),
            (None, Some("1001"), "limit: "),
            (None, Some("many"), "limit: "),
        ] {
            let problem = bounds_of(since, limit).unwrap_err();
            assert!(problem.detail.contains(named), "{}", problem.detail);
        }
    }
}
