//! The figures of many schools over the API.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use footprint::Footprint;
use serde::Serialize;
use utoipa::ToSchema;

use super::columns::SchoolRow;
use super::part::part;
use crate::app::{App, Seen};
use crate::footprint_store::FootprintStore;
use crate::query::SchoolsQuery;
use crate::table::Row;
use crate::tables;

/// A row per school.
#[derive(Serialize, ToSchema)]
pub(crate) struct Schools<'a> {
    /// The requested period.
    period: &'a str,
    /// The schools with figures over it, trust by trust, in the order of their URNs.
    #[schema(value_type = Vec<SchoolRow>)]
    rows: Vec<Row<'a>>,
    /// The value of `after` that the list goes on with; null at its end.
    next: Option<String>,
}

/// `GET /api/v1/schools?trust=&period=&limit=&after=`: a row per school.
pub(crate) async fn schools(
    State(app): State<Arc<App>>,
    seen: Seen,
    Query(wanted): Query<SchoolsQuery>,
) -> Response {
    // A country's rows take too long to compute on an async worker.
    let made = tokio::task::spawn_blocking(move || school_rows(&app, &seen.schools, &wanted));
    match made.await {
        Ok(rows) => rows,
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn school_rows(app: &App, footprint_store: &FootprintStore, wanted: &SchoolsQuery) -> Response {
    let after = wanted.after.as_deref().map(place);
    let trusts = footprint_store.trusts().into_iter();
    let schools = trusts
        .filter(|trust| wanted.trust.as_ref().is_none_or(|only| *only == trust.id))
        .filter(|trust| after.is_none_or(|(of_trust, _)| of_trust <= trust.id.as_str()))
        .flat_map(|trust| footprint_store.schools(&trust.id, wanted.period()))
        .filter(|school| after.is_none_or(|after| is_after(school, after)));
    let (schools, has_more) = part(schools, wanted.limit);
    let last = schools.last().filter(|_| has_more);
    let next = last.map(|school| format!("{}/{}", school.trust.id, school.urn));
    let of_trusts = schools.chunk_by(|school, next| school.trust.id == next.trust.id);
    let of_trust = |schools: &[Arc<Footprint>]| {
        let trust = schools.first().map(|school| &school.trust.id)?;
        Some(tables::of_schools(schools, &app.config.baseline(trust)))
    };
    let tables: Vec<_> = of_trusts.filter_map(of_trust).collect();
    let answer = Schools {
        period: wanted.period(),
        rows: tables.iter().flat_map(|table| table.json_rows()).collect(),
        next,
    };
    Json(answer).into_response()
}

/// The trust and the URN of the place in the list that `next` named.
fn place(next: &str) -> (&str, &str) {
    next.split_once('/').unwrap_or((next, ""))
}

fn is_after(school: &Footprint, place: (&str, &str)) -> bool {
    (school.trust.id.as_str(), school.urn.to_string().as_str()) > place
}
