//! The topics: one suite for both adapters, and installations that share a Kafka.

mod conformance;
mod shared;

use bus::{Bus, KafkaConfig, Log};

use crate::servers::kafka::Kafka;

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_log_conforms() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let log = Log::open(folder.path().join("log")).expect("a log");
    conformance::check(&Bus::Log(log)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apache_kafka_conforms_under_any_prefix() {
    // Every other test on it uses a prefix.
    let (kafka, _) = Kafka::shared().await;
    conformance::check(&Bus::kafka(&kafka.bootstrap)).await;
    // Topics without a prefix belong to another installation.
    let prefixed = KafkaConfig {
        topic_prefix: "calder-vale.".to_owned(),
        ..KafkaConfig::at(&kafka.bootstrap)
    };
    conformance::check(&Bus::Kafka(prefixed)).await;
}

#[tokio::test]
async fn a_prefix_that_no_topic_can_have_is_refused_before_kafka_is_asked() {
    let wrong = KafkaConfig {
        topic_prefix: "calder vale/".to_owned(),
        ..KafkaConfig::at("127.0.0.1:1")
    };
    let refused = Bus::Kafka(wrong)
        .check()
        .expect_err("it is refused")
        .to_string();
    assert!(
        refused.contains("topic_prefix = \"calder vale/\""),
        "{refused}"
    );
}
