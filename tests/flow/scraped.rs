//! What is made for many trusts: figures that Prometheus scrapes trust by trust, and lists that are searched and read in parts.

use std::time::Duration;

use cli::IngestClient;
use serde_json::{Value, json};

use super::authority::{self, BOTH};
use super::deployment::{Deployment, Embedded};
use crate::servers::prometheus::Prometheus;
use crate::servers::{Waiting, http};

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

async fn text(world: &Embedded, path: &str) -> String {
    let answer = http::get(format!("{}{path}", publish(world))).await;
    let answer = answer.and_then(reqwest::Response::error_for_status);
    answer.expect("an answer").text().await.expect("a text")
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

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_trusts_is_searched_on_the_page_and_read_in_parts_over_the_api() {
    let world = world().await;
    let found = text(&world, "/?q=HERON").await;
    let has = TRUSTS.map(|trust| found.contains(&format!("href=\"/trusts/{trust}\"")));
    assert_eq!(has, [false, true], "{found}");
    let mut path = "/api/v1/trusts?limit=1".to_owned();
    for (trust, next) in TRUSTS.into_iter().zip([Some("egret"), None]) {
        let part = text(&world, &path).await;
        let part: Value = serde_json::from_str(&part).expect("JSON");
        let ids = part["trusts"].as_array().expect("trusts").iter();
        let ids: Vec<_> = ids.map(|entry| entry["trust"].as_str()).collect();
        assert_eq!((ids, part["next"].as_str()), (vec![Some(trust)], next));
        path = format!("/api/v1/trusts?limit=1&after={trust}");
    }
}
