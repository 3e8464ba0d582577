//! Everything that is served over HTTP.

mod half_hours_cache;
mod reads;

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
pub(crate) use reads::Reads;

/// Every route that is served: its method and path.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/"),
    ("GET", "/trusts/{trust}"),
    ("GET", "/trusts/{trust}/scoreboard"),
    ("GET", "/trusts/{trust}/secr"),
    ("GET", "/schools/{urn}"),
    ("GET", "/schools/{urn}/why"),
    ("GET", "/api/v1/trusts"),
    ("GET", "/api/v1/trusts/{trust}"),
    ("GET", "/api/v1/trusts/{trust}/scoreboard"),
    ("GET", "/api/v1/trusts/{trust}/secr"),
    ("GET", "/api/v1/schools"),
    ("GET", "/api/v1/schools/{urn}"),
    ("GET", "/api/v1/schools/{urn}/half-hours"),
    ("GET", "/api/v1/schools/{urn}/why"),
    ("GET", "/metrics"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
];

/// What a request is answered from.
pub(crate) struct App {
    pub config: Arc<Config>,
    pub live: Arc<Live>,
    pub half_hours: HalfHoursCache,
    pub ledger: Arc<Reads>,
    pub vitals: Vitals,
}

impl App {
    pub(crate) fn new(
        config: Arc<Config>,
        live: Arc<Live>,
        lake: Lake,
        vitals: Vitals,
    ) -> Arc<Self> {
        let ledger = Arc::new(Reads::new(lake));
        Arc::new(App {
            config,
            live,
            half_hours: HalfHoursCache::new(ledger.clone()),
            ledger,
            vitals,
        })
    }
}

pub(crate) fn routes(app: Arc<App>) -> Router {
    // `/metrics` here also has the figures; the chassis answers the other two.
    let health = app.vitals.routes::<()>().fallback(page::not_found);
    Router::new()
        .route("/", get(page::home))
        .route("/trusts/{trust}", get(page::trust))
        .route("/trusts/{trust}/scoreboard", get(page::scoreboard))
        .route("/trusts/{trust}/secr", get(page::secr))
        .route("/schools/{urn}", get(page::school))
        .route("/schools/{urn}/why", get(page::why))
        .route("/api/v1/trusts", get(api::trusts))
        .route("/api/v1/trusts/{trust}", get(api::trust))
        .route("/api/v1/trusts/{trust}/scoreboard", get(api::scoreboard))
        .route("/api/v1/trusts/{trust}/secr", get(api::secr))
        .route("/api/v1/schools", get(api::schools))
        .route("/api/v1/schools/{urn}", get(api::school))
        .route("/api/v1/schools/{urn}/half-hours", get(api::half_hours))
        .route("/api/v1/schools/{urn}/why", get(api::why))
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
        Ok(text) => (
            [(
                header::CONTENT_TYPE,
                TextEncoder::new().format_type().to_owned(),
            )],
            text,
        )
            .into_response(),
        Err(error) => (
            axum::http::StatusCode::INTERNAL_SERVER_ERROR,
            error.to_string(),
        )
            .into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    async fn ask(address: std::net::SocketAddr, path: &str) -> String {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn every_route_answers_and_nothing_else_does() {
        let live = Arc::new(Live::default());
        for footprint in made_up::footprints() {
            live.change(&footprint.key(), Some(footprint));
        }
        let (lake, vitals) = (
            lake::LakeConfig::at("memory:").open().unwrap(),
            Vitals::default(),
        );
        crate::counters::Counters::new(&vitals.registry, ["termly"].into_iter()).unwrap();
        let app = App::new(made_up::config().into(), live, lake, vitals);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes(app)).await });
        for (_, path) in ROUTES {
            let path = path
                .replace("{trust}", made_up::TRUST)
                .replace("{urn}", "107501");
            let answer = ask(address, &path).await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
            if !path.starts_with("/api")
                && !["/metrics", "/healthz", "/readyz"].contains(&path.as_str())
            {
                assert!(
                    answer.contains(
                        "content-security-policy: default-src 'none'; style-src 'sha256-"
                    ),
                    "{path}"
                );
            }
        }
        let metrics = ask(address, "/metrics").await;
        assert!(
            metrics.contains("publish_exports_total{outcome=\"failed\",schedule=\"termly\"} 0")
        );
        assert!(metrics.contains("greenledger_trust_schools{trust=\"calder-vale\"} 15"));
        for path in [
            "/nothing",
            "/schools/1",
            "/trusts/x",
            "/?period=1999-00",
            "/api/v1/schools/999999",
        ] {
            assert!(
                ask(address, path).await.starts_with("HTTP/1.1 404"),
                "{path}"
            );
        }
        assert!(
            ask(address, "/schools/107514?period=2025-26")
                .await
                .contains("2025/26")
        );
    }
}
