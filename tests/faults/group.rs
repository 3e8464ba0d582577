//! Aggregates that share the partitions, with both group protocols of Kafka: they join, leave and die during an import, and
//! wake after the group has fenced them.

mod loading;
mod member_names;
mod zombies;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::oracle::Left;
use super::report::{long, report};
use super::sent::{self, Undisturbed};
use crate::flow::deployment::{Added, Deployment, Real};
use crate::flow::files;
use crate::servers::Waiting;
use crate::servers::service::Service;

const PATIENCE: Duration = Duration::from_secs(90);

/// The partitions of every topic, as [`Real`] has them.
const PARTITIONS: f64 = 4.0;

/// Aggregates that use this group protocol.
fn agreeing_by(protocol: &str) -> Added {
    Added {
        group: format!("protocol = \"{protocol}\"\n"),
        aggregate: "merge_at = 3\n".to_owned(),
        ..Added::default()
    }
}

/// Waits until a metric of a service fulfils a condition.
async fn until(service: &Service, metric: &str, is_so: impl Fn(f64) -> bool) {
    let mut waiting = Waiting::up_to(PATIENCE);
    let mut value = None;
    while !value.is_some_and(&is_so) {
        assert!(
            waiting.once_more().await,
            "{metric} is {value:?}\n{}",
            service.log()
        );
        value = service.metric(metric).await;
    }
}

/// Waits until these aggregates share all partitions and each has at least one.
async fn share(services: &[&Service]) {
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        let owned = services
            .iter()
            .map(|service| service.metric("aggregate_partitions"));
        let owned: Vec<f64> = futures::future::join_all(owned)
            .await
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect();
        if owned.iter().sum::<f64>() == PARTITIONS && !owned.contains(&0.0) {
            return;
        }
        let logs = || services.iter().map(|service| service.log());
        assert!(
            waiting.once_more().await,
            "{owned:?}\n{}",
            logs().collect::<String>()
        );
    }
}

/// Waits until a service has ended, and returns how.
async fn wait_for_end(service: &mut Service) -> String {
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        if let Some(how) = service.ended() {
            return how;
        }
        assert!(waiting.once_more().await, "{}", service.log());
    }
}

/// Sends one day after another, at most four a second, until `enough` is set. Returns the number of days sent.
async fn send(world: &Real, from: u32, enough: &AtomicBool) -> u32 {
    let mut day = from;
    let mut pace = Waiting::up_to(2 * PATIENCE);
    while !enough.load(Ordering::Relaxed) && day < sent::MOST_DAYS && sent::pace(&mut pace).await {
        send_days(world, day..day + 1).await;
        day += 1;
    }
    day
}

/// Sends days one after another.
async fn send_days(world: &Real, days: std::ops::Range<u32>) {
    for day in days {
        let answer = world.client().send(&sent::day(day)).await;
        answer.expect("an answer");
    }
}

async fn members_come_and_go_during_an_import(protocol: &str) {
    let rounds = if long() { 10 } else { 1 };
    let added = agreeing_by(protocol);
    let world = Real::start_with(&added).await;
    files::register(&world).await;
    let (enough, first) = (AtomicBool::new(false), &world.aggregate);
    let come_and_go = async {
        let mut recovery = Duration::ZERO;
        for _ in 0..rounds {
            let mut second = world.another_aggregate_with(&added).await;
            share(&[first, &second]).await;
            let mut third = world.another_aggregate_with(&added).await;
            share(&[first, &second, &third]).await;
            second.terminate();
            let how = wait_for_end(&mut second).await;
            assert!(how.ends_with("exit status: 0"), "{how}\n{}", second.log());
            share(&[first, &third]).await;
            let killed = Instant::now();
            third.kill9();
            share(&[first]).await;
            recovery = recovery.max(killed.elapsed());
        }
        enough.store(true, Ordering::Relaxed);
        recovery
    };
    let (days, recovery) = tokio::join!(send(&world, 0, &enough), come_and_go);
    let left = Left::read(&world).await;
    let expected = Undisturbed::start().await.after(days).await;
    let fault = format!("aggregates join, are stopped, are killed ({protocol} protocol)");
    let found = left.differences(&expected);
    report(&fault, 4 * rounds, Some(recovery), &found);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_of_the_classic_protocol_come_and_go_during_an_import() {
    members_come_and_go_during_an_import("classic").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_of_the_consumer_protocol_come_and_go_during_an_import() {
    members_come_and_go_during_an_import("consumer").await;
}
