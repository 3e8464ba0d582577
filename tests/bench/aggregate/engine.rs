//! The programs that are compared.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use tempfile::NamedTempFile;

use crate::broker::Broker;
use crate::load::Load;
use crate::process::binary;

use super::run::Run;
use super::{floor, ours, program};

/// A program that reads the meter-days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, strum::Display, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Engine {
    /// rdkafka and serde_json on one thread, a sum per meter, nothing kept.
    Floor,
    /// The release build of aggregate, from an empty lake to everything written and committed.
    Aggregate,
    /// The build that `--other-aggregate` names.
    OtherAggregate,
    /// Kafka Streams: repeats dropped, the latest wins, sums; state in RocksDB and changelogs.
    KafkaStreams,
    /// Apache Flink in one process: the same, with state on the heap and in a savepoint at the end.
    Flink,
    /// Pathway: the same, nothing kept.
    Pathway,
    /// Bytewax: the same, nothing kept.
    Bytewax,
    /// Polars in Python: the same, from a file and not from Kafka.
    PolarsPython,
}

/// What the programs run on.
pub struct World {
    pub broker: Broker,
    pub load: Load,
    /// The load as a file, if a program reads it.
    pub file: Option<NamedTempFile>,
    pub other_aggregate: Option<PathBuf>,
    pub kafka_properties: Vec<String>,
}

impl World {
    /// A broker that has the load, and no further options.
    pub async fn of(load: Load) -> Self {
        let broker = Broker::start().await;
        eprintln!(
            "writing {} meter-days of {} schools",
            load.meter_days, load.schools
        );
        load.write(&broker).await;
        // Without a registration a school has no figures, and aggregate would do less than it does in use.
        load.register(&broker).await;
        World {
            broker,
            load,
            file: None,
            other_aggregate: None,
            kafka_properties: Vec::new(),
        }
    }
}

impl Engine {
    /// All that need no further option.
    pub const USUAL: [Engine; 7] = [
        Engine::Floor,
        Engine::Aggregate,
        Engine::KafkaStreams,
        Engine::Flink,
        Engine::Pathway,
        Engine::Bytewax,
        Engine::PolarsPython,
    ];

    /// Its name in programs/, if it is one of those.
    pub fn program(&self) -> Option<&'static str> {
        match self {
            Engine::Floor | Engine::Aggregate | Engine::OtherAggregate => None,
            _ => Some(self.into()),
        }
    }

    /// Runs it once over the whole load.
    pub async fn run(self, world: &World) -> Run {
        let World { broker, load, .. } = world;
        let aggregate =
            async |build: &Path| ours::run(broker, load, build, &world.kafka_properties).await;
        match self {
            Engine::Floor => floor::run(broker, load),
            Engine::Aggregate => aggregate(&binary("aggregate")).await,
            Engine::OtherAggregate => {
                aggregate(world.other_aggregate.as_ref().expect("--other-aggregate")).await
            }
            Engine::PolarsPython => {
                let file = world.file.as_ref().expect("the load as a file").path();
                program::run(self.into(), file, load).await
            }
            Engine::KafkaStreams | Engine::Flink | Engine::Pathway | Engine::Bytewax => {
                program::run(self.into(), &broker.bootstrap, load).await
            }
        }
    }
}
