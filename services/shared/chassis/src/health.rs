//! `/metrics`, `/healthz` and `/readyz`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus::{Gauge, Registry, TEXT_FORMAT, TextEncoder};

use crate::routes::{Endpoint, Routes};

/// The parts that a service is still waiting for. Empty means ready.
#[derive(Clone, Default)]
pub struct Readiness(Arc<Mutex<Parts>>);

#[derive(Default)]
struct Parts {
    waiting: BTreeMap<&'static str, String>,
    degraded: BTreeMap<&'static str, String>,
}

impl Readiness {
    /// Marks `part` as not ready, with a reason.
    pub fn wait(&self, part: &'static str, reason: impl Into<String>) {
        self.parts().waiting.insert(part, reason.into());
    }

    /// Marks `part` as ready.
    pub fn ready(&self, part: &'static str) {
        self.parts().waiting.remove(part);
    }

    /// Marks `part` as degraded: the service works, but an operator should look at it. /readyz reports it and still answers
    /// 200, because taking every replica out of service would make things worse.
    pub fn degraded(&self, part: &'static str, why: impl Into<String>) {
        self.parts().degraded.insert(part, why.into());
    }

    /// Marks `part` as no longer degraded.
    pub fn recovered(&self, part: &'static str) {
        self.parts().degraded.remove(part);
    }

    /// Why the service is not ready, one line per part; none if it is ready.
    pub fn waiting(&self) -> Option<String> {
        let lines = lines(&self.parts().waiting);
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// The reason given for `part`, whether it is waiting or degraded; none if it is well.
    pub fn reason_of(&self, part: &str) -> Option<String> {
        let parts = self.parts();
        let why = parts.waiting.get(part).or_else(|| parts.degraded.get(part));
        why.cloned()
    }

    /// The answer of /readyz.
    pub fn answer(&self, detail: Detail) -> (StatusCode, String) {
        let parts = self.parts();
        let lines = |parts| match detail {
            Detail::Reasons => lines(parts),
            Detail::Parts => names(parts),
        };
        let (status, mut text) = match lines(&parts.waiting) {
            none if none.is_empty() => (StatusCode::OK, vec!["ready".to_owned()]),
            waiting => (StatusCode::SERVICE_UNAVAILABLE, waiting),
        };
        text.extend(lines(&parts.degraded));
        (status, text.join("\n") + "\n")
    }

    fn parts(&self) -> std::sync::MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How much detail /readyz shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Each part and its reason, which may name the data the service works on.
    Reasons,
    /// Only the parts; the reasons are in the log.
    Parts,
}

fn names(parts: &BTreeMap<&'static str, String>) -> Vec<String> {
    parts
        .keys()
        .map(|part| format!("{part}: see the log"))
        .collect()
}

fn lines(parts: &BTreeMap<&'static str, String>) -> Vec<String> {
    let line = |(part, why): (&&str, &String)| format!("{part}: {why}");
    parts.iter().map(line).collect()
}

/// A service's metrics and readiness.
#[derive(Clone)]
pub struct Health {
    /// The registry for the service's metrics.
    pub registry: Registry,
    /// The parts the service is waiting for.
    pub readiness: Readiness,
}

impl Default for Health {
    /// Ready, with a metric of the start time: otherwise a service that keeps crashing and restarting looks healthy.
    fn default() -> Self {
        let registry = Registry::new();
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let started = Gauge::new(
            "process_start_time_seconds",
            "When the service was started, in seconds since 1970.",
        );
        if let (Ok(started), Ok(now)) = (started, now) {
            started.set(now.as_secs_f64());
            let _only_one = registry.register(Box::new(started));
        }
        Health {
            registry,
            readiness: Readiness::default(),
        }
    }
}

/// The interval between two reports.
const EVERY: Duration = Duration::from_secs(1);

/// Calls `report` every second, for ever. It runs beside the tasks that wait for what it reports on.
pub async fn report_every_second(mut report: impl FnMut()) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        report();
    }
}

const METRICS: &str = "/metrics";
const HEALTHZ: &str = "/healthz";
const READYZ: &str = "/readyz";

/// The tag of the three routes in OpenAPI.
const HEALTH: &str = "health";

