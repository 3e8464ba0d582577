//! Stopping: by SIGTERM at any moment, by two signals, and by itself when one of its tasks is dead.

mod dead;
mod full;
mod unanswered;

use std::time::{Duration, Instant};

use super::oracle::Differences;
use super::sent::{self, Undisturbed};
use crate::flow::deployment::{Added, Deployment, Real};
use crate::servers::Waiting;
use crate::servers::service::Service;

const PATIENCE: Duration = Duration::from_secs(90);
/// The value of `stop_seconds` in these tests.
const LIMIT: u64 = 10;

/// A short limit; the group sees a restarted aggregate at once.
fn added() -> Added {
    Added {
        top: format!("stop_seconds = {LIMIT}\n"),
        ingest: "[limits]\nproduce_seconds = 3\n".to_owned(),
        aggregate: "merge_at = 3\n".to_owned(),
        group: "instance = \"one\"\n".to_owned(),
        ..Added::default()
    }
}

/// Sends one day, and retries for as long as ingest answers "later".
async fn send(world: &Real, day: u32) {
    let answer = world.client().send(&sent::day(day)).await;
    answer.expect("an answer");
}

/// Waits until all data is published, and compares it with the run without faults. Also returns the time this took.
async fn compared(
    world: &Real,
    undisturbed: &mut Undisturbed,
    days: u32,
) -> (Duration, Differences) {
    let since = Instant::now();
    let left = super::oracle::Left::read(world).await;
    let took = since.elapsed();
    (took, left.differences(&undisturbed.after(days).await))
}

/// Waits until `/readyz` or `/metrics` of a service contains this text.
async fn until_contains(service: &Service, path: &str, wanted: &str) {
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let text = service.get_text(path).await;
        if text.contains(wanted) {
            return;
        }
        let log = service.log();
        let more = waiting.once_more().await;
        assert!(more, "{wanted:?} is not in {path}:\n{text}\n{log}");
    }
}

/// Waits until the log contains this text.
async fn logs(service: &Service, wanted: &str) {
    let mut waiting = Waiting::up_to(PATIENCE);
    while !service.log().contains(wanted) {
        let more = waiting.once_more().await;
        assert!(more, "{wanted:?} is not in:\n{}", service.log());
    }
}

/// Checks that the service ended at its time limit, and logged it.
async fn ended_by_its_limit(service: &mut Service) {
    let code = service.end().await;
    let log = service.log();
    assert_eq!(code, Some(1), "{log}");
    let last = log.lines().last().unwrap_or_default();
    let words = format!("error: not stopped within {LIMIT} s (stop_seconds)");
    assert!(last.starts_with(&words), "{log}");
}
