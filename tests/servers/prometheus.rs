//! Prometheus with the project's own rules, scraping what a test runs.

use super::http;
use super::{Server, free_port};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A running Prometheus. It scrapes and evaluates every second, so that rates exist after two.
pub struct Prometheus {
    pub url: String,
    _server: Server,
    /// After the server, because fields are dropped in order.
    _data: TempDir,
}

impl Prometheus {
    /// `targets` are (job, host:port); a job is a service's name, as in deploy/prometheus/prometheus.yml. Returns once
    /// it answers, some 0.2 s, which is before the first scrape.
    pub async fn start(targets: &[(&str, String)], rules: &[PathBuf]) -> Prometheus {
        let scrape: Vec<Value> = targets
            .iter()
            .map(|(job, target)| {
                serde_json::json!({"job_name": job, "static_configs": [{"targets": [target]}]})
            })
            .collect();
        Self::scraping(&scrape, rules).await
    }

    /// One that scrapes nothing and receives samples of the last years, in any order.
    pub async fn receiving() -> Prometheus {
        Self::scraping(&[], &[]).await
    }

    /// The same with whole scrape configurations, as `scrape_configs` of deploy/prometheus/prometheus.yml lists them.
    pub async fn scraping(scrape: &[Value], rules: &[PathBuf]) -> Prometheus {
        let data = TempDir::new().expect("a temporary folder");
        let config = data.path().join("prometheus.yml");
        std::fs::write(&config, configuration(scrape, rules)).expect("a configuration file");
        let address = format!("127.0.0.1:{}", free_port());
        let url = format!("http://{address}");
        let mut command = Command::new("prometheus");
        command
            .arg(format!("--config.file={}", config.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                data.path().join("data").display()
            ))
            .arg(format!("--web.listen-address={address}"))
            .arg("--web.enable-remote-write-receiver")
            .arg("--storage.tsdb.retention.time=10y")
            .arg("--log.level=warn");
        let server = Server::start("prometheus", command, data.path(), async || {
            is_ready(&url).await
        })
        .await;
        Prometheus {
            url,
            _server: server,
            _data: data,
        }
    }

    /// The current value of `expr`. See [`query`].
    pub async fn query(&self, expr: &str) -> Value {
        query(&self.url, expr).await
    }
}

/// The `result` of an instant query: for a vector an array of `{metric, value}`, empty when there is no data. If Prometheus
/// refuses the expression, the test fails with its error.
pub async fn query(url: &str, expr: &str) -> Value {
    api(url, "query", &[("query", expr)]).await["result"].take()
}

/// The `data` of an answer of Prometheus's API.
pub async fn api(url: &str, path: &str, parameters: &[(&str, &str)]) -> Value {
    let mut answer: Value = http::client()
        .get(format!("{url}/api/v1/{path}"))
        .query(parameters)
        .send()
        .await
        .expect("Prometheus answers")
        .json()
        .await
        .expect("Prometheus answers in JSON");
    assert_eq!(
        answer["status"], "success",
        "Prometheus refuses {parameters:?}: {}",
        answer["error"]
    );
    answer["data"].take()
}

async fn is_ready(url: &str) -> bool {
    let answer = http::get(format!("{url}/-/ready")).await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

/// JSON, which is YAML too, so that no path or name needs quoting by hand.
fn configuration(scrape: &[Value], rules: &[PathBuf]) -> String {
    let rules: Vec<&Path> = rules.iter().map(PathBuf::as_path).collect();
    serde_json::json!({
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": rules,
        "scrape_configs": scrape,
        "storage": {"tsdb": {"out_of_order_time_window": "10y"}},
    })
    .to_string()
}
