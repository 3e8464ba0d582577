//! Errors that end aggregate: broken dependencies or configuration, never bad data.

use bus::BusError;
use chassis::ServeError;
use events::ShardingError;
use footprint::TableError;
use footprint::{AnomalyLimitsError, ComputeError, TemperatureError};
use lake::LakeError;

/// Aggregate cannot continue. After a restart it reads everything again that was not committed.
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
        /// The folder of the rows.
        folder: String,
        /// The error of polars.
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
        /// The path of the file.
        path: std::path::PathBuf,
        /// The I/O error.
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
    /// The aggregate of another lake is in the group, or was.
    #[error(
        "partition {partition} is committed for another lake than the one at {url} (id {theirs}, and this one has {ours}): an \
         aggregate of another installation reads these topics; set a topic_prefix of its own under [kafka] for each. If \
         this lake is new on purpose, `greenledger adopt --config FILE` gives it the topics, from their first record"
    )]
    AnotherLake {
        /// The partition whose note names another lake.
        partition: i32,
        /// The lake that the note names.
        theirs: String,
        /// This lake.
        ours: String,
        /// The URL of this lake.
        url: String,
    },
    /// A task ended unexpectedly.
    #[error("the {0} task ended")]
    Ended(&'static str),
}
