//! Taken for dead: a process that is stopped for longer than its session, while another takes over, merges and publishes more,
//! and that then goes on as if nothing had been.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::super::oracle::{Differences, Left};
use super::super::report::report;
use super::super::sent::Undisturbed;
use super::{PATIENCE, agreeing_by, send, send_days, share, until};
use crate::flow::deployment::{Added, Real};
use crate::flow::files;
use crate::servers::Waiting;
use crate::servers::service::Service;

/// In the midst of what it is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Interrupted {
    /// Of merging objects; it deletes what it merged when it wakes.
    Merge,
    /// Of telling the broker its figures.
    Emission,
    /// The same, and then it is dead: nobody takes its partitions up anew, and so their owner has to have heard of it.
    LastEmission,
    /// Of writing rows.
    Flush,
    /// Of committing.
    Commit,
}

impl Interrupted {
    const ALL: [Interrupted; 5] = [
        Interrupted::Merge,
        Interrupted::Emission,
        Interrupted::LastEmission,
        Interrupted::Flush,
        Interrupted::Commit,
    ];

    /// In words.
    fn describe(self) -> &'static str {
        match self {
            Interrupted::Merge => "merges objects",
            Interrupted::Emission => "emits",
            Interrupted::LastEmission => "emits, dead after it",
            Interrupted::Flush => "flushes",
            Interrupted::Commit => "commits",
        }
    }

    /// Where that is.
    fn failpoints(self) -> &'static str {
        match self {
            Interrupted::Merge => "aggregate.merged-object.putting=1*return(stop)",
            Interrupted::Emission => "aggregate.emitting=1*return(stop)",
            Interrupted::LastEmission => {
                "aggregate.emitting=1*return(stop);aggregate.emitted=return"
            }
            Interrupted::Flush => "aggregate.object.putting=1*return(stop)",
            Interrupted::Commit => "aggregate.committing=1*return(stop)",
        }
    }
}

/// Sends days until `zombie` stops, lets the other take over and do more, and wakes it. Returns how many days were sent by then.
async fn stopped_past_its_session(world: &Real, zombie: &Service, from: u32) -> u32 {
    let enough = AtomicBool::new(false);
    let stopped = async {
        let mut waiting = Waiting::up_to(PATIENCE);
        while !zombie.is_frozen() {
            assert!(waiting.once_more().await, "{}", zombie.log());
        }
        enough.store(true, Ordering::Relaxed);
    };
    let (days, ()) = tokio::join!(send(world, from, &enough), stopped);
    share(&[&world.aggregate]).await;
    send_days(world, days..days + 5).await;
    Left::by(world).await;
    zombie.thaw();
    days + 5
}

async fn a_fenced_member_that_wakes_changes_nothing(protocol: &str) {
    let added = agreeing_by(protocol);
    let world = Real::start_with(&added).await;
    files::register(&world).await;
    let mut undisturbed = Undisturbed::start().await;
    let mut days = 0;
    for interrupted in Interrupted::ALL {
        let stopping = Added {
            failpoints: interrupted.failpoints().to_owned(),
            ..agreeing_by(protocol)
        };
        let mut zombie = world.another_aggregate_with(&stopping).await;
        days = stopped_past_its_session(&world, &zombie, days).await;
        let woken = Instant::now();
        if interrupted == Interrupted::LastEmission {
            until_dead(&mut zombie).await;
        } else {
            until(&zombie, "aggregate_partitions_lost_total", |lost| {
                lost > 0.0
            })
            .await;
            if interrupted == Interrupted::Merge {
                until(&zombie, "aggregate_objects_compacted_total", |merged| {
                    merged > 0.0
                })
                .await;
            }
            share(&[&world.aggregate, &zombie]).await;
        }
        let expected = undisturbed.after(days).await;
        let found = in_the_end(&world, &expected).await;
        let recovery = woken.elapsed();
        let fault = format!(
            "SIGSTOP past the session while it {} ({protocol} protocol)",
            interrupted.describe()
        );
        report(&fault, 1, Some(recovery), &found);
        zombie.kill9();
        share(&[&world.aggregate]).await;
    }
}

async fn until_dead(service: &mut Service) {
    let mut waiting = Waiting::up_to(PATIENCE);
    while !service.is_dead() {
        assert!(waiting.once_more().await, "{}", service.log());
    }
}

/// How the world differs when it does not get any better.
async fn in_the_end(world: &Real, expected: &Left) -> Differences {
    let mut waiting = Waiting::up_to(Duration::from_secs(20));
    loop {
        let found = Left::by(world).await.differences(expected);
        if found.messages.is_empty() || !waiting.once_more().await {
            return found;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fenced_member_of_the_classic_protocol_that_wakes_changes_nothing() {
    a_fenced_member_that_wakes_changes_nothing("classic").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fenced_member_of_the_consumer_protocol_that_wakes_changes_nothing() {
    a_fenced_member_that_wakes_changes_nothing("consumer").await;
}
