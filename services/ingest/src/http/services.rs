//! `POST /v1/services/{name}`: a service's payload, as the service answered it.

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};

use super::process::{Content, elsewhere};
use super::{answer, headers, issue_time};
use crate::SERVICES;
use crate::decode::services::Parameters;
use crate::http::problem_kind::ProblemKind;
use crate::http::response::Problem;
use crate::state::IngestState;

pub(super) async fn post_payload(
    State(state): State<Arc<IngestState>>,
    name: Result<Path<String>, PathRejection>,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
    request: Request,
) -> Response {
    answer(&state, SERVICES, request, |headers, now| {
        content(&state, name, query, headers, now)
    })
    .await
}

fn content(
    state: &IngestState,
    name: Result<Path<String>, PathRejection>,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
    headers: &HeaderMap,
    now: DateTime<Utc>,
) -> Result<Content, Problem> {
    let service = name.ok().and_then(|Path(name)| state.services.find(&name));
    let service = service.ok_or_else(|| {
        let names: Vec<_> = state.services.names().collect();
        Problem::new(ProblemKind::NotFound, "there is no such service")
            .detail(format!("the services are {}", names.join(", ")))
    })?;
    if service.holds_registers() && state.last_reads.is_none() {
        return Err(elsewhere(&service.name));
    }
    headers::is_payload(headers)?;
    let unreadable = |why: String| {
        let title = "a parameter cannot be read";
        Problem::new(ProblemKind::Unreadable, title).detail(why)
    };
    let Query(query) = query.map_err(|error| unreadable(error.body_text()))?;
    let parameters = Parameters::read(&service.description, &query).map_err(unreadable)?;
    Ok(Content::Payload {
        service: service.clone(),
        parameters,
        issued: issue_time(state, headers, now)?,
    })
}
