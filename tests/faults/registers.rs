//! Registers over HTTP: ingest killed after half-hours are on Kafka and before the last reads are on the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;

use super::mqtt::half_hours;
use crate::flow::deployment::{Deployment, Embedded, TOKEN, TRUST};
use crate::flow::files;
use crate::servers::kafka::Kafka;
use crate::servers::service::Service;
use crate::servers::{Waiting, http};

/// The longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(60);
/// Where ingest dies.
const STEP: &str = "ingest.reads-persisted";

fn config(kafka: &bus::KafkaConfig, folder: &TempDir) -> String {
    format!(
        "[kafka]\nbrokers = {:?}\ntopic_prefix = {:?}\n[sharding]\nshards = 8\npartitions = 4\n\
         [[tokens]]\nname = \"tests\"\nsha256 = \"{}\"\nscope = {{ trust = \"{TRUST}\" }}\n\
         [services]\nlast_reads = {:?}\n",
        kafka.brokers,
        kafka.topic_prefix,
        ingest::token_sha256(TOKEN),
        folder.path().join("last-reads").display().to_string(),
    )
}

/// A read every five minutes: 0.5 kWh more, so 3 kWh in a half-hour.
fn read(number: i32) -> String {
    let first: DateTime<Utc> = "2026-11-20T06:00:00Z".parse().expect("a time");
    let at = first + TimeDelta::minutes(5) * number;
    format!(
        r#"{{"electricitymeter":{{"timestamp":"{}","energy":{{"import":{{"cumulative":{},"units":"kWh","mpan":"{}"}}}}}}}}"#,
        at.format("%Y-%m-%dT%H:%M:%SZ"),
        6613.405 + 0.5 * f64::from(number),
        files::mpan(0)
    )
}

/// Sends a read until it is accepted, and starts ingest again where it died. Returns whether it did.
async fn send(ingest: &mut Service, number: i32) -> bool {
    let mut died = false;
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let sent = http::client()
            .post(format!("{}/v1/services/glow", ingest.url))
            .bearer_auth(TOKEN)
            .header("Content-Type", "application/json")
            .body(read(number));
        let answer = sent.send().await;
        if answer.as_ref().is_ok_and(|answer| answer.status() == 202) {
            return died;
        }
        if ingest.is_dead() {
            died = true;
            ingest.restart().await;
        }
        assert!(waiting.once_more().await, "{answer:?}\n{}", ingest.log());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_read_that_is_sent_until_it_is_accepted_counts_once_whatever_is_killed() {
    let folder = TempDir::new().expect("a temporary folder");
    let (_, kafka) = Kafka::shared().await;
    let world = Embedded::start_on_kafka(kafka.clone()).await;
    files::register(&world).await;
    let mut ingest = Service::start("ingest", &config(&kafka, &folder), &Default::default()).await;
    assert!(ingest.ready(PATIENCE).await, "{}", ingest.log());
    for number in 0..=24 {
        // Of a read that ends a half-hour, of the next one, and of the first of an hour.
        let dies = [6, 7, 12].contains(&number);
        if dies {
            ingest.start_to_die(STEP, 0);
        }
        assert_eq!(send(&mut ingest, number).await, dies, "{}", ingest.log());
    }
    let wanted = (12..16).map(|slot| {
        let key = ("2026-11-20".to_owned(), slot);
        (key, BTreeSet::from([(3_000_000, 'A')]))
    });
    let wanted: BTreeMap<_, _> = wanted.collect();
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let found = half_hours(&world.lake(), &files::mpan(0)).await;
        if found == wanted {
            return;
        }
        assert!(waiting.once_more().await, "{found:?}\n{}", ingest.log());
    }
}
