//! The figures of many schools over the API.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::columns::SchoolRow;
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
}

/// `GET /api/v1/schools?trust=&period=`: a row per school.
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
    let views = footprint_store
        .trusts()
        .into_iter()
        .filter(|trust| wanted.trust.as_ref().is_none_or(|only| *only == trust.id))
        .filter_map(|trust| {
            footprint_store.view(&trust.id, wanted.period(), app.config.targets(&trust.id))
        });
    let tables: Vec<_> = views.map(|view| tables::schools(&view)).collect();
    let answer = Schools {
        period: wanted.period(),
        rows: tables.iter().flat_map(|table| table.json_rows()).collect(),
    };
    Json(answer).into_response()
}
