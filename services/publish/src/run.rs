//! The life of the service.

use std::sync::Arc;
use std::time::Duration;

use bus::{BusError, Connectivity, await_topics};
use chassis::{
    Health, Readiness, Stop, Watched, chain, failpoint, keep_renewed, report_every_second,
};
use events::Topic;
use lake::LakeError;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use crate::PublishError;
use crate::access::Access;
use crate::app::App;
use crate::config::Config;
use crate::config::export_schedule::Plan;
use crate::counters::Counters;
use crate::exports::{Exporter, keep_exported};
use crate::follow::follow;
use crate::footprint_store::Live;
use crate::grid::Grid;
use crate::history::{self, HistoryCounters, keep_history};
use crate::rejected::Rejected;
use crate::results::{PART, keep_written};
use crate::routes::routes;

/// The part that `/readyz` waits for: without the footprints the page would show a part as if it were all.
const FOOTPRINTS: &str = "footprints";

/// The pause before following the footprints is retried.
const AGAIN: Duration = Duration::from_secs(1);

/// Publishes until `stop`, then writes what is not written yet. Returns an error if it cannot go on: the configuration
/// makes no sense, the lake is another one, or its disk cannot be written.
pub async fn run(config: Config, listener: TcpListener, stop: Stop) -> Result<(), PublishError> {
    let config = Arc::new(config);
    let plans = plans(&config)?;
    let address = listener.local_addr().map_err(PublishError::Address)?;
    let access = Arc::new(Access::new(&config.access, address)?);
    let tokens_file = access.watched();
    let lake = config.lake.open()?;
    let health = Health::default();
    let names = config
        .schedules
        .iter()
        .map(|schedule| schedule.name.as_str());
    let counters = Counters::new(&health.registry, names)?;
    let history_counters = HistoryCounters::new(&health.registry)?;
    let (live, connectivity) = (Arc::new(Live::default()), Connectivity::default());
    let readiness = health.readiness.clone();
    readiness.wait(FOOTPRINTS, "not all have been read yet");
    readiness.degraded(PART, "not written yet");

    // If any part stops, every part stops.
    let _whatever_happens = stop.clone().drop_guard();
    let mut tasks: JoinSet<Result<(), PublishError>> = JoinSet::new();
    if let Some(file) = tokens_file {
        let renewing = renew(access.clone(), file, readiness.clone());
        tasks.spawn(until(stop.clone(), renewing));
    }
    let rejected = Arc::new(Rejected::default());
    let grid = Arc::new(Grid::default());
    let app = App::new(
        config.clone(),
        live.clone(),
        lake.clone(),
        rejected.clone(),
        grid.clone(),
        access,
        health,
    );
    let stop_requested = stop.clone();
    // Served from the start, so that the operator can see what the service waits for.
    tasks.spawn(async move { Ok(chassis::serve(listener, routes(app), stop_requested).await?) });
    let report = {
        let (lake, connectivity) = (lake.clone(), connectivity.clone());
        let (counters, readiness) = (counters.clone(), readiness.clone());
        move || {
            failpoint!("publish.watching");
            let (failures, longest) = (lake.failures(), lake.longest());
            counters.store.report(failures, longest, &readiness);
            counters
                .broker
                .report(connectivity.is_reached(), &readiness);
        }
    };
    tasks.spawn(until(stop.clone(), async {
        report_every_second(report).await;
        Ok(())
    }));
    // Neither waits for the other: the page needs no store, and the writer of results waits for the footprints itself.
    let following = Following {
        config: config.clone(),
        live: live.clone(),
        counters: counters.clone(),
        readiness: readiness.clone(),
        connectivity,
    };
    tasks.spawn(until(stop.clone(), following.follow()));
    let bus = config.bus.clone();
    // The page works without the counts of rejections.
    let rejecting = async move { Ok(rejected.follow(&bus).await?) };
    tasks.spawn(until(stop.clone(), rejecting));
    let bus = config.bus.clone();
    // So it does without the intensity of the grid.
    let following_grid = async move { Ok(grid.follow(&bus).await?) };
    tasks.spawn(until(stop.clone(), following_grid));
    if let Some(settings) = config.history.clone() {
        let parts = history::Parts {
            config: config.clone(),
            lake: lake.clone(),
            live: live.clone(),
            readiness: readiness.clone(),
            counters: history_counters,
        };
        tasks.spawn(keep_history(parts, settings, stop.clone()));
    }
    let exporter = Exporter {
        config,
        lake,
        live,
        counters,
        readiness,
    };
    tasks.spawn(keep_stored(exporter, plans, stop.clone()));
    until_stopped(tasks, &stop).await
}

/// Runs a future until `stop`. It is dropped then, and nothing is lost by that.
async fn until(
    stop: Stop,
    work: impl Future<Output = Result<(), PublishError>>,
) -> Result<(), PublishError> {
    stop.run_until_cancelled(work).await.unwrap_or(Ok(()))
}

