//! Three processes on a store that is slow, fails at random, or hangs on some keys for longer than any patience.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::at_random;
use crate::chance::Chance;
use crate::faults::oracle::{Differences, Left};
use crate::faults::report::{long, print_row, report};
use crate::faults::sent::{self, Undisturbed};
use crate::flow::deployment::{Added, Deployment, Real};
use crate::flow::files;
use crate::servers::Waiting;
use crate::servers::proxy::{Fate, Proxy};
use crate::servers::s3::S3;
use crate::servers::service::Service;
use crate::stores::faulty::Fault;

const PATIENCE: Duration = Duration::from_secs(120);
/// The number of requests for each day sent, so that faults happen while events arrive.
const CALLS_A_DAY: u64 = 20;
/// The session timeout of a consumer in these tests.
const SESSION: Duration = Duration::from_secs(6);

#[tokio::test(flavor = "multi_thread")]
async fn three_processes_on_a_store_that_fails_lose_and_double_nothing() {
    let seed = Chance::seed();
    print_row(&format!("FAULTS_SEED={seed}"));
    let s3 = S3::start().await;
    let proxy = Proxy::in_front_of(&s3.endpoint).await;
    let added = Added {
        aggregate: "merge_at = 3\n".to_owned(),
        lake: "patience_seconds = 3\noptions.timeout = \"1 second\"\n".to_owned(),
        ..Added::default()
    };
    let world = Real::start_behind(s3, proxy.endpoint.clone(), &added).await;
    let mut world = Kept { world, ended: 0 };
    files::register(&world.world).await;

    let slow_days = 6;
    proxy.plan(|_| Fate::Slow(Duration::from_millis(400)));
    answers_all_the_while(&world.world, &proxy, slow_days).await;
    let slow = proxy.injected();
    let mut undisturbed = Undisturbed::start().await;
    let differences = world.wait_until_settled(&mut undisturbed, slow_days).await;
    report("S3: slow, under three processes", slow, None, &differences);

    let days = slow_days + if long() { 200 } else { 20 };
    proxy.plan(at_random(seed, 10));
    for day in slow_days..days {
        world.send(day).await;
        let wanted = proxy.all_calls() + CALLS_A_DAY;
        let mut waiting = Waiting::up_to(PATIENCE);
        while proxy.all_calls() < wanted {
            assert!(waiting.once_more().await, "nobody asks for anything");
            world.tend().await;
        }
    }
    let (random, ended) = (proxy.injected() - slow, world.ended);
    proxy.heal();
    let healed = Instant::now();
    let differences = world.wait_until_settled(&mut undisturbed, days).await;
    let fault = format!("S3: fails at random under three processes, ended {ended} times");
    report(&fault, random, Some(healed.elapsed()), &differences);

    proxy.plan(|_| Fate::Fails(Fault::ForbiddenForAWhile));
    world.send(days).await;
    let mut waiting = Waiting::up_to(PATIENCE);
    while world.ended == ended {
        assert!(waiting.once_more().await, "aggregate's patience never ends");
        world.tend().await;
    }
    let refused = proxy.injected() - slow - random;
    proxy.heal();
    let healed = Instant::now();
    let differences = world.wait_until_settled(&mut undisturbed, days + 1).await;
    let fault = "S3: 403 until aggregate ends and is started again";
    report(fault, refused, Some(healed.elapsed()), &differences);
    let parts = proxy.multipart();
    assert_eq!(parts, 0, "requests of uploads in parts");
}

/// While every request to the store is slow, aggregate reports it and keeps its partitions.
async fn answers_all_the_while(world: &Real, proxy: &Proxy, days: u32) {
    let client = reqwest::Client::builder().timeout(SESSION).build();
    let client = client.expect("a client");
    let began = Instant::now();
    for day in 0..days {
        world
            .client()
            .send(&sent::day(day))
            .await
            .expect("an answer");
        let wanted = proxy.all_calls() + CALLS_A_DAY;
        let mut waiting = Waiting::up_to(PATIENCE);
        let enough = || proxy.all_calls() >= wanted && began.elapsed() * days >= 2 * SESSION * day;
        while !enough() {
            assert!(waiting.once_more().await, "nobody asks for anything");
            for path in ["readyz", "healthz", "metrics"] {
                let url = format!("{}/{path}", world.aggregate.url);
                let answer = client.get(url).send().await.expect("an answer");
                assert!(
                    path == "readyz" || answer.status().is_success(),
                    "{answer:?}"
                );
            }
        }
    }
    let log = world.aggregate.log();
    assert!(!log.contains("went to another"), "{log}");
}

/// Processes that restart when they end, as under an orchestrator.
struct Kept {
    world: Real,
    ended: usize,
}

impl Kept {
    async fn send(&self, day: u32) {
        let events = sent::day(day);
        self.world.client().send(&events).await.expect("an answer");
    }

    async fn tend(&mut self) {
        let Real {
            ingest,
            aggregate,
            publish,
            ..
        } = &mut self.world;
        self.ended += usize::from(started_again(aggregate).await);
        for other in [ingest, publish] {
            assert!(
                !other.is_dead(),
                "only aggregate may give up: {}",
                other.log()
            );
        }
    }

    /// Waits until everything of the first `days` days is in the ledger and published, and compares.
    async fn wait_until_settled(
        &mut self,
        undisturbed: &mut Undisturbed,
        days: u32,
    ) -> Differences {
        let (kafka, lake) = (self.world.kafka(), self.world.lake());
        let settings = BTreeMap::new();
        let wait_until_settled = cli::wait_until_settled(&kafka, &lake, &settings, PATIENCE);
        tokio::pin!(wait_until_settled);
        let mut waiting = Waiting::up_to(PATIENCE);
        loop {
            tokio::select! {
                footprint_store = &mut wait_until_settled => {
                    footprint_store.expect("settled");
                    break;
                }
                _ = waiting.once_more() => self.tend().await,
            }
        }
        let expected = undisturbed.after(days).await;
        Left::read(&self.world).await.differences(&expected)
    }
}

async fn started_again(service: &mut Service) -> bool {
    let Some(status) = service.ended() else {
        return false;
    };
    assert!(
        status.ends_with("exit status: 1"),
        "{status}: {}",
        service.log()
    );
    assert!(
        service.log().contains("cannot use the lake"),
        "{}",
        service.log()
    );
    service.restart().await;
    true
}
