//! A new Kafka with an old lake, whole or partial, and a lake restored from a backup with the current Kafka: no record is
//! hidden, skipped or counted twice.

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
        // The client retries for as long as ingest answers "later".
        world
            .client()
            .send(&sent::day(day))
            .await
            .expect("an answer");
    }
}

/// Waits until a metric has the expected value.
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

/// Reports a fault that began at `began`, once the data of so many days is complete.
async fn recovered(
    world: &Pipeline,
    fault: &str,
    began: Instant,
    undisturbed: &mut Undisturbed,
    days: u32,
) {
    let found = Left::read(world).await;
    let recovery = began.elapsed();
    let differences = found.differences(&undisturbed.after(days).await);
    report(fault, 1, Some(recovery), &differences);
}

const LOG_MADE_ANEW: &str = "aggregate_logs_begun_total{reason=\"log-made-anew\"}";
const LEDGER_RESTORED: &str = "aggregate_logs_begun_total{reason=\"ledger-restored\"}";

/// A pipeline with four days of data, and the run without faults.
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

    // The offsets and the producer id of the old log must not be applied to the new one. So each service ends with a
    // reason, and its supervisor restarts it. Ingest then knows no meter until the register is restored.
    let refused_before = undisturbed.after(4).await.rejected();
    kafka.replace_by_empty().await;
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
    // Yesterday's readings among them are sent again, one with other values: only the lake can detect that.
    send(&world, 4..10).await;
    let found = Left::read(&world).await;
    // The old Kafka took its rejections with it; events that came too early were accepted when they were sent again.
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

    // While aggregate runs. Ingest finds the topics missing and creates them.
    delete();
    let began = Instant::now();
    send(&world, 4..6).await;
    let fault = "event topics made anew under a running aggregate";
    recovered(&world, fault, began, &mut undisturbed, 6).await;

    // While it is stopped: publish keeps running with the footprints it already has.
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

    // Everything is committed, and the restored lake lacks half of it.
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

    // Once is enough: later commits rest on rows that the lake has.
    world.aggregate.kill9();
    world.aggregate.restart().await;
    world.is_ready(&world.aggregate).await;
    let begun = world.aggregate.metric(LEDGER_RESTORED).await;
    assert_eq!(begun, Some(0.0), "read from the beginning again");
}
