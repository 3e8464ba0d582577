//! The life cycle of aggregate: join the group, take what arrives, write, commit, emit.

use std::sync::Arc;
use std::time::Duration;

use bus::{BusError, GroupConsumer, Producer, Reader, await_topics};
use chassis::{Health, Readiness, Stop, chain, serve};
use events::{Sharding, Topic};
use lake::{Lake, LakeError};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::emit::emit;
use crate::foreign_writes::{BY, REBUILD};
use crate::gap::OpenGaps;
use crate::health::watch;
use crate::load::load_partition;
use crate::log_epoch::Committed;
use crate::metrics::Metrics;
use crate::poll::poll;
use crate::worker::{NO_PARTITION, Worker};
use crate::{AggregateError, Config};

/// The consumer group.
pub const GROUP: &str = "aggregate";

/// The timeout for the acknowledgement of a footprint.
const PATIENCE: Duration = Duration::from_secs(30);
/// The timeout for leaving the group after an error.
const LEAVE: Duration = Duration::from_secs(5);
/// The timeout for a look at footprints. The worker does nothing else meanwhile.
const LOOK: Duration = Duration::from_secs(2);

/// Runs until `stop`, then writes and commits the rows in memory.
pub async fn run(config: Config, listener: TcpListener, stop: Stop) -> Result<(), AggregateError> {
    let health = Health::default();
    let metrics = Metrics::new(&health.registry)?;
    // Before the first request can arrive.
    begin(&health.readiness);
    // Serves until the last row is written, so that the operator who stops the process can see what it waits for.
    let served = Stop::new();
    let _however_it_ends = served.clone().drop_guard();
    let mut serving = tokio::spawn(serve(
        listener,
        health.routes().into_router(),
        served.clone(),
    ));
    let worked = tokio::select! {
        worked = work(config, health, metrics, stop) => worked,
        ended = &mut serving => {
            ended.map_err(|_| AggregateError::Ended("health"))??;
            Err(AggregateError::Ended("health"))
        }
    };
    worked?;
    served.cancel();
    Ok(serving
        .await
        .map_err(|_| AggregateError::Ended("health"))??)
}

async fn work(
    config: Config,
    health: Health,
    metrics: Metrics,
    stop: Stop,
) -> Result<(), AggregateError> {
    let sharding = Sharding::new(config.sharding.shards, config.sharding.partitions)?;
    let (lake, method) = (config.lake.open()?, config.method()?);
    let lake_id = tokio::select! {
        there = world(&config, sharding, &lake, &health.readiness) => there?,
        () = stop.cancelled() => return Ok(()),
    };
    let readiness = health.readiness.clone();
    let consumer = Arc::new(GroupConsumer::join(
        &config.bus,
        &config.group,
        GROUP,
        &Topic::LEDGER,
    )?);
    let producer = Producer::new(&config.bus, PATIENCE)?;
    let footprints = Reader::new(&config.bus, Topic::Footprints, LOOK)?;
    // Dropping the set aborts its tasks.
    let mut watching = JoinSet::new();
    let gaps = OpenGaps::default();
    watching.spawn(watch(
        lake.clone(),
        consumer.connectivity().clone(),
        gaps.clone(),
        metrics.clone(),
        readiness.clone(),
    ));
    let (sender, arrivals) = mpsc::channel(4);
    let polling = {
        let (consumer, stop) = (consumer.clone(), stop.clone());
        tokio::task::spawn_blocking(move || poll(&consumer, sharding, &stop, &sender))
    };
    let mut worker = Worker::new(
        config, lake, lake_id, sharding, method, producer, footprints, consumer, metrics, health,
        gaps,
    );
    let worked = tokio::select! {
        worked = worker.work(arrivals) => worked,
        _ended = watching.join_next() => Err(AggregateError::Ended("watch")),
    };
    stop.cancel();
    if let Err(error) = &worked {
        // Logged at once: leaving the group may take longer than the time left for this process.
        tracing::error!(error = chain(error), "cannot go on");
        let left = async {
            // The polling thread is also in the group until it ends.
            let _ended_with_the_worker = polling.await;
            leave(worker).await;
        };
        let _gave_up = tokio::time::timeout(LEAVE, left).await;
        return worked;
    }
    polling
        .await
        .map_err(|_| AggregateError::Ended("polling"))?;
    worked
}

/// Leaves the group, so that another process takes over the partitions soon. Runs on a separate thread: a broker other than the
/// one that was joined may never answer.
async fn leave(worker: Worker) {
    let (left, leaving) = oneshot::channel();
    let spawned = std::thread::Builder::new()
        .name("leave".to_owned())
        .spawn(move || {
            drop(worker);
            let _not_waited_for = left.send(());
        });
    if spawned.is_ok() {
        let _left = leaving.await;
    }
}

/// Registers in `/readyz` from the start what is still missing.
fn begin(readiness: &Readiness) {
    readiness.wait("lake", "the store has not answered yet");
    readiness.wait("kafka", "the broker has not answered yet");
    readiness.wait("group", NO_PARTITION);
}

/// Waits for the store and the broker, in either order. Returns the lake's id.
async fn world(
    config: &Config,
    sharding: Sharding,
    lake: &Lake,
    readiness: &Readiness,
) -> Result<String, AggregateError> {
    let store = async {
        let waiting = |error: &LakeError| {
            let why = chain(error);
            tracing::warn!(%why, "waiting for the store");
            readiness.wait("lake", why);
        };
        let (url, shards) = (&config.lake.url, sharding.shards);
        let id = lake.await_initialise(url, shards, waiting).await?;
        readiness.ready("lake");
        Ok::<String, AggregateError>(id)
    };
    let broker = async {
        let waiting = |error: &BusError| {
            let why = chain(error);
            tracing::warn!(%why, "waiting for Kafka");
            readiness.wait("kafka", why);
        };
        await_topics(&config.bus, sharding, waiting).await?;
        readiness.ready("kafka");
        Ok(())
    };
    tokio::try_join!(store, broker).map(|(id, ())| id)
}

/// Computes every footprint again from the ledger alone and emits it: for use after a new factor set or a corrected register.
/// Returns the number of footprints emitted.
pub async fn rebuild(config: &Config) -> Result<usize, AggregateError> {
    let sharding = Sharding::new(config.sharding.shards, config.sharding.partitions)?;
    let lake = config.lake.open()?;
    lake.initialise(&config.lake.url, sharding.shards).await?;
    let method = config.method()?;
    let producer = Producer::new(&config.bus, PATIENCE)?;
    let mut emitted = 0;
    for number in 0..sharding.partitions as i32 {
        // Queried before the ledger is read: a later commit may cover rows that this read missed.
        let committed = bus::committed(&config.bus, GROUP, &Topic::LEDGER, number).await?;
        let committed = Committed::of(committed);
        let mut partition = load_partition(&lake, sharding, number).await?;
        partition.log = lake.log(number).await?.max(committed.log);
        partition.position = committed.next;
        let today = config.as_of_or_today();
        while let Some(mut emission) =
            tokio::task::block_in_place(|| emit(&mut partition, number, &method, today))?
        {
            emitted += emission.records.len();
            for record in &mut emission.records {
                record.headers.push((BY, REBUILD.to_owned()));
            }
            producer.send(emission.records).await?;
        }
    }
    Ok(emitted)
}
