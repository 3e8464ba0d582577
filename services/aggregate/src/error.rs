//! What ends aggregate: a broken world, never bad data.

use bus::BusError;
use chassis::ServeError;
use events::ShardingError;
use footprint::TableError;
use footprint::{AnomalyLimitsError, ComputeError, TemperatureError};
use lake::LakeError;

/// Aggregate cannot go on. Everything that was not committed is read again when it starts again.
#[derive(Debug, thiserror::Error)]
pub enum AggregateError {
    /// Kafka cannot be used.
    #[error("cannot use Kafka")]
    Bus(#[from] BusError),
    /// The lake cannot be used.
    #[error("cannot use the lake")]
    Lake(#[from] LakeError),
    /// Shards and partitions do not fit.
    #[error("cannot use [sharding]")]
    Sharding(#[from] ShardingError),
    /// A row of the ledger is damaged, or rows cannot become a frame.
    #[error("cannot use rows of {folder}")]
    Rows {
        /// Where they lie, or were to.
        folder: String,
        /// What polars said.
        #[source]
        source: polars::error::PolarsError,
    },
    /// A footprint cannot be computed.
    #[error("cannot compute footprints")]
    Compute(#[from] ComputeError),
    /// A factor table cannot be used.
    #[error("cannot use the factors")]
    Factors(#[from] TableError),
    /// A file that the configuration names cannot be read.
    #[error("cannot read {}", path.display())]
    File {
        /// Which.
        path: std::path::PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Readings cannot be watched as configured.
    #[error("cannot use [figures.anomaly_limits]")]
    AnomalyLimits(#[from] AnomalyLimitsError),
    /// The table of temperatures cannot be read.
    #[error("cannot use the temperatures of {path}")]
    Temperatures {
        /// Which file.
        path: std::path::PathBuf,
        /// Row, column and rule.
        #[source]
        source: TemperatureError,
    },
    /// The health port cannot be served.
    #[error("cannot serve health and metrics")]
    Serve(#[from] ServeError),
    /// A metric cannot be registered.
    #[error("cannot register a metric")]
    Metrics(#[from] chassis::prometheus::Error),
    /// Another lake's aggregate is in the group, or was.
    #[error(
        "partition {partition} is committed for another lake than the one at {url} (id {theirs}, and this one has {ours}): an \
         aggregate of another installation reads these topics; set a topic_prefix of its own under [kafka] for each. If \
         this lake is new on purpose, `greenledger adopt --config FILE` gives it the topics, from their first record"
    )]
    AnotherLake {
        /// Which partition's note.
        partition: i32,
        /// The lake that the note names.
        theirs: String,
        /// This lake.
        ours: String,
        /// Where it is.
        url: String,
    },
    /// A task ended that should not have.
    #[error("the {0} task ended")]
    Ended(&'static str),
}