/// The name of the file of tokens in `/readyz`.
const TOKENS: &str = "tokens";

/// Reads the tokens again whenever their file changes.
async fn renew(
    access: Arc<Access>,
    file: Watched,
    readiness: Readiness,
) -> Result<(), PublishError> {
    let read = move || access.renew();
    keep_renewed(file, read, |outcome| match outcome {
        Ok(()) => {
            tracing::info!("tokens renewed from their file");
            readiness.recovered(TOKENS);
        }
        Err(why) => {
            tracing::error!(%why, "tokens cannot be renewed; those before still count");
            let reason = format!("cannot be renewed, those before still count: {why}");
            readiness.degraded(TOKENS, reason);
        }
    })
    .await;
    Ok(())
}

/// The path of footprints from Kafka to the page.
struct Following {
    config: Arc<Config>,
    live: Arc<Live>,
    counters: Counters,
    readiness: Readiness,
    connectivity: Connectivity,
}

impl Following {
    /// Retries however long the broker is away, and whatever it answers while it comes back; returns only on an error
    /// that waiting cannot mend.
    async fn follow(self) -> Result<(), PublishError> {
        loop {
            match self.follow_once().await {
                Err(PublishError::Bus(error)) if !error.is_configuration() => {
                    let why = chain(&error);
                    tracing::warn!(%why, "following anew");
                    self.readiness.wait(FOOTPRINTS, why);
                }
                ended => return ended,
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn follow_once(&self) -> Result<(), PublishError> {
        let bus = &self.config.bus;
        let waiting = |error: &BusError| {
            let why = chain(error);
            tracing::warn!(%why, "waiting for Kafka");
            self.readiness.wait(FOOTPRINTS, why);
        };
        await_topics(bus, self.config.sharding, waiting).await?;
        let footprints =
            bus::follow_watched(bus, Topic::Footprints, self.connectivity.clone()).await?;
        let caught_up = async {
            self.live.caught_up().await;
            self.readiness.ready(FOOTPRINTS);
            std::future::pending().await
        };
        tokio::select! {
            ended = follow(footprints, &self.live, &self.counters) => ended,
            never = caught_up => never,
        }
    }
}

/// Writes results and makes exports concurrently: a task that waits for the store does not delay the other.
async fn keep_stored(exporter: Exporter, plans: Vec<Plan>, stop: Stop) -> Result<(), PublishError> {
    tokio::select! {
        same = await_shards(&exporter) => same?,
        () = stop.cancelled() => return Ok(()),
    }
    let written = keep_written(
        exporter.config.clone(),
        exporter.lake.clone(),
        exporter.live.clone(),
        exporter.readiness.clone(),
        exporter.counters.clone(),
        stop.clone(),
    );
    let (written, exported) = (
        tokio::spawn(written),
        tokio::spawn(keep_exported(exporter, plans, stop)),
    );
    tokio::try_join!(flat(written), flat(exported)).map(|_| ())
}

async fn flat(task: JoinHandle<Result<(), PublishError>>) -> Result<(), PublishError> {
    task.await?
}

/// Waits for the store, and checks that it has what a lake needs. A lake that does not exist yet is made by aggregate.
async fn await_shards(exporter: &Exporter) -> Result<(), PublishError> {
    let waiting = |error: &LakeError| {
        let why = chain(error);
        tracing::warn!(%why, "waiting for the store");
        exporter
            .readiness
            .degraded(PART, format!("not written yet: {why}"));
    };
    let config = &exporter.config;
    exporter
        .lake
        .await_proved(&config.lake.url, waiting)
        .await?;
    match exporter.lake.await_shards(waiting).await? {
        Some(made) if made != config.sharding.shards => Err(LakeError::Shards {
            url: config.lake.url.clone(),
            made,
            wanted: config.sharding.shards,
        }
        .into()),
        _ => Ok(()),
    }
}

/// Waits for all tasks; the first that fails stops the others, which finish their work in progress.
async fn until_stopped(
    mut tasks: JoinSet<Result<(), PublishError>>,
    stop: &Stop,
) -> Result<(), PublishError> {
    let mut first_error = None;
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended
            .map_err(PublishError::from)
            .and_then(|outcome| outcome)
        {
            first_error.get_or_insert(error);
            stop.cancel();
        }
    }
    first_error.map_or(Ok(()), Err)
}

fn plans(config: &Config) -> Result<Vec<Plan>, PublishError> {
    let mut names = std::collections::BTreeSet::new();
    for schedule in &config.schedules {
        if !names.insert(&schedule.name) {
            let why = "two schedules have this name".to_owned();
            return Err(PublishError::Schedule {
                name: schedule.name.clone(),
                why,
            });
        }
    }
    config.check_trusts()?;
    config.check_history()?;
    config.schedules.iter().cloned().map(Plan::new).collect()
}
