//! A dashboard whose query finds nothing, or an alert on a metric that nobody writes, looks exactly like "all is well".
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "what is broken fails the test"
)]

use crate::servers::prometheus::{api, query};
use crate::servers::{Waiting, project};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Rates need two scrapes, recorded rules one more, and a scrape may be five seconds apart.
const PATIENCE: Duration = Duration::from_secs(60);

/// The rules that ship, for `Prometheus::start`.
pub fn rules() -> PathBuf {
    project("deploy/prometheus/rules/greenledger.rules.yml")
}

/// Runs every query of every dashboard, variables included, every recording rule, and every alert's expression with its
/// comparisons made to answer 0 or 1 instead of nothing. Panics with a list of those that find no data.
pub async fn every_query_returns_data(prometheus_url: &str) {
    let mut queries = dashboards()
        .iter()
        .flat_map(queries_of)
        .collect::<Vec<Query>>();
    queries.extend(queries_of_rules(&api(prometheus_url, "rules", &[]).await));
    assert!(!queries.is_empty(), "there is nothing to ask");

    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let mut without_data = Vec::new();
        for wanted in queries {
            if query(prometheus_url, &wanted.expr).await == serde_json::json!([]) {
                without_data.push(wanted);
            }
        }
        if without_data.is_empty() {
            return;
        }
        if !waiting.once_more().await {
            let list: Vec<String> = without_data.iter().map(Query::line).collect();
            panic!("{} queries find no data:\n{}", list.len(), list.join("\n"));
        }
        queries = without_data;
    }
}

struct Query {
    dashboard: String,
    panel: String,
    expr: String,
}

impl Query {
    fn line(&self) -> String {
        format!("  {} / {}: {}", self.dashboard, self.panel, self.expr)
    }
}

fn dashboards() -> Vec<Value> {
    let folder = project("deploy/grafana/dashboards");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("deploy/grafana/dashboards")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    let read = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).expect("a dashboard");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    };
    files.iter().map(read).collect()
}

fn queries_of(dashboard: &Value) -> Vec<Query> {
    let of = |panel: &Value, name: &str, expr: &str| Query {
        dashboard: text(&dashboard["title"]).to_owned(),
        panel: text(&panel[name]).to_owned(),
        expr: with_values(expr, dashboard),
    };
    let mut queries = Vec::new();
    for panel in panels(dashboard) {
        for target in list(&panel["targets"]) {
            queries.push(of(panel, "title", text(&target["expr"])));
        }
    }
    for variable in variables(dashboard, "query") {
        let expr = asked_by_variable(text(&variable["query"]["query"]));
        queries.push(of(variable, "label", expr));
    }
    queries
}

/// Panels, and those in a folded row.
fn panels(dashboard: &Value) -> Vec<&Value> {
    let outer = list(&dashboard["panels"]);
    let inner = outer.iter().flat_map(|row| list(&row["panels"]));
    outer.iter().chain(inner).collect()
}

fn variables<'a>(dashboard: &'a Value, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    let variables = list(&dashboard["templating"]["list"]);
    variables
        .iter()
        .filter(move |variable| variable["type"] == kind)
}

/// `label_values(selector, label)` and `query_result(expression)` are Grafana's; what is in them is Prometheus's.
fn asked_by_variable(query: &str) -> &str {
    if let Some(inner) = query.strip_prefix("label_values(") {
        return inner
            .rsplit_once(',')
            .map_or(inner, |(selector, _)| selector);
    }
    query
        .strip_prefix("query_result(")
        .and_then(|inner| inner.strip_suffix(')'))
        .unwrap_or(query)
}

/// The expression as Grafana would send it with everything chosen: a variable that is looked up matches all, one that
/// is a fixed choice has its default.
fn with_values(expr: &str, dashboard: &Value) -> String {
    let mut expr = expr
        .replace("$__rate_interval", "5m")
        .replace("$__interval", "1m")
        .replace("$__range", "1h");
    for variable in variables(dashboard, "query") {
        let name = text(&variable["name"]);
        for chosen in [format!("=~\"${name}\""), format!("=\"${name}\"")] {
            expr = expr.replace(&chosen, "=~\".*\"");
        }
    }
    for variable in variables(dashboard, "custom") {
        let name = format!("${}", text(&variable["name"]));
        expr = expr.replace(&name, text(&variable["current"]["value"]));
    }
    assert!(!expr.contains('$'), "a variable without a value in {expr}");
    expr
}

fn queries_of_rules(answer: &Value) -> Vec<Query> {
    let groups = list(&answer["groups"]).iter();
    let rules = groups.flat_map(|group| list(&group["rules"]));
    let of = |rule: &Value| Query {
        dashboard: format!("{} rule", text(&rule["type"])),
        panel: text(&rule["name"]).to_owned(),
        expr: without_filter(text(&rule["query"])),
    };
    rules.map(of).collect()
}

/// A comparison drops what it is not true of, so an alert at rest is empty like one on a metric that does not exist.
/// With `bool` it answers for every series. Prometheus writes rules back with one space around an operator.
fn without_filter(expr: &str) -> String {
    let comparisons = [" > ", " < ", " >= ", " <= ", " == ", " != "];
    comparisons
        .iter()
        .fold(expr.to_owned(), |expr, comparison| {
            expr.replace(comparison, &format!("{comparison}bool "))
        })
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

#[test]
fn every_panel_has_a_description() {
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
