//! Brokers that restart, hang, are slow, lose connections, answer with errors, lose leadership, die or have a full disk.
//! The ledger has every accepted event once; ingest refuses what Kafka cannot store; no service restarts.

use std::time::{Duration, Instant};

use bus::{KafkaConfig, Producer, Record};
use events::{RejectedEvent, Topic};

use super::oracle::Left;
use super::pipeline::Pipeline;
use super::report::{long, report};
use super::sent::{self, Undisturbed};
use crate::chance::Chance;
use crate::flow::deployment::{Deployment, SHARDING};
use crate::flow::files;
use crate::servers::kafka::{Cluster, Kafka, Options};
use crate::servers::wire::{KafkaFaultProxy, Wire};
use crate::servers::{Waiting, free_port};

/// A pipeline, the events sent to it, and the run without faults.
struct Trial {
    world: Pipeline,
    undisturbed: Undisturbed,
    day: u32,
}

impl Trial {
    async fn on(brokers: &str, replication: i32) -> Trial {
        let kafka = KafkaConfig {
            replication,
            ..KafkaConfig::at(brokers)
        };
        let world = Pipeline::on(kafka).await;
        files::register(&world).await;
        Trial {
            world,
            undisturbed: Undisturbed::start().await,
            day: 0,
        }
    }

    /// Sends so many days, and retries each for as long as ingest answers "later".
    async fn send(&mut self, days: u32) {
        for _ in 0..days {
            let events = sent::day(self.day);
            let answer = self.world.client().send(&events).await;
            answer.expect("an answer");
            self.day += 1;
        }
    }

    /// Ingest refuses events while Kafka cannot accept them.
    async fn is_turned_away(&self) {
        self.world.is_turned_away(&sent::day(self.day)).await;
    }

