//! The demo, watched by a real Prometheus: every query of every dashboard and rule finds data.

mod constant;

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::agreement::{self, Shown};
use crate::dashboards;
use crate::explained;
use crate::flow::seen::{ledger_rows, results};
use crate::servers::kafka::Kafka;
use crate::servers::prometheus::Prometheus;
use crate::servers::service::{Killed, binary};

fn demo(folder: &TempDir, more: &[&str]) -> Command {
    let private = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(folder.path(), private).expect("permissions");
    let mut command = Command::new(binary("greenledger"));
    command.args(["--format", "json", "demo", "--port", "0", "--data-dir"]);
    command.arg(folder.path()).args(more);
    command
}

/// The line with all addresses, printed once everything is loaded, published and exported.
fn summary_of(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_query_finds_data_in_the_demo_and_all_it_shows_agrees() {
    use std::io::{BufRead, BufReader};
    let folder = TempDir::new().expect("a temporary folder");
    let mut child = demo(&folder, &[])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the demo");
    let stdout = child.stdout.take().expect("its output");
    let _killed = Killed(child);
    let line = tokio::task::spawn_blocking(move || {
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).map(|_| line)
    });
    let summary = summary_of(&line.await.expect("a thread").expect("a line"));
    let address = |service: &str| {
        let url = summary[service]
            .as_str()
            .unwrap_or_else(|| panic!("no {service}: {summary}"));
        url.trim_start_matches("http://").to_owned()
    };
    let targets = [
        ("ingest", address("ingest")),
        ("aggregate", address("aggregate")),
        ("publish", address("page")),
    ];
    let prometheus = Prometheus::start(&targets, &[dashboards::rules()]).await;
    write_history(&folder, &prometheus.url).await;
    dashboards::every_query_returns_data(&prometheus.url).await;
    let schools = prometheus
        .query("count(greenledger_school_carbon_intensity_grams_per_pupil{period=\"trailing-12-months\"})")
        .await;
    assert_eq!(schools[0]["value"][1], "15", "{schools}");
    let lake = folder.path().join("lake");
    let shown = Shown {
        page: &format!("http://{}", address("page")),
        workbook: &lake.join("exports/calder-vale/demo/workbook.xlsx"),
        lake: &lake,
        trust: "calder-vale",
    };
    explained::every_figure(shown.page).await;
    agreement::check(&shown).await;
    constant::check(&shown).await;
}

/// Writes the demo's history to Prometheus: enough to hold a year against the one before, and no more than takes seconds.
async fn write_history(folder: &TempDir, prometheus: &str) {
    let config = std::fs::read_to_string(folder.path().join("greenledger.toml"));
    let file = folder.path().join("history.toml");
    let history =
        format!("\n[history]\nurl = \"{prometheus}/api/v1/write\"\nfrom = \"2025-08-01\"\n");
    std::fs::write(&file, config.expect("a configuration") + &history).expect("a file");
    let mut command = Command::new(binary("greenledger"));
    command
        .args(["backfill", "--from", "2025-08-01", "--config"])
        .arg(file);
    let output = tokio::task::spawn_blocking(move || command.output().expect("backfill"));
    let output = output.await.expect("a thread");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{:?}: {errors}", output.status);
}

/// The same demo in the log and over an Apache Kafka: the ledger has the same rows, and the results are the same bytes.
#[tokio::test(flavor = "multi_thread")]
async fn the_demo_publishes_the_same_over_apache_kafka_and_its_own_log() {
    let (kafka, _) = Kafka::shared().await;
    // The meters have readings up to now: both demos have to start in the same half-hour.
    let half_hour = || chrono::Utc::now().timestamp() / 1_800;
    loop {
        let begun = half_hour();
        let (log_rows, log_results) = loaded(&[]).await;
        let (kafka_rows, kafka_results) = loaded(&["--brokers", &kafka.bootstrap]).await;
        if half_hour() != begun {
            continue;
        }
        assert!(log_rows.len() > 30_000, "{} rows", log_rows.len());
        assert!(log_rows == kafka_rows, "the ledgers differ");
        let differs = |key: &&String| log_results.get(*key) != kafka_results.get(*key);
        let keys = log_results.keys().chain(kafka_results.keys());
        let differ: Vec<_> = keys.filter(differs).collect();
        assert!(differ.is_empty(), "{differ:?}");
        return;
    }
}

/// The ledger's rows and the results of a demo that was loaded once, with these additional arguments.
async fn loaded(more: &[&str]) -> (Vec<String>, std::collections::BTreeMap<String, Vec<u8>>) {
    let folder = TempDir::new().expect("a temporary folder");
    let mut command = demo(&folder, &["--once"]);
    command.args(more);
    let output = tokio::task::spawn_blocking(move || command.output().expect("the demo"));
    let output = output.await.expect("a thread");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{:?}: {errors}", output.status);
    let lake = lake::LakeConfig::at(folder.path().join("lake").display().to_string());
    let lake = lake.open().expect("the lake");
    (ledger_rows(&lake).await, results(&lake).await)
}

#[test]
fn the_demo_run_again_on_its_folder_gives_the_same_figures() {
    let folder = TempDir::new().expect("a temporary folder");
    let run = || {
        let output = demo(&folder, &["--once"]).output().expect("the demo");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{:?}: {errors}", output.status);
        summary_of(&String::from_utf8_lossy(&output.stdout))
    };
    let (first, again) = (run(), run());
    assert_eq!(first["schools"].as_array().map(Vec::len), Some(15));
    assert_eq!(first["events"]["refused"], 0, "{first}");
    let gross = |summary: &Value| -> Vec<Value> {
        let schools = summary["schools"].as_array().cloned().unwrap_or_default();
        schools
            .iter()
            .map(|school| school["waste_grams"].clone())
            .collect()
    };
    assert_eq!(
        gross(&first),
        gross(&again),
        "started again, it adds nothing"
    );
    let received = |summary: &Value| summary["events"]["received"].as_u64().expect("a number");
    assert!(
        received(&again) * 20 < received(&first),
        "only what is new is sent: {again}"
    );
    for file in ["schools.csv", "workbook.xlsx"] {
        let path = folder
            .path()
            .join("lake/exports/calder-vale/demo")
            .join(file);
        assert!(path.exists(), "{}", path.display());
    }
}
