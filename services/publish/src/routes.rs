//! The HTTP routes of publish.

mod authenticate;

use std::sync::Arc;

use axum::Router;
use axum::http::HeaderMap;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use chassis::{Detail, ShownMetrics};

use crate::app::{App, Seen};
use crate::{api, gauges, page};

use authenticate::authenticate;

/// Lists the routes of publish's own once; those of [`chassis::Health`] are served beside them.
macro_rules! routes {
    ($($path:literal => $handler:path;)*) => {
        /// Every route that is served: its method and path.
        pub const ROUTES: &[(&str, &str)] = &[
            $(("GET", $path),)*
            ("GET", "/metrics"),
            ("GET", "/healthz"),
            ("GET", "/readyz"),
        ];

        fn figures() -> Router<Arc<App>> {
            Router::new()$(.route($path, get($handler)))*.fallback(page::not_found)
        }
    };
}

routes! {
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
}

pub(crate) fn routes(app: Arc<App>) -> Router {
    // The check covers the fallback too: a path that does not exist looks like one that the reader may not see.
    let figures = figures()
        .merge(metrics(&app))
        .layer(from_fn_with_state(app.clone(), authenticate));
    figures.merge(probes(&app)).with_state(app)
}

/// The gauges are no collector of the registry: what they show depends on the reader, which a collector does not know, and a
/// country's three million series would take gigabytes as the registry's objects.
fn metrics(app: &Arc<App>) -> Router<Arc<App>> {
    let config = app.config.clone();
    app.health.metrics_for(move |seen: Seen| {
        let config = config.clone();
        ShownMetrics {
            // They name schedules and count footprints of every trust.
            own: seen.sees_all(),
            more: Box::new(move || gauges::gauges(&seen.schools, &config)),
        }
    })
}

/// The reason why a part is not ready may name a trust or its objects: a reader who does not see everything learns only
/// which part it is.
fn probes(app: &Arc<App>) -> Router<Arc<App>> {
    let access = app.access.clone();
    app.health
        .probes_for(move |headers: HeaderMap| match access.reader(&headers) {
            Ok(reader) if reader.sees_all() => Detail::Reasons,
            _ => Detail::Parts,
        })
}

#[cfg(test)]
mod tests;
