//! The life of the service.

use std::sync::Arc;

use bus::{BusError, Followed, await_topics};
use chassis::{Stop, Vitals};
use events::Topic;
use lake::{Lake, LakeError};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::PublishError;
use crate::app::{self, App};
use crate::book::Live;
use crate::config::Config;
use crate::counters::Counters;
use crate::exports::{Exporter, Plan, keep_exported};
use crate::follow::follow;
use crate::results::keep_written;

/// Publishes until `stop`, then writes what is not written yet. Ends with an error when its world is broken: the
/// configuration makes no sense, the lake is another one, or Kafka is lost for good.
pub async fn run(config: Config, listener: TcpListener, stop: Stop) -> Result<(), PublishError> {
    let config = Arc::new(config);
    let plans = plans(&config)?;
    let lake = config.lake.open()?;
    check_shards(&config, &lake).await?;
    let vitals = Vitals::default();
    let names = config
        .schedules
        .iter()
        .map(|schedule| schedule.name.as_str());
    let counters = Counters::new(&vitals.registry, names)?;
    let live = Arc::new(Live::default());
    vitals
        .readiness
        .wait("footprints", "not all have been read yet");
    vitals.readiness.wait("results", "not written yet");

    // Everything stops together, whoever stops first.
    let stop = stop.child_token();
    let _whatever_happens = stop.clone().drop_guard();
    let mut tasks: JoinSet<Result<(), PublishError>> = JoinSet::new();
    let app = App::new(config.clone(), live.clone(), lake.clone(), vitals.clone());
    let asked = stop.clone();
    // Served from the start, so that whoever starts us can see what we wait for.
    tasks.spawn(async move { Ok(chassis::serve(listener, app::routes(app), asked).await?) });

    // A broker that does not answer takes its time to say so, and nobody who stops should have to wait for it.
    let footprints = tokio::select! {
        found = footprints(&config) => found?,
        () = stop.cancelled() => return until_stopped(tasks, &stop).await,
    };
    let (held, counted, asked) = (live.clone(), counters.clone(), stop.clone());
    tasks.spawn(async move {
        tokio::select! {
            ended = follow(footprints, &held, &counted) => ended,
            () = asked.cancelled() => Ok(()),
        }
    });
    let (held, readiness, asked) = (live.clone(), vitals.readiness.clone(), stop.clone());
    tasks.spawn(async move {
        tokio::select! {
            () = held.caught_up() => readiness.ready("footprints"),
            () = asked.cancelled() => {}
        }
        Ok(())
    });
    let exporter = Exporter {
        config: config.clone(),
        lake: lake.clone(),
        live: live.clone(),
        counters: counters.clone(),
    };
    let written = keep_written(config, lake, live, vitals.readiness, counters, stop.clone());
    tasks.spawn(async {
        written.await;
        Ok(())
    });
    let exported = keep_exported(exporter, plans, stop.clone());
    tasks.spawn(async {
        exported.await;
        Ok(())
    });
    until_stopped(tasks, &stop).await
}

async fn footprints(config: &Config) -> Result<mpsc::Receiver<Followed>, PublishError> {
    let waiting = |error: &BusError| tracing::warn!(%error, "waiting for Kafka");
    await_topics(&config.kafka, config.sharding, waiting).await?;
    Ok(bus::follow(&config.kafka, Topic::Footprints).await?)
}

/// Waits for all tasks; the first that fails stops the others, which finish what they hold.
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
    config.schedules.iter().cloned().map(Plan::new).collect()
}

/// A lake that is not made yet is aggregate's to make.
async fn check_shards(config: &Config, lake: &Lake) -> Result<(), PublishError> {
    match lake.shards().await? {
        Some(made) if made != config.sharding.shards => Err(LakeError::Shards {
            url: config.lake.url.clone(),
            made,
            wanted: config.sharding.shards,
        }
        .into()),
        _ => Ok(()),
    }
}
