//! A Kafka with passwords over TLS: SASL_SSL with SCRAM-SHA-512. Needs the feature `production`.

use std::collections::BTreeMap;
use std::time::Duration;

use bus::KafkaConfig;

use super::deployment::Deployment;
use super::files;
use crate::faults::oracle::Left;
use crate::faults::pipeline::Pipeline;
use crate::faults::sent::{self, Undisturbed};
use crate::servers::http;
use crate::servers::kafka::{Kafka, Options};
use crate::servers::service::Service;
use crate::servers::{Waiting, free_port};

const PASSWORD: &str = "a-password-for-kafka";
const WRONG: &str = "not-the-password-for-kafka";
const PATIENCE: Duration = Duration::from_secs(60);

fn environment(password: &str) -> BTreeMap<String, String> {
    // The most verbose log.
    [
        ("GREENLEDGER_KAFKA_PASSWORD", password),
        ("RUST_LOG", "debug"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_flow_through_a_kafka_with_passwords_and_a_wrong_password_is_reported_and_never_logged()
 {
    let port = free_port();
    let options = Options {
        arguments: vec!["--secure".to_owned(), port.to_string()],
        environment: [("KAFKA_USER", "greenledger"), ("KAFKA_PASSWORD", PASSWORD)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        ..Options::default()
    };
    let kafka = Kafka::start_with(free_port(), options).await;
    let properties = format!(
        "\"security.protocol\" = \"SASL_SSL\"\n\"sasl.mechanism\" = \"SCRAM-SHA-512\"\n\
         \"sasl.username\" = \"greenledger\"\n\"sasl.password\" = {{ env = \"GREENLEDGER_KAFKA_PASSWORD\" }}\n\
         \"ssl.ca.location\" = {:?}\n",
        kafka.folder().join("ca.pem")
    );
    let brokers = format!("127.0.0.1:{port}");
    let reach = async |password: &str| {
        // The tests themselves use the listener without passwords.
        let direct = KafkaConfig::at(&kafka.bootstrap);
        Pipeline::reaching(&brokers, &properties, &environment(password), direct).await
    };

    let locked_out = reach(WRONG).await;
    for service in services(&locked_out) {
        readiness_contains(service, "cannot log in to Kafka").await;
        readiness_contains(service, "Authentication failed").await;
    }
    let world = reach(PASSWORD).await;
    files::register(&world).await;
    for day in 0..5 {
        let answer = world.client().send(&sent::day(day)).await;
        answer.expect("an answer");
    }
    let found = Left::read(&world).await;
    let expected = Undisturbed::start().await.after(5).await;
    let differences = found.differences(&expected);
    assert!(
        differences.messages.is_empty(),
        "{:#?}",
        differences.messages
    );
    for service in services(&locked_out).into_iter().chain(services(&world)) {
        let log = service.log();
        assert!(!log.contains("password-for-kafka"), "{log}");
    }
}

fn services(world: &Pipeline) -> [&Service; 3] {
    [&world.ingest, &world.aggregate, &world.publish]
}

/// Waits until `/readyz` reports this error.
async fn readiness_contains(service: &Service, what: &str) {
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let answer = http::get(format!("{}/readyz", service.url)).await;
        let text = answer.expect("an answer").text().await.expect("a text");
        if text.contains(what) {
            return;
        }
        assert!(waiting.once_more().await, "{what:?} is not in: {text}");
    }
}
