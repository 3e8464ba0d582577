//! Why a figure is what it is, over the API.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};

use super::refused;
use crate::app::{App, Seen};
use crate::query::{ExplanationQuery, explanation};

/// `GET /api/v1/schools/{urn}/explain?period=&figure=&meter=&month=&day=`: from a figure down to the events behind it.
pub(crate) async fn explain(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(urn): Path<String>,
    Query(asked): Query<ExplanationQuery>,
) -> Response {
    match explanation(&app, &seen, &urn, asked).await {
        Ok((_, found)) => Json(found).into_response(),
        Err(unanswered) => {
            let (status, error) = unanswered.told();
            refused(status, error)
        }
    }
}
