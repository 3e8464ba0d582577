//! Metrics, of all trusts together and trust by trust.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::estate::{Estate, Trusts};
use super::readers;
use super::served::{Answer, HOST, Served};
use crate::config::FigureMetrics;

/// The readers, and the trusts that each sees whole.
const READERS: [(&str, &[&str]); 4] = [
    ("all", &["alder", "birch"]),
    ("alder-reader", &["alder"]),
    ("birch-reader", &["birch"]),
    ("school-reader", &[]),
];

fn path_of(trust: &str) -> String {
    format!("/metrics/trusts/{trust}")
}

fn figures(answer: &Answer) -> BTreeSet<String> {
    let lines = answer.content.lines();
    let figures = lines.filter(|line| line.starts_with("greenledger_"));
    figures.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_for_each_trust_is_listed_to_those_who_see_it() {
    let served = Served::start(Estate::of(Trusts::Both).await, &readers()).await;
    for (token, trusts) in READERS {
        let answer = served.ask(token, "/metrics/targets").await;
        let body = answer.content.lines().last().unwrap();
        let target = |trust: &&str| {
            json!({
                "targets": [HOST],
                "labels": { "__metrics_path__": path_of(trust), "trust": trust },
            })
        };
        let targets: Vec<Value> = trusts.iter().map(target).collect();
        assert_eq!(
            serde_json::from_str::<Value>(body).unwrap(),
            Value::Array(targets)
        );
        // Prometheus takes no other type.
        let json = "content-type: application/json";
        assert!(answer.content.contains(json), "{}", answer.content);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn trust_by_trust_the_figures_are_those_of_all_together() {
    let served = Served::start(Estate::of(Trusts::Both).await, &readers()).await;
    for (token, trusts) in READERS.into_iter().take(3) {
        let mut by_trust = BTreeSet::new();
        for trust in trusts {
            let answer = served.ask(token, &path_of(trust)).await;
            let of_trust = figures(&answer);
            let label = format!("{{trust=\"{trust}\"");
            let of_another = of_trust.iter().find(|line| !line.contains(&label));
            assert_eq!((answer.status, of_another), (200, None));
            by_trust.extend(of_trust);
        }
        assert!(!by_trust.is_empty());
        let together = figures(&served.ask(token, "/metrics").await);
        assert_eq!(by_trust, together, "{token}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trust_that_is_not_there_has_no_metrics() {
    let served = Served::start(Estate::of(Trusts::Both).await, &readers()).await;
    for (token, path) in [
        ("all", "/metrics/trusts/aspen"),
        // The beginning of a key in the footprint store.
        ("all", "/metrics/trusts/alder%2F900011"),
        ("birch-reader", "/metrics/trusts/alder"),
        ("school-reader", "/metrics/trusts/birch"),
    ] {
        let answer = served.ask(token, path).await;
        assert_eq!(answer.status, 404, "{token} asks {path}");
        assert!(figures(&answer).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_may_be_left_to_the_metrics_of_each_trust() {
    let mut estate = Estate::of(Trusts::Both).await;
    estate.config.metrics.figures = FigureMetrics::ByTrust;
    let served = Served::start(estate, &readers()).await;
    for (token, trusts) in READERS {
        let together = served.ask(token, "/metrics").await;
        let own = together.content.contains("publish_exports_total{");
        assert_eq!(own, token == "all");
        // A reader of single schools sees no trust, and finds the schools here.
        let is_of_schools = trusts.is_empty();
        assert_eq!(!figures(&together).is_empty(), is_of_schools, "{token}");
        for trust in trusts {
            let answer = served.ask(token, &path_of(trust)).await;
            assert!(!figures(&answer).is_empty(), "{token}");
        }
    }
}
