//! The life of aggregate: join the group, take what arrives, write, commit, emit.

use std::sync::Arc;
use std::time::Duration;

use bus::{BusError, GroupConsumer, Producer, await_topics};
use chassis::{Stop, Vitals, serve};
use events::{Sharding, Topic};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::emit::emit;
use crate::load::load_partition;
use crate::metrics::Metrics;
use crate::poll::poll;
use crate::worker::Worker;
use crate::{AggregateError, Config};

/// The consumer group.
pub const GROUP: &str = "aggregate";

/// What is served over HTTP.
pub const ROUTES: &[(&str, &str)] = &[("GET", "/metrics"), ("GET", "/healthz"), ("GET", "/readyz")];

/// How long a footprint may take to be acknowledged.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs until `stop`, then writes and commits what it holds.
pub async fn run(config: Config, listener: TcpListener, stop: Stop) -> Result<(), AggregateError> {
    let vitals = Vitals::default();
    let metrics = Metrics::new(&vitals.registry)?;
    vitals
        .readiness
        .wait("kafka", "the broker has not answered yet");
    let health = tokio::spawn(serve(listener, vitals.routes(), stop.clone()));

    let sharding = Sharding::new(config.sharding.shards, config.sharding.partitions)?;
    let lake = config.lake.open()?;
    lake.found(&config.lake.url, sharding.shards).await?;
    let method = config.method()?;
    let waiting = |error: &BusError| tracing::warn!(%error, "waiting for Kafka");
    tokio::select! {
        ready = await_topics(&config.kafka, sharding, waiting) => ready?,
        () = stop.cancelled() => return Ok(()),
    }
    vitals.readiness.ready("kafka");
    vitals
        .readiness
        .wait("group", "no partition is assigned yet");

    let consumer = Arc::new(GroupConsumer::join(&config.kafka, GROUP, &Topic::LEDGER)?);
    let producer = Producer::new(&config.kafka, PATIENCE)?;
    let (sender, arrivals) = mpsc::channel(4);
    let polling = {
        let (consumer, stop) = (consumer.clone(), stop.clone());
        tokio::task::spawn_blocking(move || poll(&consumer, &stop, &sender))
    };
    let mut worker = Worker::new(
        config, lake, sharding, method, producer, consumer, metrics, vitals,
    );
    let worked = worker.work(arrivals).await;
    stop.cancel();
    polling
        .await
        .map_err(|_| AggregateError::Ended("polling"))?;
    worked?;
    health
        .await
        .map_err(|_| AggregateError::Ended("health"))??;
    Ok(())
}

/// Computes every footprint again from the ledger alone and emits it: after a new factor set or a corrected register.
/// Returns how many were emitted.
pub async fn rebuild(config: &Config) -> Result<usize, AggregateError> {
    let sharding = Sharding::new(config.sharding.shards, config.sharding.partitions)?;
    let lake = config.lake.open()?;
    lake.found(&config.lake.url, sharding.shards).await?;
    let method = config.method()?;
    let consumer = GroupConsumer::look(&config.kafka, GROUP)?;
    let producer = Producer::new(&config.kafka, PATIENCE)?;
    let mut emitted = 0;
    for number in 0..sharding.partitions as i32 {
        // Asked before the ledger is read: what is committed later may be of rows this reading missed.
        let committed = tokio::task::block_in_place(|| consumer.committed(&Topic::LEDGER, number))?;
        let mut partition = load_partition(&lake, sharding, number).await?;
        partition.position = committed.into_iter().collect();
        let today = config.as_of_or_today();
        let records = tokio::task::block_in_place(|| emit(&mut partition, number, &method, today))?;
        emitted += records.len();
        producer.send(records).await?;
    }
    Ok(emitted)
}
