//! Figures that Prometheus scrapes trust by trust, as publish lists them for its service discovery.

use std::time::Duration;

use cli::IngestClient;
use serde_json::{Value, json};

use super::authority::{self, BOTH};
use super::deployment::{Deployment, Embedded};
use crate::servers::Waiting;
use crate::servers::prometheus::Prometheus;

const TRUSTS: [&str; 2] = ["egret", "heron"];
const PATIENCE: Duration = Duration::from_secs(60);

/// A school of each trust.
async fn world() -> Embedded {
    let world = authority::world().await;
    let client = IngestClient::new(world.ingest(), BOTH).expect("a client");
    let schools = (0..).zip(TRUSTS);
    let schools: Vec<_> = schools
        .map(|(at, trust)| authority::school(at, trust, "2026-09-01", None))
        .collect();
    let answer = client.send(&schools).await.expect("an answer");
    assert_eq!((answer.accepted, answer.refused), (2, 0), "{answer:#?}");
    (&world as &dyn Deployment).wait_until_settled().await;
    world
}

fn publish(world: &Embedded) -> &str {
    &world.running.as_ref().expect("it runs").publish
}

/// The trusts of the series that a query finds, sorted.
async fn trusts_of(prometheus: &Prometheus, query: &str) -> Vec<String> {
    let found = prometheus.query(query).await;
    let series = found.as_array().expect("series");
    let trust = |series: &Value| series["metric"]["trust"].as_str().map(str::to_owned);
    let mut trusts: Vec<String> = series.iter().filter_map(trust).collect();
    trusts.sort_unstable();
    trusts
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_finds_every_trust_and_scrapes_each_at_its_own_address() {
    let world = world().await;
    let scrape = json!({
        "job_name": "publish-trusts",
        "honor_labels": true,
        "http_sd_configs": [{
            "url": format!("{}/metrics/targets", publish(&world)),
            "refresh_interval": "1s",
        }],
    });
    let prometheus = Prometheus::scraping(&[scrape], &[]).await;
    let figures = "greenledger_trust_schools == 1";
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let found = trusts_of(&prometheus, figures).await;
        if found == TRUSTS {
            break;
        }
        assert!(waiting.once_more().await, "{found:?}");
    }
    assert_eq!(trusts_of(&prometheus, "up == 1").await, TRUSTS);
}
