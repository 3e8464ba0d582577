//! Everything that is served over HTTP.

mod half_hours_cache;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chassis::Vitals;
use lake::Lake;
use prometheus::{Encoder, TextEncoder};

use crate::book::Live;
use crate::config::Config;
use crate::{api, gauges, page};

pub(crate) use half_hours_cache::HalfHoursCache;

/// Every route that is served: its method and path.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/"),
    ("GET", "/trusts/{trust}"),
    ("GET", "/schools/{urn}"),
    ("GET", "/api/v1/trusts"),
    ("GET", "/api/v1/trusts/{trust}"),
    ("GET", "/api/v1/schools"),
    ("GET", "/api/v1/schools/{urn}"),
    ("GET", "/api/v1/schools/{urn}/half-hours"),
    ("GET", "/metrics"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
];

/// What a request is answered from.
pub(crate) struct App {
    pub config: Arc<Config>,
    pub live: Arc<Live>,
    pub half_hours: HalfHoursCache,
    pub vitals: Vitals,
}

impl App {
    pub(crate) fn new(config: Arc<Config>, live: Arc<Live>, lake: Lake, vitals: Vitals) -> Arc<Self> {
        Arc::new(App { config, live, half_hours: HalfHoursCache::new(lake), vitals })
    }
}

pub(crate) fn routes(app: Arc<App>) -> Router {
    // `/metrics` here also has the figures; the chassis answers the other two.
    let health = app.vitals.routes::<()>().fallback(page::not_found);
    Router::new()
        .route("/", get(page::home))
        .route("/trusts/{trust}", get(page::trust))
        .route("/schools/{urn}", get(page::school))
        .route("/api/v1/trusts", get(api::trusts))
        .route("/api/v1/trusts/{trust}", get(api::trust))
        .route("/api/v1/schools", get(api::schools))
        .route("/api/v1/schools/{urn}", get(api::school))
        .route("/api/v1/schools/{urn}/half-hours", get(api::half_hours))
        .route("/metrics", get(metrics))
        .with_state(app)
        .fallback_service(health)
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    let made = tokio::task::spawn_blocking(move || {
        let mut own = String::new();
        let families = app.vitals.registry.gather();
        // Text to a string fails only on a family without metrics, and then says what it has.
        if let Err(error) = TextEncoder::new().encode_utf8(&families, &mut own) {
            tracing::warn!(%error, "some metrics cannot be written");
        }
        own + &gauges::gauges(&app.live.book(), &app.config)
    });
    match made.await {
        Ok(text) => ([(header::CONTENT_TYPE, TextEncoder::new().format_type().to_owned())], text).into_response(),
        Err(error) => (axum::http::StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
