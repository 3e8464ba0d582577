//! Installations that share a Kafka: each has its own prefix, and is refused without one.

use std::time::Duration;

use bus::KafkaConfig;

use crate::flow::deployment::{Deployment, Embedded};
use crate::flow::files;
use crate::flow::seen::{ledger_rows, results};
use crate::servers::kafka::Kafka;

fn prefixed(kafka: &Kafka, prefix: &str) -> KafkaConfig {
    KafkaConfig {
        topic_prefix: prefix.to_owned(),
        ..KafkaConfig::at(&kafka.bootstrap)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_prefixes_keep_two_installations_apart_and_another_lake_is_refused_until_it_adopts() {
    let (kafka, _) = Kafka::shared().await;
    let mut first = Embedded::start_on_kafka(prefixed(kafka, "first.")).await;
    let second = Embedded::start_on_kafka(prefixed(kafka, "second.")).await;
    files::register(&first).await;
    files::import(&first, files::day_rows()).await;
    files::register(&second).await;
    (&first as &dyn Deployment).wait_until_settled().await;
    (&second as &dyn Deployment).wait_until_settled().await;
    let rows = ledger_rows(&first.lake()).await;
    assert_eq!(ledger_rows(&second.lake()).await.len() + 24, rows.len());

    // Another lake with the topics of the first.
    let mut intruder = Embedded::start_on_kafka(prefixed(kafka, "first.")).await;
    let running = intruder.running.take().expect("it runs");
    let ended = tokio::time::timeout(Duration::from_secs(60), running.ended()).await;
    let why = ended.expect("it ends").expect_err("it is refused");
    let why = format!("{why:#}");
    assert!(why.contains("is committed for another lake"), "{why}");
    assert!(why.contains("topic_prefix"), "{why}");

    // The first installation is gone, and its successor takes its topics over.
    let ended = first.stopped().await;
    ended.expect("it ends as it should");
    let expected = results(&first.lake()).await;
    let output = intruder.greenledger(&["adopt"]);
    assert!(output.contains("4 partitions"), "{output}");
    let successor = intruder.started_again().await;
    (&successor as &dyn Deployment).wait_until_settled().await;
    assert_eq!(ledger_rows(&successor.lake()).await, rows);
    assert_eq!(results(&successor.lake()).await, expected);
}
