//! The scoreboard over the API.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use footprint::Scoreboard;
use serde::Serialize;
use utoipa::ToSchema;

use super::missing;
use crate::app::{App, Seen};
use crate::query::PeriodQuery;

/// The targets of a trust's plan over one period: each met, not met or not evidenced, and why.
#[derive(Serialize, ToSchema)]
pub(crate) struct ScoreboardAnswer {
    /// The trust's id.
    trust: String,
    /// The period: an academic year such as `2025-26`, or `trailing-12-months`.
    period: String,
    /// The period as people read it.
    period_label: String,
    #[serde(flatten)]
    board: Scoreboard,
}

/// `GET /api/v1/trusts/{trust}/scoreboard?period=`: the targets of the plan, each with its schools and its evidence.
pub(crate) async fn scoreboard(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(trust): Path<String>,
    Query(wanted): Query<PeriodQuery>,
) -> Response {
    let footprint_store = seen.trusts;
    match footprint_store.view(&trust, wanted.period(), app.config.targets(&trust)) {
        Some(view) => Json(ScoreboardAnswer {
            board: view.scoreboard(),
            period: view.period.key(),
            period_label: view.period.label(),
            trust: view.trust.id,
        })
        .into_response(),
        None => missing(format!(
            "no figures of trust {trust:?} over period {:?}",
            wanted.period()
        )),
    }
}
