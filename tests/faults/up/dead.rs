//! A dead task ends `up` with code 1.

use super::{METERS, Up, reading, registrations};
use crate::servers::Waiting;

/// A step of each task and thread, by failpoint.
const PARTS: [&str; 13] = [
    "ingest.watching",
    "aggregate.watching",
    "publish.watching",
    "log.writing",
    "log.following",
    "aggregate.polled",
    "aggregate.merged",
    "aggregate.object.putting",
    "aggregate.merged-object.putting",
    "aggregate.deleting",
    "aggregate.emitting",
    "publish.followed",
    "publish.result.putting",
];

#[tokio::test(flavor = "multi_thread")]
async fn whichever_part_dies_up_ends_with_code_1_and_nothing_is_lost() {
    let mut up = Up::start();
    up.ready().await;
    up.client().send(&registrations()).await.expect("an answer");
    // One event at a time, each meter-day once.
    let event = |number: u32| reading(number % METERS, number / METERS);
    let mut sent = 0;
    for failpoint in PARTS {
        up.kill();
        up.spawn(&format!("{failpoint}=panic"));
        let mut waiting = Waiting::up_to(super::PATIENCE);
        let status = loop {
            if let Some(status) = up.child().try_wait().expect("a status") {
                break status;
            }
            // Answered or not: it is sent again after the recovery.
            let _dies = up.post(&event(sent)).await;
            sent += 1;
            assert!(
                waiting.once_more().await,
                "{failpoint}: lives on\n{}",
                up.log()
            );
        };
        assert_eq!(status.code(), Some(1), "{failpoint}:\n{}", up.log());
        assert!(up.log().contains("error: "), "{failpoint}: says nothing");
    }
    up.spawn("");
    up.ready().await;
    let all: Vec<_> = (0..sent).map(event).collect();
    up.client().send(&all).await.expect("an answer");
    let rows = up.settled_rows().await;
    let found = rows.iter().filter(|row| row.contains("topic: Readings"));
    assert_eq!(found.count() as u32, sent);
}
