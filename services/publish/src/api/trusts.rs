//! Trusts over the API.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use events::TrustRef;
use footprint::{Baseline, FactorSetRef, TrustSufficiency};
use serde::Serialize;
use utoipa::ToSchema;

use super::columns::{SchoolRow, TrustRow};
use super::missing;
use super::part::part;
use crate::app::{App, Seen};
use crate::footprint_store::FootprintStore;
use crate::period_selection::periods;
use crate::query::{ReportQuery, TrustQuery, TrustsQuery};
use crate::rollup::TrustView;
use crate::secr::report;
use crate::table::Row;
use crate::tables;
use crate::year_on_year::ChangeAnswer;

/// The trusts with figures.
#[derive(Serialize, ToSchema)]
pub(crate) struct Trusts {
    /// In the order of their ids.
    trusts: Vec<TrustEntry>,
    /// The value of `after` that the list goes on with; null at its end.
    next: Option<String>,
}

/// A trust with figures.
#[derive(Serialize, ToSchema)]
struct TrustEntry {
    /// The trust's id.
    trust: String,
    /// Its name.
    name: String,
    /// The value that its carbon intensity is compared with.
    baseline: Baseline,
    /// The periods with figures: the trailing twelve months, then the newest year first.
    periods: Vec<PeriodEntry>,
    /// The path of its figures.
    href: String,
}

/// A period with figures.
#[derive(Serialize, ToSchema)]
struct PeriodEntry {
    /// The period in queries: an academic year such as `2025-26`, or `trailing-12-months`.
    period: String,
    /// As people read it.
    label: String,
}

/// One trust over one period, and its schools.
#[derive(Serialize, ToSchema)]
#[schema(as = Trust)]
pub(crate) struct TrustAnswer<'a> {
    /// The trust's id.
    trust: &'a str,
    /// The period: an academic year such as `2025-26`, or `trailing-12-months`.
    period: String,
    /// The factor set; null if the schools are priced with several.
    factor_set: Option<&'a FactorSetRef>,
    /// The trust's figures.
    #[schema(value_type = TrustRow)]
    figures: Option<Row<'a>>,
    /// Whether the trust has enough data for a claim, and which schools lack what.
    sufficiency: &'a TrustSufficiency,
    /// What changed from the academic year before; null if there is none, and for a period that is not a whole year.
    change: Option<ChangeAnswer>,
    /// The schools' figures, in the order of their URNs.
    #[schema(value_type = Vec<SchoolRow>)]
    schools: Vec<Row<'a>>,
    /// The value of `after` that the list of schools goes on with; null at its end.
    next: Option<String>,
}

/// `GET /api/v1/trusts?limit=&after=`: every trust, its periods and where to read on.
pub(crate) async fn trusts(
    State(app): State<Arc<App>>,
    seen: Seen,
    Query(wanted): Query<TrustsQuery>,
) -> Json<Trusts> {
    let footprint_store = seen.trusts;
    let entry = |trust: TrustRef| TrustEntry {
        baseline: app.config.baseline(&trust.id),
        periods: periods(&footprint_store, &trust.id)
            .into_iter()
            .map(|period| PeriodEntry {
                period: period.key(),
                label: period.label(),
            })
            .collect(),
        href: format!("/api/v1/trusts/{}", trust.id),
        trust: trust.id,
        name: trust.name,
    };
    let is_after = |trust: &TrustRef| wanted.after.as_ref().is_none_or(|after| trust.id > *after);
    let trusts = footprint_store.trusts().into_iter().filter(is_after);
    let (trusts, has_more) = part(trusts, wanted.limit);
    let last = trusts.last().filter(|_| has_more);
    Json(Trusts {
        next: last.map(|trust| trust.id.clone()),
        trusts: trusts.into_iter().map(entry).collect(),
    })
}

/// `GET /api/v1/trusts/{trust}?period=&limit=&after=`: the trust's row and its schools'.
pub(crate) async fn trust(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(trust): Path<String>,
    Query(wanted): Query<TrustQuery>,
) -> Response {
    // A region's schools take too long to add up on an async worker.
    let made = tokio::task::spawn_blocking(move || of_trust(&app, &seen.trusts, &trust, &wanted));
    match made.await {
        Ok(answer) => answer,
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn of_trust(
    app: &App,
    footprint_store: &FootprintStore,
    trust: &str,
    wanted: &TrustQuery,
) -> Response {
    let Some(view) = footprint_store.view(trust, wanted.period(), app.config.targets(trust)) else {
        return missing(format!(
            "no figures of trust {trust:?} over period {:?}",
            wanted.period()
        ));
    };
    let sums = tables::trusts(&view);
    let after = wanted.after.as_ref();
    let schools = view.schools.iter().cloned();
    let schools =
        schools.filter(|school| after.is_none_or(|after| school.urn.to_string() > *after));
    let (schools, has_more) = part(schools, wanted.limit);
    let last = schools.last().filter(|_| has_more);
    let next = last.map(|school| school.urn.to_string());
    let schools = tables::of_schools(&schools, view.baseline());
    let change = view.change.as_ref();
    let change = change.map(|all| ChangeAnswer::of(&all.sum, all.prior_period, all.period));
    let answer = TrustAnswer {
        trust: &view.trust.id,
        period: view.period.key(),
        factor_set: one_factor_set(&view),
        figures: sums.json_rows().into_iter().next(),
        sufficiency: &view.sufficiency,
        change,
        schools: schools.json_rows(),
        next,
    };
    Json(answer).into_response()
}

fn one_factor_set(view: &TrustView) -> Option<&FactorSetRef> {
    match view.totals.factor_sets.as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

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
