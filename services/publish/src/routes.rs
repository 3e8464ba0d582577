//! The HTTP routes of publish.

mod authenticate;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chassis::Detail;
use prometheus::{Encoder, TextEncoder};

use crate::app::{App, Seen};
use crate::{api, gauges, page};

use authenticate::authenticate;

/// Lists the routes once: those that need authentication, and those that do not.
macro_rules! routes {
    (figures { $($path:literal => $handler:path;)* } health { $($open:literal => $its:path;)* }) => {
        /// Every route that is served: its method and path.
        pub const ROUTES: &[(&str, &str)] = &[$(("GET", $path),)* $(("GET", $open),)*];

        /// The routes that need no token.
        #[cfg(test)]
        const HEALTH: &[&str] = &[$($open),*];

        fn figures() -> Router<Arc<App>> {
            Router::new()$(.route($path, get($handler)))*.fallback(page::not_found)
        }

        fn health() -> Router<Arc<App>> {
            Router::new()$(.route($open, get($its)))*
        }
    };
}

routes! {
    figures {
        "/" => page::home;
        "/trusts/{trust}" => page::trust;
        "/trusts/{trust}/scoreboard" => page::scoreboard;
        "/trusts/{trust}/secr" => page::secr;
        "/schools/{urn}" => page::school;
        "/schools/{urn}/explain" => page::explain;
        "/api/v1/trusts" => api::trusts;
        "/api/v1/trusts/{trust}" => api::trust;
        "/api/v1/trusts/{trust}/scoreboard" => api::scoreboard;
        "/api/v1/trusts/{trust}/secr" => api::secr;
        "/api/v1/schools" => api::schools;
        "/api/v1/schools/{urn}" => api::school;
        "/api/v1/schools/{urn}/half-hours" => api::half_hours;
        "/api/v1/schools/{urn}/explain" => api::explain;
        "/metrics" => metrics;
    }
    health {
        "/healthz" => healthz;
        "/readyz" => readyz;
    }
}

pub(crate) fn routes(app: Arc<App>) -> Router {
    // The check covers the fallback too: a path that does not exist looks like one that the reader may not see.
    let figures = figures().layer(from_fn_with_state(app.clone(), authenticate));
    figures.merge(health()).with_state(app)
}

async fn healthz() -> &'static str {
    "alive\n"
}

/// The reason why a part is not ready may name a trust or its objects: a reader who does not see everything learns only
/// which part it is.
async fn readyz(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let reader = app.access.reader(&headers);
    let detail = match reader {
        Ok(reader) if reader.sees_all() => Detail::Reasons,
        _ => Detail::Parts,
    };
    app.health.readiness.answer(detail).into_response()
}

async fn metrics(State(app): State<Arc<App>>, seen: Seen) -> Response {
    let made = tokio::task::spawn_blocking(move || {
        let mut own = String::new();
        // The metrics of the service are about all trusts: they name schedules and count footprints of every trust.
        if seen.sees_all() {
            let families = app.health.registry.gather();
            // Writing text to a string fails only on a family without metrics, and then the families before it are written.
            if let Err(error) = TextEncoder::new().encode_utf8(&families, &mut own) {
                tracing::warn!(%error, "some metrics cannot be written");
            }
        }
        own + &gauges::gauges(&seen.schools, &app.config)
    });
    match made.await {
        Ok(text) => (
            [(
                header::CONTENT_TYPE,
                TextEncoder::new().format_type().to_owned(),
            )],
            text,
        )
            .into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[cfg(test)]
mod tests;
