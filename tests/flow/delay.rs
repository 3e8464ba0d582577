//! The time from an event to its figures, as measured at the end of the flow.

use std::time::Duration;

use events::Event;

use super::deployment::{Deployment, Embedded};
use super::files;
use crate::servers::Waiting;
use crate::servers::http;

const PATIENCE: Duration = Duration::from_secs(60);
const DELAYS: &str = "publish_end_to_end_seconds_count";
const TAKEN: &str = "publish_footprints_total{outcome=\"taken\"}";

async fn metric_value(world: &Embedded, metric: &str) -> f64 {
    let running = world.running.as_ref().expect("it runs");
    let answer = http::get(format!("{}/metrics", running.publish)).await;
    let text = answer.expect("an answer").text().await.expect("a text");
    let value = |line: &str| line.strip_prefix(metric)?.strip_prefix(' ')?.parse().ok();
    text.lines().find_map(value).expect("the metric")
}

/// Sends an event of one school, and waits until aggregate has emitted all its figures again: it does so for each event,
/// new or repeated.
async fn sent(world: &Embedded, event: &Event) {
    let before = metric_value(world, TAKEN).await;
    let answer = world.client().send(std::slice::from_ref(event)).await;
    assert_eq!(answer.expect("an answer").accepted, 1);
    (world as &dyn Deployment).wait_until_settled().await;
    let mut waiting = Waiting::up_to(PATIENCE);
    while metric_value(world, TAKEN).await <= before {
        assert!(waiting.once_more().await, "no figure moves");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_delay_counts_only_newly_merged_events() {
    let world = Embedded::start().await;
    caught_up(&world).await;
    sent(&world, &files::school(0)).await;
    assert_eq!(
        metric_value(&world, DELAYS).await,
        1.0,
        "one event, one delay"
    );
    sent(&world, &files::school(0)).await;
    assert_eq!(metric_value(&world, DELAYS).await, 1.0, "a repetition");

    // Everything is read and emitted again.
    let world = world.restarted().await;
    caught_up(&world).await;
    sent(&world, &files::school(0)).await;
    assert_eq!(metric_value(&world, DELAYS).await, 0.0, "a restart");
    sent(&world, &files::school(1)).await;
    assert_eq!(metric_value(&world, DELAYS).await, 1.0, "the next event");
}

/// Reads the records that were in the topic before.
async fn caught_up(world: &Embedded) {
    let running = world.running.as_ref().expect("it runs");
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let answer = http::get(format!("{}/readyz", running.publish)).await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return;
        }
        assert!(waiting.once_more().await, "the footprints are not read");
    }
}
