//! Members killed and restarted, with and without a static name; and two members with one name.

use std::time::{Duration, Instant};

use super::super::oracle::Left;
use super::super::report::report;
use super::super::sent::Undisturbed;
use super::{PATIENCE, agreeing_by, send_days, share, wait_for_end};
use crate::flow::deployment::{Added, Real};
use crate::flow::files;
use crate::servers::Waiting;
use crate::servers::service::Service;

/// Restarts a killed service, again and again if it ends, as a supervisor does, until it owns all partitions.
async fn started_until_it_owns_all(service: &mut Service) -> Duration {
    let (began, mut waiting) = (Instant::now(), Waiting::up_to(PATIENCE));
    service.begin_again();
    while service.metric("aggregate_partitions").await != Some(super::PARTITIONS) {
        assert!(waiting.once_more().await, "{}", service.log());
        if service.is_dead() {
            service.begin_again();
        }
    }
    began.elapsed()
}

/// Returns the service that ended, and its log.
async fn two_of_one_name(
    world: &Real,
    older: &mut Service,
    named: &Added,
) -> (&'static str, String) {
    let mut newer = world.begin_another_aggregate_with(named);
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let (which, how, log, other) = if let Some(how) = older.ended() {
            ("older", how, older.log(), &newer)
        } else if let Some(how) = newer.ended() {
            ("newer", how, newer.log(), &*older)
        } else {
            assert!(waiting.once_more().await, "both go on");
            continue;
        };
        assert!(how.ends_with("exit status: 1"), "{how}");
        share(&[other]).await;
        return (which, log);
    }
}

async fn killed_and_started_again(protocol: &str, ends: &str) {
    let added = agreeing_by(protocol);
    let mut world = Real::start_with(&added).await;
    files::register(&world).await;
    let mut undisturbed = Undisturbed::start().await;

    send_days(&world, 0..3).await;
    world.aggregate.kill9();
    send_days(&world, 3..6).await;
    let recovery = started_until_it_owns_all(&mut world.aggregate).await;
    let found = Left::read(&world)
        .await
        .differences(&undisturbed.after(6).await);
    let fault = format!("kill -9 of a member without a name ({protocol} protocol)");
    report(&fault, 1, Some(recovery), &found);
    world.aggregate.terminate();
    wait_for_end(&mut world.aggregate).await;

    let mut named = agreeing_by(protocol);
    named.group.push_str("instance = \"one\"\n");
    let mut member = world.another_aggregate_with(&named).await;
    share(&[&member]).await;
    send_days(&world, 6..9).await;
    member.kill9();
    send_days(&world, 9..12).await;
    let recovery = started_until_it_owns_all(&mut member).await;
    let found = Left::read(&world)
        .await
        .differences(&undisturbed.after(12).await);
    let fault = format!("kill -9 of a member with a name ({protocol} protocol)");
    report(&fault, 1, Some(recovery), &found);

    let (ended, log) = two_of_one_name(&world, &mut member, &named).await;
    assert_eq!(ended, ends);
    let last = log.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("error: ") && last.contains("under this one's [group] instance"),
        "{last}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_static_member_of_the_classic_protocol_resumes_at_once_and_of_two_the_older_ends()
{
    killed_and_started_again("classic", "older").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_static_member_of_the_consumer_protocol_resumes_and_of_two_the_newer_ends() {
    killed_and_started_again("consumer", "newer").await;
}
