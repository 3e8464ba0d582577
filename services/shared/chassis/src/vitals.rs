//! `/metrics`, `/healthz` and `/readyz`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use prometheus::{Encoder, Registry, TextEncoder};

/// What a service is still waiting for. Empty means ready.
#[derive(Clone, Default)]
pub struct Readiness(Arc<Mutex<BTreeMap<&'static str, String>>>);

impl Readiness {
    /// Not ready: `part` waits, for the reason given.
    pub fn wait(&self, part: &'static str, reason: impl Into<String>) {
        self.parts().insert(part, reason.into());
    }

    /// `part` is ready.
    pub fn ready(&self, part: &'static str) {
        self.parts().remove(part);
    }

    /// Why the service is not ready, one line a part; none if it is.
    pub fn waiting(&self) -> Option<String> {
        let lines: Vec<_> = self
            .parts()
            .iter()
            .map(|(part, why)| format!("{part}: {why}"))
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    fn parts(&self) -> std::sync::MutexGuard<'_, BTreeMap<&'static str, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A service's metrics and readiness.
#[derive(Clone, Default)]
pub struct Vitals {
    /// Where the service registers its metrics.
    pub registry: Registry,
    /// What it waits for.
    pub readiness: Readiness,
}

impl Vitals {
    /// The three routes, to be merged into the service's own.
    pub fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let registry = self.registry.clone();
        let readiness = self.readiness.clone();
        Router::new()
            .route("/metrics", get(move || async move { metrics(&registry) }))
            .route("/healthz", get(|| async { "alive\n" }))
            .route(
                "/readyz",
                get(move || async move {
                    match readiness.waiting() {
                        None => (StatusCode::OK, "ready\n".to_owned()),
                        Some(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
                    }
                }),
            )
    }
}

fn metrics(registry: &Registry) -> axum::response::Response {
    let mut text = Vec::new();
    match TextEncoder::new().encode(&registry.gather(), &mut text) {
        Ok(()) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