/// The routes that probes use; they are answered also on connections beyond the limit.
pub(crate) const PROBES: [&str; 3] = [METRICS, HEALTHZ, READYZ];

/// The metrics that one reader is shown.
pub struct ShownMetrics {
    /// Whether those of the registry are: they are about the data of every reader.
    pub own: bool,
    /// Makes further ones as text. May take its time.
    pub more: Box<dyn FnOnce() -> String + Send>,
}

impl ShownMetrics {
    /// Those of the registry.
    fn own() -> Self {
        ShownMetrics {
            own: true,
            more: Box::new(String::new),
        }
    }
}

impl Health {
    /// The three routes, to be merged into the service's own routes. Every reader is shown everything.
    pub fn routes<S: Clone + Send + Sync + 'static>(&self) -> Routes<S> {
        let (health, readiness) = (self.clone(), self.readiness.clone());
        let shown = move || async move { health.show_metrics(ShownMetrics::own()).await };
        let ready = move || async move { readiness.answer(Detail::Reasons) };
        Routes::default()
            .get(METRICS, shown, metrics())
            .get(HEALTHZ, || async { "alive\n" }, healthz())
            .get(READYZ, ready, readyz())
    }

    /// The answer of `/metrics` to one reader.
    pub async fn show_metrics(&self, shown: ShownMetrics) -> Response {
        let registry = self.registry.clone();
        let made = tokio::task::spawn_blocking(move || {
            let mut text = String::new();
            if shown.own {
                TextEncoder::new().encode_utf8(&registry.gather(), &mut text)?;
            }
            Ok(text + &(shown.more)())
        });
        let made = made.await.map_err(|error| error.to_string());
        match made.and_then(|text| text.map_err(|error: prometheus::Error| error.to_string())) {
            Ok(text) => ([(header::CONTENT_TYPE, TEXT_FORMAT)], text).into_response(),
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error).into_response(),
        }
    }
}

/// The description of `/metrics`.
pub fn metrics() -> Endpoint {
    let description = "The metrics, in version 0.0.4 of Prometheus' text format. Publish adds \
        its figures as gauges, unless its configuration leaves them to the metrics of each trust; \
        a reader gets those that the token covers, and publish's own metrics only with a token \
        for everything.";
    Endpoint::new("metrics", "Metrics for Prometheus", description)
        .tag(HEALTH)
        .text(200, "text/plain", "The metrics.")
        .text(
            500,
            "text/plain",
            "The metrics cannot be written; the body says why.",
        )
}

/// The description of `/healthz`.
pub fn healthz() -> Endpoint {
    let description = "Answers as long as the process runs.";
    Endpoint::new("healthz", "Whether the process is alive", description)
        .tag(HEALTH)
        .text(200, "text/plain", "Alive.")
}

/// The description of `/readyz`.
pub fn readyz() -> Endpoint {
    let description =
        "Ready once Kafka can be reached and the data that is needed at the start has been read.";
    let ready = "Ready. Lines after the first name parts that somebody should look at although \
        the service works, such as files of tokens or certificates that changed and cannot be \
        used: the earlier ones still apply.";
    let waiting = "Not ready; the body says why. Publish names only the parts to readers who may \
        not read everything.";
    Endpoint::new("readyz", "Whether the service can do its work", description)
        .tag(HEALTH)
        .text(200, "text/plain", ready)
        .text(503, "text/plain", waiting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degraded_parts_are_reported_and_do_not_make_the_service_unready() {
        let readiness = Readiness::default();
        let check = |status, text: &str| {
            assert_eq!(readiness.answer(Detail::Reasons), (status, text.to_owned()))
        };
        check(StatusCode::OK, "ready\n");
        readiness.degraded("tokens", "cannot read them");
        check(StatusCode::OK, "ready\ntokens: cannot read them\n");
        let parts = (StatusCode::OK, "ready\ntokens: see the log\n".to_owned());
        assert_eq!(readiness.answer(Detail::Parts), parts);
        assert_eq!(readiness.waiting(), None);
        readiness.wait("broker", "away");
        check(
            StatusCode::SERVICE_UNAVAILABLE,
            "broker: away\ntokens: cannot read them\n",
        );
        readiness.ready("broker");
        readiness.recovered("tokens");
        check(StatusCode::OK, "ready\n");
    }
}
