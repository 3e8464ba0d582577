//! The JSON API: the same tables that results are written from.

mod explain;
mod school;
mod scoreboard;
mod secr;
mod travel;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::access::Denied;
use crate::app::{App, Seen};
use crate::footprint_store::FootprintStore;
use crate::period_selection::periods;
use crate::query::PeriodQuery;
use crate::rollup::TrustView;
use crate::tables;
use crate::year_on_year::ChangeTold;

pub(crate) use explain::explain;
pub use school::published;
pub(crate) use school::{half_hours, school};
pub(crate) use scoreboard::scoreboard;
pub(crate) use secr::secr;

/// The response to a request that was refused.
pub(crate) fn denied(denied: Denied) -> Response {
    let error = json!({ "error": denied.hint() });
    (StatusCode::UNAUTHORIZED, Json(error)).into_response()
}

pub(crate) fn missing(what: impl Into<String>) -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "error": what.into() }))).into_response()
}

/// `GET /api/v1/trusts`: every trust, its periods and where to read on.
pub(crate) async fn trusts(State(app): State<Arc<App>>, seen: Seen) -> Response {
    let footprint_store = seen.trusts;
    let trusts: Vec<Value> = footprint_store
        .trusts()
        .into_iter()
        .map(|trust| {
            let periods: Vec<Value> = periods(&footprint_store, &trust.id)
                .into_iter()
                .map(|period| json!({ "period": period.key(), "label": period.label() }))
                .collect();
            let baseline = app.config.baseline(&trust.id);
            let href = format!("/api/v1/trusts/{}", trust.id);
            json!({
                "trust": trust.id, "name": trust.name,
                "baseline": { "tco2e_per_pupil": baseline.tco2e_per_pupil, "basis": baseline.basis },
                "periods": periods, "href": href,
            })
        })
        .collect();
    Json(json!({ "trusts": trusts })).into_response()
}

/// `GET /api/v1/trusts/{trust}?period=`: the trust's row and its schools'.
pub(crate) async fn trust(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(trust): Path<String>,
    Query(wanted): Query<PeriodQuery>,
) -> Response {
    let footprint_store = seen.trusts;
    let Some(view) = footprint_store.view(&trust, wanted.period(), app.config.targets(&trust))
    else {
        return missing(format!(
            "no figures of trust {trust:?} over period {:?}",
            wanted.period()
        ));
    };
    let sums = tables::trusts(&view);
    let schools = tables::schools(&view);
    let change = view.change.as_ref();
    let change = change.map(|all| ChangeTold::of(&all.sum, all.prior_period, all.period));
    Json(json!({
        "trust": view.trust.id,
        "period": view.period.key(),
        "factor_set": one_factor_set(&view),
        "figures": sums.json_rows().first(),
        "sufficiency": view.sufficiency,
        "change": change,
        "schools": schools.json_rows(),
    }))
    .into_response()
}

/// `GET /api/v1/schools?trust=&period=`: a row per school.
pub(crate) async fn schools(
    State(app): State<Arc<App>>,
    seen: Seen,
    Query(wanted): Query<PeriodQuery>,
) -> Response {
    // A country's rows take too long to compute on an async worker.
    let made = tokio::task::spawn_blocking(move || school_rows(&app, &seen.schools, &wanted));
    match made.await {
        Ok(rows) => rows,
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn school_rows(app: &App, footprint_store: &FootprintStore, wanted: &PeriodQuery) -> Response {
    let views = footprint_store
        .trusts()
        .into_iter()
        .filter(|trust| wanted.trust.as_ref().is_none_or(|only| *only == trust.id))
        .filter_map(|trust| {
            footprint_store.view(&trust.id, wanted.period(), app.config.targets(&trust.id))
        });
    let tables: Vec<_> = views.map(|view| tables::schools(&view)).collect();
    let rows: Vec<_> = tables.iter().flat_map(|table| table.json_rows()).collect();
    Json(json!({ "period": wanted.period(), "rows": rows })).into_response()
}

fn one_factor_set(view: &TrustView) -> Option<&footprint::FactorSetRef> {
    match view.totals.factor_sets.as_slice() {
        [one] => Some(one),
        _ => None,
    }
}
