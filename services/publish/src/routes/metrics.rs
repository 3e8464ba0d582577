//! Metrics for Prometheus: all at once, or trust by trust, as service discovery lists them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chassis::{Endpoint, Routes, ShownMetrics};
use serde::Serialize;
use utoipa::ToSchema;

use super::described;
use crate::app::{App, Seen};
use crate::config::FigureMetrics;
use crate::gauges;

/// The tag of the metrics in OpenAPI.
const HEALTH: &str = "health";

pub(super) fn routes() -> Routes<Arc<App>> {
    Routes::default()
        .get("/metrics", metrics, chassis::metrics())
        .get(
            "/metrics/targets",
            targets,
            Endpoint::new(
                "metricsTargets",
                "The trusts to scrape",
                "Prometheus's service discovery by HTTP: a target for each trust that the reader \
                 sees whole, at the host and port of the request.",
            )
            .tag(HEALTH)
            .json::<ScrapeTargets>(200, "The targets, in the order of the trusts' ids.")
            .text(400, "text/plain", "The request names no host."),
        )
        .get(
            "/metrics/trusts/{trust}",
            metrics_of_trust,
            Endpoint::new(
                "metricsOfTrust",
                "Metrics of one trust for Prometheus",
                "The figures of one trust and its schools, as they are in `/metrics`.",
            )
            .tag(HEALTH)
            .parameter(described::trust())
            .text(200, "text/plain", "The metrics.")
            .text(404, "text/plain", "There are no figures of this trust.")
            .text(
                500,
                "text/plain",
                "The metrics cannot be written; the body says why.",
            ),
        )
}

/// The gauges are no collector of the registry: what they show depends on the reader, which a collector does not know, and a
/// country's three million series would take gigabytes as the registry's objects.
async fn metrics(State(app): State<Arc<App>>, seen: Seen) -> Response {
    let health = app.health.clone();
    // A reader of single schools sees no trust, and would have no metrics otherwise.
    let are_elsewhere = app.config.metrics.figures == FigureMetrics::ByTrust && seen.sees_trusts();
    let shown = ShownMetrics {
        // They name schedules and count footprints of every trust.
        own: seen.sees_all(),
        more: match are_elsewhere {
            true => Box::new(String::new),
            false => Box::new(move || gauges::gauges(&seen.schools, &app.config)),
        },
    };
    health.show_metrics(shown).await
}

/// `GET /metrics/trusts/{trust}`: the same gauges, of one trust.
async fn metrics_of_trust(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(trust): Path<String>,
) -> Response {
    let of_trust = seen.trusts.part_of_trust(&trust);
    if of_trust.footprints().next().is_none() {
        let error = format!("there are no figures of trust {trust:?}\n");
        return (StatusCode::NOT_FOUND, error).into_response();
    }
    let health = app.health.clone();
    let shown = ShownMetrics {
        own: false,
        more: Box::new(move || gauges::gauges(&of_trust, &app.config)),
    };
    health.show_metrics(shown).await
}

/// What Prometheus is to scrape.
#[derive(Serialize, ToSchema)]
struct ScrapeTargets(Vec<ScrapeTarget>);

/// One trust to scrape.
#[derive(Serialize, ToSchema)]
struct ScrapeTarget {
    /// The host and port of this service, as the request named them.
    targets: Vec<String>,
    /// The labels of the target.
    labels: ScrapeLabels,
}

/// The labels of a trust to scrape.
#[derive(Serialize, ToSchema)]
struct ScrapeLabels {
    /// The path of the trust's metrics.
    #[serde(rename = "__metrics_path__")]
    metrics_path: String,
    /// The trust's id.
    trust: String,
}

/// `GET /metrics/targets`: every trust as a target, by the name under which Prometheus reached this service.
async fn targets(seen: Seen, headers: HeaderMap) -> Response {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let Some(host) = host else {
        let error = "the request names no host\n";
        return (StatusCode::BAD_REQUEST, error).into_response();
    };
    let target = |trust: events::TrustRef| ScrapeTarget {
        targets: vec![host.to_owned()],
        labels: ScrapeLabels {
            metrics_path: format!("/metrics/trusts/{}", trust.id),
            trust: trust.id,
        },
    };
    let trusts = seen.trusts.trusts().into_iter();
    Json(ScrapeTargets(trusts.map(target).collect())).into_response()
}
