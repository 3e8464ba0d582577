//! SIGTERM while the store or the broker does not answer; and services that start before both.

use bus::KafkaConfig;
use tokio::sync::watch;

use super::{added, compared, ended_by_its_limit, logs, send, until_contains};
use crate::faults::report::report;
use crate::faults::sent::Undisturbed;
use crate::flow::deployment::Real;
use crate::flow::files;
use crate::servers::kafka::Kafka;
use crate::servers::proxy::{Fate, Proxy};
use crate::servers::s3::S3;
use crate::servers::service::Service;

#[tokio::test(flavor = "multi_thread")]
async fn each_service_stops_in_time_without_loss_while_no_dependency_answers() {
    let (mut kafka, s3) = (Kafka::start().await, S3::start().await);
    let proxy = Proxy::in_front_of(&s3.endpoint).await;
    let config = KafkaConfig::at(&kafka.bootstrap);
    let mut world = Real::start_on(config, s3, proxy.endpoint.clone(), &added()).await;
    let mut undisturbed = Undisturbed::start().await;
    files::register(&world).await;
    let days = with_a_store_that_hangs(&mut world, &proxy, &mut undisturbed, 0).await;
    let rest = (&mut undisturbed, days);
    without_a_broker_and_started_before_it(&mut world, &mut kafka, &proxy, rest).await;
}

/// Figures are published without the store, and a stop does not wait for it.
async fn with_a_store_that_hangs(
    world: &mut Real,
    proxy: &Proxy,
    undisturbed: &mut Undisturbed,
    day: u32,
) -> u32 {
    let (release, released) = watch::channel(false);
    proxy.plan(move |_| Fate::Held(released.clone()));
    let taken = "publish_footprints_total{outcome=\"taken\"}";
    let before = world.publish.metric(taken).await;
    send(world, day).await;
    let failing = "no answer for";
    until_contains(&world.aggregate, "/readyz", failing).await;
    until_contains(&world.publish, "/readyz", failing).await;
    until_contains(
        &world.publish,
        "/readyz",
        "results: the store takes its time",
    )
    .await;
    // Events that arrive meanwhile are shown too.
    more(&world.publish, taken, before).await;
    let shown = world.publish.metric(taken).await;
    send(world, day + 1).await;
    more(&world.publish, taken, shown).await;
    let page = world.publish.get_text("/").await;
    assert!(page.contains("<html") && page.contains("fixture"), "{page}");
    assert!(world.publish.metric("publish_lake_longest_seconds").await > Some(10.0));

    world.aggregate.terminate();
    until_contains(&world.aggregate, "/readyz", "stopping: ").await;
    ended_by_its_limit(&mut world.aggregate).await;
    world.publish.terminate();
    logs(&world.publish, "once more to stop at once").await;
    world.publish.terminate();
    let code = world.publish.end().await;
    assert_eq!(code, Some(130), "{}", world.publish.log());

    proxy.heal();
    release.send_replace(true);
    world.aggregate.restart().await;
    world.publish.restart().await;
    let days = day + 2;
    let (took, differences) = compared(world, undisturbed, days).await;
    let fault = "SIGTERM, once and twice, while the store does not answer";
    report(fault, 2, Some(took), &differences);
    days
}

async fn more(service: &Service, metric: &str, before: Option<f64>) {
    let mut waiting = crate::servers::Waiting::up_to(super::PATIENCE);
    while service.metric(metric).await <= before {
        let more = waiting.once_more().await;
        assert!(more, "{metric} stays at {before:?}\n{}", service.log());
    }
}

async fn without_a_broker_and_started_before_it(
    world: &mut Real,
    kafka: &mut Kafka,
    proxy: &Proxy,
    (undisturbed, day): (&mut Undisturbed, u32),
) {
    send(world, day).await;
    kafka.kill9();
    until_contains(&world.ingest, "/readyz", "kafka: no broker answers").await;
    until_contains(
        &world.aggregate,
        "/readyz",
        "kafka: no broker answers any more",
    )
    .await;
    until_contains(&world.publish, "/readyz", "kafka: no broker answers").await;
    for (service, name) in services(world) {
        let reachable = format!("{name}_broker_reachable");
        assert_eq!(service.metric(&reachable).await, Some(0.0), "{name}");
        service.terminate();
        match service.end().await {
            Some(0) => {}
            _ => ended_by_its_limit(service).await,
        }
    }

    let (release, released) = watch::channel(false);
    proxy.plan(move |_| Fate::Held(released.clone()));
    for (service, _) in services(world) {
        service.restart().await;
    }
    until_contains(&world.ingest, "/readyz", "broker: ").await;
    until_contains(&world.aggregate, "/readyz", "kafka: ").await;
    until_contains(
        &world.aggregate,
        "/readyz",
        "lake: the store has not answered yet",
    )
    .await;
    until_contains(&world.publish, "/readyz", "footprints: ").await;
    until_contains(&world.publish, "/readyz", "results: not written yet").await;
    // A service that only waits has nothing to finish.
    for (service, name) in services(world) {
        service.terminate();
        assert_eq!(service.end().await, Some(0), "{name}: {}", service.log());
        service.restart().await;
    }
    proxy.heal();
    release.send_replace(true);
    kafka.restart().await;
    send(world, day + 1).await;
    let (took, differences) = compared(world, undisturbed, day + 2).await;
    let fault = "SIGTERM without a broker, then started before broker and store";
    report(fault, 6, Some(took), &differences);
}

fn services(world: &mut Real) -> [(&mut Service, &'static str); 3] {
    [
        (&mut world.ingest, "ingest"),
        (&mut world.aggregate, "aggregate"),
        (&mut world.publish, "publish"),
    ]
}
