//! The SECR report over the API.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};

use super::missing;
use crate::app::{App, Seen};
use crate::query::ReportQuery;
use crate::secr::report;

/// `GET /api/v1/trusts/{trust}/secr?period=2024-25&basis=filled`: the report of an academic year. The defaults are the
/// last whole year and actual readings.
pub(crate) async fn secr(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(trust): Path<String>,
    Query(wanted): Query<ReportQuery>,
) -> Response {
    let settings = app.config.settings(&trust);
    let footprint_store = seen.trusts;
    let period = wanted.period.as_deref();
    match report(&footprint_store, &trust, period, wanted.basis, &settings) {
        Ok(report) => Json(report).into_response(),
        Err(error) => missing(error.to_string()),
    }
}
