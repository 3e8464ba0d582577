//! Fenced members: a process is stopped for longer than its session timeout. Meanwhile another one takes over, merges and
//! publishes; then the first one wakes as a stale owner.

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

/// The step at which the process is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Interrupted {
    /// Merging objects; it deletes the merged ones when it wakes.
    Merge,
    /// Emitting footprints.
    Emission,
    /// Emitting footprints, and then it dies: no partition is assigned again, so the current owner has to notice the
    /// foreign writes.
    LastEmission,
    /// Writing rows.
    Flush,
    /// Committing.
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

    /// The step as text.
    fn describe(self) -> &'static str {
        match self {
            Interrupted::Merge => "merges objects",
            Interrupted::Emission => "emits",
            Interrupted::LastEmission => "emits, dead after it",
            Interrupted::Flush => "flushes",
            Interrupted::Commit => "commits",
        }
    }

    /// The failpoints that stop the process there.
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

/// Sends days until `zombie` stops, waits until the other aggregate has taken over and done more, and wakes `zombie`.
/// Returns the number of days sent.
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
    Left::read(world).await;
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
        let found = remaining_differences(&world, &expected).await;
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

/// The difference that remains after a wait.
async fn remaining_differences(world: &Real, expected: &Left) -> Differences {
    let mut waiting = Waiting::up_to(Duration::from_secs(20));
    loop {
        let found = Left::read(world).await.differences(expected);
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
