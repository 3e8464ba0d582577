//! The SECR report over the API.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};

use super::{Wanted, missing};
use crate::app::{App, Seen};
use crate::secr::report;

/// `GET /api/v1/trusts/{trust}/secr?period=2024-25`: the report of an academic year, of the last whole one unless said.
pub(crate) async fn secr(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(trust): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let settings = app.config.settings(&trust);
    let book = seen.trusts;
    match report(&book, &trust, wanted.period.as_deref(), &settings) {
        Ok(report) => Json(report).into_response(),
        Err(error) => missing(error.to_string()),
    }
}
