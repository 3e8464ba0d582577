//! A compaction by a stale owner, which ends long after others merged and deleted the same objects.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::faults::oracle::Left;
use crate::faults::report::report;
use crate::faults::sent::{self, Undisturbed};
use crate::flow::deployment::{Added, Deployment, Real};
use crate::flow::files;
use crate::servers::Waiting;
use crate::servers::proxy::{Fate, Proxy};
use crate::servers::s3::S3;
use crate::stores::faulty::Operation;

const PATIENCE: Duration = Duration::from_secs(90);
const PARTITIONS: f64 = 4.0;

/// The first aggregate is stopped while its merged object is on the way to the store. The second one gets its partitions,
/// merges and deletes. Then the object of the first one arrives, and the first one wakes and deletes the objects it merged.
#[tokio::test(flavor = "multi_thread")]
async fn a_zombies_compaction_does_no_harm() {
    let s3 = S3::start().await;
    let proxy = Proxy::in_front_of(&s3.endpoint).await;
    let added = Added {
        aggregate: "merge_at = 3\n".to_owned(),
        lake: "options.timeout = \"300 seconds\"\n".to_owned(),
        ..Added::default()
    };
    let (release, released) = watch::channel(false);
    let merging: Arc<OnceLock<String>> = Arc::default();
    let mut world = Real::start_behind(s3, proxy.endpoint.clone(), &added).await;
    files::register(&world).await;
    let merged = merging.clone();
    proxy.plan(move |call| {
        let merges = call.operation == Operation::Create
            && call.target.contains("/ledger/readings/")
            && call.target.contains("/merged-");
        if merges && merged.set(call.target.to_owned()).is_ok() {
            Fate::Held(released.clone())
        } else {
            Fate::Passes
        }
    });
    let mut days = 0;
    let mut waiting = Waiting::up_to(PATIENCE);
    while merging.get().is_none() {
        send(&world, &mut days).await;
        let rows = world.aggregate.metric("aggregate_rows_flushed_total").await;
        while merging.get().is_none()
            && world.aggregate.metric("aggregate_rows_flushed_total").await == rows
        {
            assert!(waiting.once_more().await, "nothing is merged");
        }
    }
    world.aggregate.freeze();

    let lake = world.lake();
    let target = merging.get().expect("a merged object").replace("%3D", "=");
    let key = &target[target.find("ledger/").expect("a key")..];
    let folder = key.rsplit_once('/').expect("a folder").0;
    let before = lake.list(folder).await.expect("a list");
    let second = world.another_aggregate_with(&added).await;
    let mut waiting = Waiting::up_to(PATIENCE);
    while second.metric("aggregate_partitions").await != Some(PARTITIONS) {
        assert!(waiting.once_more().await, "the first keeps its partitions");
    }
    let mut waiting = Waiting::up_to(PATIENCE);
    while some_are_left(&lake.list(folder).await.expect("a list"), &before) {
        let rows = second.metric("aggregate_rows_flushed_total").await;
        // One day per flush, as long as the month has days.
        if days < 29 {
            send(&world, &mut days).await;
        }
        while second.metric("aggregate_rows_flushed_total").await == rows
            && some_are_left(&lake.list(folder).await.expect("a list"), &before)
        {
            assert!(
                waiting.once_more().await,
                "the second does not merge {folder}"
            );
        }
    }

    // Every row of the deleted objects is in another object, without the delayed one.
    let mut undisturbed = Undisturbed::start().await;
    let left = Left::read(&world).await;
    let meanwhile = left.differences(&undisturbed.after(days).await);
    assert!(meanwhile.messages.is_empty(), "{:#?}", meanwhile.messages);

    let deletes = proxy.calls(Operation::Delete);
    release.send(true).expect("it is held");
    let mut waiting = Waiting::up_to(PATIENCE);
    while lake.read(key).await.expect("a get").is_none() {
        assert!(waiting.once_more().await, "{key} does not arrive");
    }
    world.aggregate.thaw();
    let woken = Instant::now();
    let mut waiting = Waiting::up_to(PATIENCE);
    while proxy.calls(Operation::Delete) == deletes {
        assert!(waiting.once_more().await, "the zombie deletes nothing");
    }
    send(&world, &mut days).await;
    let left = Left::read(&world).await;
    let recovery = woken.elapsed();
    let expected = undisturbed.after(days).await;
    let fault = "S3: a zombie's compaction ends after others merged and deleted";
    report(
        fault,
        proxy.injected(),
        Some(recovery),
        &left.differences(&expected),
    );
    assert!(!world.aggregate.is_dead(), "{}", world.aggregate.log());
}

fn some_are_left(now: &[String], before: &[String]) -> bool {
    before.iter().any(|key| now.contains(key))
}

async fn send(world: &Real, days: &mut u32) {
    let events = sent::day(*days);
    world.client().send(&events).await.expect("an answer");
    *days += 1;
}
