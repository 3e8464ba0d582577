//! A dashboard whose query finds nothing, or an alert on a metric that nobody writes, looks exactly like "all is well".
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "what is broken fails the test"
)]

mod queries;

use crate::servers::prometheus::{api, query};
use crate::servers::{Waiting, project};
use queries::{Wanted, panel_wanted, rules_wanted, values_of, variables_wanted};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Rates need two scrapes, recorded rules one more, and a scrape may be five seconds apart.
const PATIENCE: Duration = Duration::from_secs(60);

/// The rules that ship, for `Prometheus::start`.
pub fn rules() -> PathBuf {
    project("deploy/prometheus/rules/greenledger.rules.yml")
}

/// Runs every query of every dashboard, every recording rule, and every alert's expression with its comparisons made to answer 0
/// or 1 instead of nothing. Panics with a list of those that find no data.
///
/// A query has to find data for some value of the variables; a panel for every value, by one of its queries at least, unless it
/// says in `noValue` what stands in place of a value.
pub async fn every_query_returns_data(prometheus_url: &str) {
    scraped(prometheus_url).await;
    let mut wanted = rules_wanted(&api(prometheus_url, "rules", &[]).await);
    for dashboard in &dashboards() {
        wanted.extend(variables_wanted(dashboard));
        let panels = panels(dashboard).into_iter();
        for panel in panels.filter(|panel| !list(&panel["targets"]).is_empty()) {
            let values = values_of(prometheus_url, dashboard, panel).await;
            wanted.extend(panel_wanted(dashboard, panel, &values));
        }
    }
    assert!(
        wanted.len() > 100,
        "there is little to ask: {}",
        wanted.len()
    );

    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let mut without_data = Vec::new();
        for one in wanted {
            if !one.finds_data(prometheus_url).await {
                without_data.push(one);
            }
        }
        if without_data.is_empty() {
            return;
        }
        if !waiting.once_more().await {
            let list: Vec<String> = without_data.iter().map(Wanted::line).collect();
            panic!("{} find no data:\n{}", list.len(), list.join("\n"));
        }
        wanted = without_data;
    }
}

/// Waits until the figures were scraped: variables offer values from then on.
async fn scraped(prometheus_url: &str) {
    let mut waiting = Waiting::up_to(PATIENCE);
    while query(prometheus_url, "greenledger_school_enough_data").await == serde_json::json!([]) {
        assert!(waiting.once_more().await, "nothing is scraped");
    }
}

fn dashboards() -> Vec<Value> {
    dashboards_in(&project("deploy/grafana/dashboards"))
        .into_values()
        .map(|text| serde_json::from_str(&text).expect("JSON"))
        .collect()
}

/// The files of a folder, by name.
fn dashboards_in(folder: &Path) -> BTreeMap<String, String> {
    let files = std::fs::read_dir(folder).expect("a folder of dashboards");
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.expect("a file").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        (name, std::fs::read_to_string(path).expect("a dashboard"))
    };
    files.map(read).collect()
}

/// Panels, and those in a folded row.
fn panels(dashboard: &Value) -> Vec<&Value> {
    let outer = list(&dashboard["panels"]);
    let inner = outer.iter().flat_map(|row| list(&row["panels"]));
    outer.iter().chain(inner).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[test]
fn prometheus_takes_the_configuration_and_the_rules() {
    promtool(&["check", "config", "deploy/prometheus/prometheus.yml"]);
}

/// The example of a job for each trust, with its comment signs taken away.
#[test]
fn prometheus_takes_the_example_of_scraping_by_trust() {
    let shipped = std::fs::read_to_string(project("deploy/prometheus/prometheus.yml"));
    let shipped = shipped.expect("the configuration");
    let (before, example) = shipped
        .split_once("  # - job_name: publish-trusts")
        .expect("the example");
    let example = example.replace("\n  # ", "\n  ");
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("prometheus.yml");
    let text = format!("{before}  - job_name: publish-trusts{example}");
    std::fs::write(&file, text).expect("a file");
    // The files that it names are not beside it.
    let file = file.display().to_string();
    promtool(&["check", "config", "--syntax-only", &file]);
}

/// The tests of alerts: within hours, and over days.
const RULE_TESTS: [&str; 2] = [
    "deploy/prometheus/rules/greenledger.test.yml",
    "deploy/prometheus/rules/greenledger.days.test.yml",
];

#[test]
fn every_alert_fires_when_it_should_and_alone() {
    let mut arguments = vec!["test", "rules"];
    arguments.extend(RULE_TESTS);
    promtool(&arguments);
}

#[test]
fn no_alert_is_without_a_test() {
    let read = |file| std::fs::read_to_string(project(file)).expect("a rules file");
    let rules = read("deploy/prometheus/rules/greenledger.rules.yml");
    let tests = RULE_TESTS.map(read).concat();
    let alerts = rules
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "));
    let untested: Vec<&str> = alerts
        .filter(|alert| !tests.contains(&format!("alertname=\"{alert}\"")))
        .collect();
    assert!(untested.is_empty(), "no test fires {untested:?}");
}

/// The files that ship are what `go run . ../dashboards` in deploy/grafana/generate writes.
#[test]
fn the_dashboards_are_what_their_generator_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new("go")
        .args(["run", "."])
        .arg(folder.path())
        .current_dir(project("deploy/grafana/generate"))
        .output()
        .unwrap_or_else(|error| panic!("cannot run go: {error}; tests/run installs it"));
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}");
    let shipped = dashboards_in(&project("deploy/grafana/dashboards"));
    let made = dashboards_in(folder.path());
    let names = |of: &BTreeMap<String, String>| of.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&shipped), names(&made));
    for (name, text) in &shipped {
        assert!(
            *text == made[name],
            "{name} is not what its generator writes"
        );
    }
}

/// A limit that a trust sets for itself stands in no dashboard: no colour depends on an intensity, a share recycled or a level.
#[test]
fn no_dashboard_sets_a_limit_that_is_the_trusts() {
    for dashboard in dashboards() {
        for panel in panels(&dashboard) {
            let steps = list(&panel["fieldConfig"]["defaults"]["thresholds"]["steps"]);
            let limits = steps.iter().filter(|step| !step["value"].is_null());
            let unit = text(&panel["fieldConfig"]["defaults"]["unit"]);
            let is_of_trust = unit.contains("/pupil") || text(&panel["title"]).contains("Recycl");
            assert!(!is_of_trust || limits.count() == 0, "{}", panel["title"]);
        }
    }
}

#[test]
fn every_panel_has_a_description_and_a_link_to_what_explains_it() {
    for dashboard in dashboards() {
        let shown = panels(&dashboard)
            .into_iter()
            .filter(|panel| panel["type"] != "row");
        for panel in shown {
            let (title, description) = (text(&panel["title"]), text(&panel["description"]));
            let explained = !title.is_empty() && !description.is_empty();
            assert!(
                explained,
                "{}: panel {} says too little",
                dashboard["title"], panel["id"]
            );
            let links = list(&panel["links"]).iter();
            let mut urls = links.map(|link| text(&link["url"]));
            assert!(
                urls.any(|url| url.starts_with("${page}/")),
                "{title} has no link to the page"
            );
        }
    }
}

fn promtool(arguments: &[&str]) {
    let output = Command::new("promtool")
        .args(arguments)
        .current_dir(project(""))
        .output()
        .unwrap_or_else(|error| panic!("cannot run promtool: {error}; tests/run installs it"));
    let printed = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&printed)
    );
}
