//! The scoreboard over the API.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::missing;
use crate::app::{App, Seen};
use crate::query::PeriodQuery;
use crate::rollup::TrustView;

/// `GET /api/v1/trusts/{trust}/scoreboard?period=`: the targets of the plan, each with its schools and its evidence.
pub(crate) async fn scoreboard(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(trust): Path<String>,
    Query(wanted): Query<PeriodQuery>,
) -> Response {
    let footprint_store = seen.trusts;
    match footprint_store.view(&trust, wanted.period(), app.config.targets(&trust)) {
        Some(view) => Json(document(&view)).into_response(),
        None => missing(format!(
            "no figures of trust {trust:?} over period {:?}",
            wanted.period()
        )),
    }
}

fn document(view: &TrustView) -> Value {
    let board = view.scoreboard();
    json!({
        "trust": view.trust.id,
        "period": view.period.key(),
        "period_label": view.period.label(),
        "target_year": board.target_year,
        "last_day": board.last_day,
        "kpis": board.kpis,
    })
}
