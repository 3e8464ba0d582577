//! The queries of dashboards and rules, as Grafana and Prometheus would send them, for every value of their variables.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{list, text};
use crate::servers::prometheus::{api, query};

/// Queries of which one has to find data.
pub struct Wanted {
    name: String,
    queries: Vec<Query>,
}

#[derive(Clone)]
struct Query {
    expr: String,
    /// Seconds back from now, and the step, of a query over time.
    range: Option<(i64, i64)>,
}

impl Query {
    fn now(expr: &str) -> Query {
        Query {
            expr: with_intervals(expr),
            range: None,
        }
    }

    async fn finds_data(&self, url: &str) -> bool {
        let Some((back, step)) = self.range else {
            return query(url, &self.expr).await != serde_json::json!([]);
        };
        let now = chrono::Utc::now().timestamp();
        let start = ((now - back) / step * step).to_string();
        let (end, step) = (now.to_string(), step.to_string());
        let parameters = [
            ("query", self.expr.as_str()),
            ("start", &start),
            ("end", &end),
            ("step", &step),
        ];
        let found = api(url, "query_range", &parameters).await;
        found["result"] != serde_json::json!([])
    }
}

impl Wanted {
    pub async fn finds_data(&self, url: &str) -> bool {
        for query in &self.queries {
            if query.finds_data(url).await {
                return true;
            }
        }
        false
    }

    pub fn line(&self) -> String {
        let first = self.queries.first().map_or("", |query| &query.expr);
        format!("  {}: {first}", self.name)
    }
}

/// What a panel has to find, for each combination of values of the variables that it uses.
pub fn panel_wanted(dashboard: &Value, panel: &Value, values: &[Values]) -> Vec<Wanted> {
    let name = format!("{} / {}", text(&dashboard["title"]), text(&panel["title"]));
    let of = |values: &Values, target: &Value| {
        let query = Query::now(&with_values(text(&target["expr"]), values));
        match target["range"] == true {
            true => Query {
                range: Some(range_of(dashboard, panel)),
                ..query
            },
            false => query,
        }
    };
    let targets = list(&panel["targets"]);
    let mut wanted = Vec::new();
    for target in targets {
        wanted.push(Wanted {
            name: format!("{name}, query {}", text(&target["refId"])),
            queries: values.iter().map(|values| of(values, target)).collect(),
        });
    }
    let may_be_empty = !panel["fieldConfig"]["defaults"]["noValue"].is_null();
    let each = values.iter().filter(|_| !may_be_empty);
    wanted.extend(each.map(|values| Wanted {
        name: format!("{name} for {values:?}"),
        queries: targets.iter().map(|target| of(values, target)).collect(),
    }));
    wanted
}

/// The span that a panel shows, and the step of its queries.
fn range_of(dashboard: &Value, panel: &Value) -> (i64, i64) {
    let back = match text(&panel["timeFrom"]) {
        "" => text(&dashboard["time"]["from"]).trim_start_matches("now-"),
        of_panel => of_panel,
    };
    let back = seconds(back);
    match text(&panel["interval"]) {
        "" => (back.min(3600), 15),
        every => (back, seconds(every)),
    }
}

fn seconds(span: &str) -> i64 {
    let (count, unit) = span.split_at(span.len() - 1);
    let unit = match unit {
        "y" => 365 * 86_400,
        "d" => 86_400,
        "h" => 3_600,
        "m" => 60,
        _ => panic!("{span} is no span"),
    };
    count.parse::<i64>().expect("a number") * unit
}

/// A value for each variable.
type Values = BTreeMap<String, String>;

/// Every combination of values of the variables that a panel uses, as Grafana would offer them.
pub async fn values_of(url: &str, dashboard: &Value, panel: &Value) -> Vec<Values> {
    let targets = list(&panel["targets"]).iter();
    let used: String = targets.map(|target| text(&target["expr"])).collect();
    let mut all = vec![Values::new()];
    for variable in list(&dashboard["templating"]["list"]) {
        let name = text(&variable["name"]);
        let is_needed = used.contains(&format!("${name}")) || name == "trust";
        if !is_needed {
            continue;
        }
        let mut more = Vec::new();
        for values in all {
            for value in offered(url, variable, &values).await {
                let mut values = values.clone();
                values.insert(name.to_owned(), value);
                more.push(values);
            }
        }
        all = more;
    }
    assert!(!all.is_empty(), "no values for {}", text(&panel["title"]));
    all
}

/// What a variable offers once those before it are chosen.
async fn offered(url: &str, variable: &Value, values: &Values) -> Vec<String> {
    let fixed = || {
        let pairs = text(&variable["query"]).split(", ");
        pairs
            .map(|pair| pair.rsplit(" : ").next().unwrap_or(pair).to_owned())
            .collect()
    };
    match text(&variable["type"]) {
        // Two ends of a scale are enough of hours.
        "custom" if text(&variable["query"]).contains(" : ") => fixed(),
        "custom" => vec![text(&variable["current"]["value"]).to_owned()],
        "query" => {
            let asked = text(&variable["query"]["query"]);
            let label = match asked.strip_prefix("label_values(") {
                Some(inner) => inner
                    .trim_end_matches(')')
                    .rsplit(", ")
                    .next()
                    .expect("a label"),
                None => value_label(text(&variable["regex"])),
            };
            let found = query(url, &with_values(asked_by_variable(asked), values)).await;
            let labels = list(&found).iter();
            let labels: BTreeSet<String> = labels
                .map(|series| text(&series["metric"][label]).to_owned())
                .collect();
            let every = (variable["includeAll"] == true).then(|| ".*".to_owned());
            every.into_iter().chain(labels).collect()
        }
        _ => Vec::new(),
    }
}

/// The label whose value a regular expression takes.
fn value_label(regex: &str) -> &str {
    let (before, _) = regex.split_once("=\"(?<value>").expect("a value");
    before
        .rsplit(['*', '/', ' '])
        .next()
        .map_or(before, |label| label.trim_start_matches('.'))
}

pub fn variables_wanted(dashboard: &Value) -> Vec<Wanted> {
    let variables = list(&dashboard["templating"]["list"]).iter();
    let asked = variables.filter(|variable| variable["type"] == "query");
    let of = |variable: &Value| {
        let expr = asked_by_variable(text(&variable["query"]["query"]));
        let any = expr.replace("=\"$trust\"", "=~\".*\"");
        Wanted {
            name: format!(
                "{} / {}",
                text(&dashboard["title"]),
                text(&variable["label"])
            ),
            queries: vec![Query::now(&any)],
        }
    };
    asked.map(of).collect()
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

fn with_intervals(expr: &str) -> String {
    let expr = expr
        .replace("$__rate_interval", "5m")
        .replace("$__interval", "1m")
        .replace("$__range", "1h");
    assert!(!expr.contains('$'), "a variable without a value in {expr}");
    expr
}

/// The expression as Grafana would send it with these values chosen.
fn with_values(expr: &str, values: &Values) -> String {
    // The longest name first: none may be taken for the beginning of another.
    let mut names: Vec<&String> = values.keys().collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names.iter().fold(expr.to_owned(), |expr, name| {
        expr.replace(&format!("${name}"), &values[*name])
    })
}

pub fn rules_wanted(answer: &Value) -> Vec<Wanted> {
    let groups = list(&answer["groups"]).iter();
    let rules = groups.flat_map(|group| list(&group["rules"]));
    let of = |rule: &Value| Wanted {
        name: format!("{} rule / {}", text(&rule["type"]), text(&rule["name"])),
        queries: vec![Query::now(&without_filter(text(&rule["query"])))],
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
