//! Kafka deleted events before they were in the ledger. They are lost, so aggregate reports them and is not ready until an
//! operator acknowledges the gap.

use bus::first;
use events::Topic;
use reqwest::StatusCode;

use super::pipeline::Pipeline;
use super::sent;
use crate::flow::deployment::{Deployment, SHARDING};
use crate::flow::files;
use crate::servers::Waiting;
use crate::servers::http;
use crate::servers::kafka::Kafka;

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

async fn send(world: &Pipeline, days: std::ops::Range<u32>) {
    for day in days {
        let answer = world.client().send(&sent::day(day)).await;
        answer.expect("an answer");
    }
}

/// A Kafka in which tests delete records, and its name in the report.
struct Trimmed {
    kafka: &'static Kafka,
    readings: String,
}

async fn registered() -> (Trimmed, Pipeline) {
    let (kafka, config) = Kafka::shared().await;
    let readings = format!("{}{}", config.topic_prefix, Topic::Readings.name());
    let world = Pipeline::on(config).await;
    files::register(&world).await;
    send(&world, 0..2).await;
    (&world as &dyn Deployment).wait_until_settled().await;
    (Trimmed { kafka, readings }, world)
}

/// Deletes every record of readings, as retention does.
fn trim(trimmed: &Trimmed) {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let file = folder.path().join("delete.json");
    let partition = |number: u32| serde_json::json!({ "topic": trimmed.readings, "partition": number, "offset": -1 });
    let all: Vec<_> = (0..SHARDING.partitions).map(partition).collect();
    let request = serde_json::json!({ "partitions": all, "version": 1 });
    std::fs::write(&file, request.to_string()).expect("a file");
    trimmed.kafka.tool(
        "org.apache.kafka.tools.DeleteRecordsCommand",
        &["--offset-json-file", file.to_str().expect("a path")],
    );
}

/// The answer of aggregate's `/readyz`, once `is_right` accepts it.
async fn readiness(world: &Pipeline, is_right: impl Fn(StatusCode, &str) -> bool) -> String {
    let url = format!("{}/readyz", world.aggregate.url);
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let answer = http::get(&url).await.expect("an answer");
        let status = answer.status();
        let text = answer.text().await.expect("text");
        if is_right(status, &text) {
            return text;
        }
        assert!(waiting.once_more().await, "{status}: {text}");
    }
}

/// The lost readings of a partition: all records that were deleted before they were merged.
async fn reported_gap(world: &Pipeline, partition: i32) -> f64 {
    let metric =
        format!("aggregate_log_gap_records{{partition=\"{partition}\",topic=\"readings\"}}");
    world.aggregate.metric(&metric).await.unwrap_or_default()
}

async fn gap_is_reported_until_acknowledged(world: &mut Pipeline, ends: &[i64]) {
    // Every partition is loaded, and its gap found.
    let reports_gaps = |_, text: &str| text.contains("log-gap: ") && !text.contains("group: ");
    let text = readiness(world, reports_gaps).await;
    assert!(text.contains("of topic readings, partition "), "{text}");
    let mut gone = 0.0;
    for (partition, end) in (0..).zip(ends) {
        let of_partition = reported_gap(world, partition).await;
        assert!(of_partition <= *end as f64, "{of_partition} of {end}");
        gone += of_partition;
    }
    assert!(gone > 0.0);
    let log = world.aggregate.log();
    assert!(
        log.contains("gone from the log before they were merged"),
        "{log}"
    );

    // Neither a restart nor a dry run acknowledges the gap.
    world.aggregate.kill9();
    world.aggregate.restart().await;
    readiness(world, reports_gaps).await;
    let output = world.greenledger("acknowledge-gap");
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.contains("lost, acknowledged: "), "{output}");
    readiness(world, |status, text| {
        status.is_success() && !text.contains("log-gap")
    })
    .await;
    for partition in 0..SHARDING.partitions as i32 {
        assert_eq!(reported_gap(world, partition).await, 0.0);
    }
    let again = world.greenledger("acknowledge-gap");
    let again = String::from_utf8_lossy(&again.stdout).into_owned();
    assert!(again.contains("no events are lost"), "{again}");
    world.aggregate.kill9();
    world.aggregate.restart().await;
    world.is_ready(&world.aggregate).await;
}

async fn firsts(world: &Pipeline) -> Vec<i64> {
    let mut firsts = Vec::new();
    for partition in 0..SHARDING.partitions as i32 {
        let place = first(&world.kafka(), Topic::Readings, partition).await;
        firsts.push(place.expect("a place").offset);
    }
    firsts
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_kafka_deleted_unread_are_reported_until_acknowledged() {
    let (trimmed, mut world) = registered().await;
    world.aggregate.kill9();
    send(&world, 2..4).await;
    trim(&trimmed);
    let ends = firsts(&world).await;
    world.aggregate.restart().await;
    gap_is_reported_until_acknowledged(&mut world, &ends).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_missing_in_a_restored_lake_and_in_kafka_are_reported_until_acknowledged() {
    let (trimmed, mut world) = registered().await;
    world.back_up();
    send(&world, 2..4).await;
    (&world as &dyn Deployment).wait_until_settled().await;
    world.aggregate.kill9();
    world.publish.kill9();
    world.restore_backup();
    trim(&trimmed);
    let ends = firsts(&world).await;
    world.aggregate.restart().await;
    gap_is_reported_until_acknowledged(&mut world, &ends).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_kafka_deleted_while_aggregate_reads_are_reported_until_acknowledged() {
    let (trimmed, mut world) = registered().await;
    // It keeps its partitions: it is stopped for less than its session timeout.
    world.aggregate.freeze();
    send(&world, 2..6).await;
    trim(&trimmed);
    // Later records reveal the gap before them.
    send(&world, 6..8).await;
    let ends = firsts(&world).await;
    world.aggregate.thaw();
    gap_is_reported_until_acknowledged(&mut world, &ends).await;
}