    /// Checks that the pipeline has recovered since `healed`, with nothing lost or duplicated.
    async fn recovers(&mut self, fault: &str, injected: usize, healed: Instant) {
        let found = Left::read(&self.world).await;
        let recovery = healed.elapsed();
        let expected = self.undisturbed.after(self.day).await;
        let differences = found.differences(&expected);
        report(fault, injected, Some(recovery), &differences);
        for service in [
            &self.world.ingest,
            &self.world.aggregate,
            &self.world.publish,
        ] {
            self.world.is_ready(service).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_restarted_frozen_far_away_or_cut_off_loses_and_doubles_nothing() {
    let port = free_port();
    let wire = Wire::to(port).await;
    let options = Options {
        advertised: Some(wire.port),
        ..Options::default()
    };
    let mut kafka = Kafka::start_with(port, options).await;
    kafka.create_topics(SHARDING.partitions);
    let mut trial = Trial::on(&kafka.bootstrap, 1).await;
    let times = if long() { 5 } else { 1 };
    trial.send(2).await;

    for _ in 0..times {
        kafka.kill9();
        trial.is_turned_away().await;
        kafka.restart().await;
        trial.send(2).await;
    }
    trial
        .recovers("broker restarted", times as usize, Instant::now())
        .await;

    for _ in 0..times {
        kafka.freeze();
        trial.is_turned_away().await;
        kafka.thaw();
        trial.send(2).await;
    }
    trial
        .recovers("broker frozen for 5 s", times as usize, Instant::now())
        .await;

    // A round trip of two seconds: slow, but no reason to refuse requests.
    wire.delay(Duration::from_secs(1));
    for _ in 0..2 * times {
        let answer = trial.world.post(&sent::day(trial.day)).await;
        assert!(answer.status().is_success(), "{answer:?}");
        trial.day += 1;
    }
    wire.delay(Duration::ZERO);
    trial
        .recovers("round trips of 2 s", 2 * times as usize, Instant::now())
        .await;

    let seed = Chance::seed();
    wire.cut(Some(seed));
    let mut waiting = Waiting::up_to(Duration::from_secs(60));
    while wire.cuts() < 20 * times as usize {
        trial.send(1).await;
        assert!(waiting.once_more().await, "only {} cuts", wire.cuts());
    }
    wire.cut(None);
    let fault = format!("connections cut (FAULTS_SEED={seed})");
    trial.recovers(&fault, wire.cuts(), Instant::now()).await;
}

/// The broker's answers are replaced by errors, with every code of Kafka's protocol from which a client may recover.
#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_answers_with_errors_loses_and_doubles_nothing() {
    let port = free_port();
    let wire = KafkaFaultProxy::to(port).await;
    let options = Options {
        advertised: Some(wire.port),
        ..Options::default()
    };
    let kafka = Kafka::start_with(port, options).await;
    kafka.create_topics(SHARDING.partitions);
    let mut trial = Trial::on(&kafka.bootstrap, 1).await;
    trial.send(2).await;
    let enough = if long() { 400 } else { 40 };

    let seed = Chance::seed();
    wire.refuse(Some(seed));
    let mut waiting = Waiting::up_to(Duration::from_secs(600));
    let answered = |kind| wire.refused().get(kind).copied().unwrap_or(0);
    let some_of_each = || {
        ["produce", "fetch", "commit", "heartbeat"]
            .map(answered)
            .iter()
            .all(|count| *count > 0)
    };
    while wire.refused().values().sum::<usize>() < enough || !some_of_each() {
        trial.send(1).await;
        assert!(waiting.once_more().await, "only {:?}", wire.refused());
    }
    wire.refuse(None);
    let kinds: Vec<_> = wire
        .refused()
        .iter()
        .map(|(kind, times)| format!("{kind} {times}"))
        .collect();
    let fault = format!("request errors (FAULTS_SEED={seed}): {}", kinds.join(", "));
    trial
        .recovers(&fault, wire.refused().values().sum(), Instant::now())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_three_brokers_one_may_die_and_with_two_dead_nothing_is_accepted_that_is_not_kept() {
    let mut cluster = Cluster::start().await;
    let mut trial = Trial::on(&cluster.bootstrap(), 3).await;
    let described = cluster.nodes[0].tool(
        "org.apache.kafka.tools.TopicCommand",
        &["--describe", "--topic", "readings|footprints"],
    );
    assert_eq!(
        described.matches("ReplicationFactor: 3").count(),
        2,
        "{described}"
    );
    assert_eq!(
        described.matches("min.insync.replicas=2").count(),
        2,
        "{described}"
    );
    trial.send(2).await;

    // Kill and restart each broker in turn: another one leads its partitions meanwhile, and gives them back.
    for node in 0..3 {
        cluster.nodes[node].kill9();
        trial.send(2).await;
        cluster.nodes[node].restart().await;
    }
    cluster.nodes[0].tool(
        "org.apache.kafka.tools.LeaderElectionCommand",
        &["--election-type", "preferred", "--all-topic-partitions"],
    );
    trial.send(1).await;
    trial
        .recovers(
            "leaders moved, one broker of three after the other",
            4,
            Instant::now(),
        )
        .await;

    let began = Instant::now();
    cluster.nodes[1].kill9();
    trial.send(3).await;
    trial
        .recovers("one broker of three dead for good", 1, began)
        .await;

    cluster.nodes[2].kill9();
    trial.is_turned_away().await;
    cluster.nodes[2].restart().await;
    trial.send(2).await;
    trial
        .recovers("two brokers of three dead", 1, Instant::now())
        .await;
}

/// A refused event of half a megabyte that does not compress.
fn filler(number: u64) -> Record {
    let mut chance = Chance::new(number);
    let digit = |_| char::from(b"0123456789abcdef"[chance.below(16)]);
    let refused = RejectedEvent {
        refusals: Vec::new(),
        received: Default::default(),
        by: "tests".to_owned(),
        source: "filler".to_owned(),
        id: number.to_string(),
        event: (0..1_000_000).map(digit).collect::<String>().into(),
    };
    Record {
        topic: Topic::Rejected,
        partition: Some(0),
        key: format!("{number:032x}"),
        headers: Vec::new(),
        payload: serde_json::to_vec(&refused).ok(),
    }
}

/// A size limit on the broker's files acts as a full disk, and the broker ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_broker_whose_disk_is_full_costs_nothing_that_was_accepted() {
    // Its own index files have ten megabytes from the start.
    let options = Options {
        largest_file: Some(11_000),
        ..Options::default()
    };
    let mut kafka = Kafka::start_with(free_port(), options).await;
    let mut trial = Trial::on(&kafka.bootstrap, 1).await;
    trial.send(2).await;
    let filling = Producer::new(&trial.world.kafka(), Duration::from_secs(5)).expect("a producer");
    let mut fillers = 0;
    while filling.send([filler(fillers)]).await.is_ok() {
        fillers += 1;
        assert!(fillers < 100, "the disk is not full");
    }
    trial.is_turned_away().await;
    assert!(kafka.is_dead());
    kafka.make_room();
    kafka.restart().await;
    trial.send(2).await;
    let gone = |number| Record {
        payload: None,
        ..filler(number)
    };
    let gone: Vec<Record> = (0..=fillers).map(gone).collect();
    filling.send(gone).await.expect("room");
    trial
        .recovers("broker's disk full", 1, Instant::now())
        .await;
}
