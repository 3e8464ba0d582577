//! A member that takes over the partitions of a dead one: those that it has go on while the others are read back.

use std::sync::atomic::{AtomicBool, Ordering};

use super::super::oracle::Left;
use super::super::report::report;
use super::super::sent::Undisturbed;
use super::{PATIENCE, agreeing_by, send, share, until};
use crate::flow::deployment::{Added, Real};
use crate::flow::files;
use crate::servers::Waiting;
use crate::servers::http;
use crate::servers::service::Service;

const PROTOCOL: &str = "consumer";
const MERGED: &str = "aggregate_events_total{topic=\"readings\"}";

/// Whether a service reads partitions back.
async fn is_loading(service: &Service) -> bool {
    let answer = http::get(&format!("{}/readyz", service.url)).await;
    let text = answer.expect("an answer").text().await;
    text.expect("a text").contains("group: ")
}

/// Waits until a service has merged readings between two moments at which it was reading partitions back.
async fn merges_while_it_loads(service: &Service) {
    let mut waiting = Waiting::up_to(PATIENCE);
    let mut before = None;
    loop {
        let merged = service.metric(MERGED).await;
        match is_loading(service).await {
            true if before.is_some_and(|before| merged > before) => return,
            true => before = before.or(Some(merged)),
            false => before = None,
        }
        assert!(
            waiting.once_more().await,
            "nothing was merged meanwhile\n{}",
            service.log()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_partitions_that_stay_go_on_while_others_are_loaded() {
    let mut world = Real::start_with(&agreeing_by(PROTOCOL)).await;
    files::register(&world).await;
    // The first two that it loads come when it joins; those of the killed member take a few seconds each.
    let slow = Added {
        failpoints: "aggregate.loading=2*off->sleep(4000)".to_owned(),
        ..agreeing_by(PROTOCOL)
    };
    let stays = world.another_aggregate_with(&slow).await;
    share(&[&world.aggregate, &stays]).await;
    world.aggregate.kill9();
    let enough = AtomicBool::new(false);
    let takes_over = async {
        merges_while_it_loads(&stays).await;
        enough.store(true, Ordering::Relaxed);
    };
    let (days, ()) = tokio::join!(send(&world, 0, &enough), takes_over);
    until(&stays, "aggregate_partitions", |owned| {
        owned == super::PARTITIONS
    })
    .await;
    let found = Left::read(&world)
        .await
        .differences(&Undisturbed::start().await.after(days).await);
    let fault = "the partitions of a killed member are loaded slowly, and the others go on";
    report(fault, 1, None, &found);
}
