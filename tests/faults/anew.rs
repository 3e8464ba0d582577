//! Kafka made anew beside a lake that is kept, whole or in part, and a lake restored from before beside a Kafka that is kept:
//! nothing is hidden, skipped or counted twice.

use std::time::Instant;

use bus::KafkaConfig;
use events::Topic;

use super::oracle::Left;
use super::pipeline::Pipeline;
use super::report::report;
use super::sent::{self, Undisturbed};
use crate::flow::deployment::{Deployment, SHARDING};
use crate::flow::files;
use crate::servers::Waiting;
use crate::servers::kafka::Kafka;
use crate::servers::service::Service;

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

async fn send(world: &Pipeline, days: std::ops::Range<u32>) {
    for day in days {
        // Tried again by the client for as long as ingest says "later".
        world
            .client()
            .send(&sent::day(day))
            .await
            .expect("an answer");
    }
}

/// Waits until a metric is what it should be.
async fn until(service: &Service, metric: &str, is_right: impl Fn(f64) -> bool) {
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let found = service.metric(metric).await;
        if found.is_some_and(&is_right) {
            return;
        }
        assert!(waiting.once_more().await, "{metric} is {found:?}");
    }
}

/// Tells a fault that began then, when everything sent of so many days is where it belongs.
async fn recovered(
    world: &Pipeline,
    fault: &str,
    began: Instant,
    undisturbed: &mut Undisturbed,
    days: u32,
) {
    let found = Left::by(world).await;
    let recovery = began.elapsed();
    let differences = found.differences(&undisturbed.after(days).await);
    report(fault, 1, Some(recovery), &differences);
}

const LOG_MADE_ANEW: &str = "aggregate_logs_begun_total{reason=\"log-made-anew\"}";
const LEDGER_RESTORED: &str = "aggregate_logs_begun_total{reason=\"ledger-restored\"}";

/// A pipeline to which four days were sent, and the run without faults beside it.
async fn with_four_days(kafka: KafkaConfig) -> (Pipeline, Undisturbed) {
    let world = Pipeline::on(kafka).await;
    let undisturbed = Undisturbed::start().await;
    files::register(&world).await;
    send(&world, 0..4).await;
    (&world as &dyn Deployment).wait_until_settled().await;
    (world, undisturbed)
}

#[tokio::test(flavor = "multi_thread")]
async fn kafka_made_anew_beside_a_kept_lake_hides_and_doubles_nothing() {
    let mut kafka = Kafka::start().await;
    let config = KafkaConfig::at(&kafka.bootstrap);
    let (mut world, mut undisturbed) = with_four_days(config).await;

    // What they remember of the old log, offsets and a producer's id, must not be held against the new one. So each ends, saying
    // why, and is started again by whoever runs it. Ingest then knows of no meter until the register is restored.
    let refused_before = undisturbed.after(4).await.rejected();
    kafka.anew().await;
    let began = Instant::now();
    for service in [&mut world.ingest, &mut world.aggregate, &mut world.publish] {
        assert_eq!(service.end().await, Some(1), "{}", service.log());
        let log = service.log();
        assert!(log.contains("another Kafka answers"), "{log}");
        service.restart().await;
    }
    world.is_ready(&world.ingest).await;
    let unknown = world.client().send(&sent::day(4)).await.expect("an answer");
    assert_eq!(unknown.accepted, 0, "{unknown:#?}");
    let restored = world.greenledger("restore");
    let output = String::from_utf8_lossy(&restored.stdout);
    assert!(
        output.contains("46 registrations"),
        "{output}{}",
        String::from_utf8_lossy(&restored.stderr)
    );
    until(&world.ingest, "ingest_register_meters", |meters| {
        meters == 22.0
    })
    .await;
    // Yesterday's readings among them come once more, one with other values: only the lake can tell.
    send(&world, 4..10).await;
    let found = Left::by(&world).await;
    // What was refused before went with the Kafka that had it; what came too early was taken when it came again.
    let expected = undisturbed.after(10).await;
    assert_eq!(found.rejected(), expected.rejected() - refused_before);
    let expected = expected.without_rejected();
    let recovery = Some(began.elapsed());
    let differences = found.without_rejected().differences(&expected);
    report(
        "Kafka made anew, empty, beside a kept lake",
        1,
        recovery,
        &differences,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn event_topics_made_anew_beside_kept_footprints_hide_and_double_nothing() {
    let (kafka, config) = Kafka::shared().await;
    let prefix = config.topic_prefix.clone();
    let names = Topic::LEDGER.map(|topic| format!("{prefix}{}", topic.name()));
    let topics = names.join("|");
    let (mut world, mut undisturbed) = with_four_days(config).await;
    let delete = || {
        kafka.tool(
            "org.apache.kafka.tools.TopicCommand",
            &["--delete", "--topic", &topics],
        );
    };

    // Under a running aggregate. Ingest finds that there are none, and makes them.
    delete();
    let began = Instant::now();
    send(&world, 4..6).await;
    let fault = "event topics made anew under a running aggregate";
    recovered(&world, fault, began, &mut undisturbed, 6).await;

    // And under none: publish goes on, and so do the footprints it has of the old ones.
    world.aggregate.kill9();
    delete();
    bus::ensure_topics(&world.kafka(), SHARDING)
        .await
        .expect("topics");
    let began = Instant::now();
    send(&world, 6..8).await;
    world.aggregate.restart().await;
    until(&world.aggregate, LOG_MADE_ANEW, |begun| begun > 0.0).await;
    let fault = "event topics made anew while aggregate is away";
    recovered(&world, fault, began, &mut undisturbed, 8).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_lake_reads_the_missing_records_from_kafka_again() {
    let (_kafka, config) = Kafka::shared().await;
    let (mut world, mut undisturbed) = with_four_days(config).await;
    world.back_up();
    send(&world, 4..8).await;
    (&world as &dyn Deployment).wait_until_settled().await;

    // Everything is committed, and half of it is not in the lake any more.
    world.aggregate.kill9();
    world.publish.kill9();
    world.restore_backup();
    let began = Instant::now();
    world.aggregate.restart().await;
    world.publish.restart().await;
    until(&world.aggregate, LEDGER_RESTORED, |begun| begun > 0.0).await;
    send(&world, 8..10).await;
    let fault = "lake restored from before, Kafka kept";
    recovered(&world, fault, began, &mut undisturbed, 10).await;

    // Once is enough: what is committed since rests on rows that the lake has.
    world.aggregate.kill9();
    world.aggregate.restart().await;
    world.is_ready(&world.aggregate).await;
    let begun = world.aggregate.metric(LEDGER_RESTORED).await;
    assert_eq!(begun, Some(0.0), "read from the beginning again");
}
