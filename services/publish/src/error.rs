//! The errors of publish.

use lake::LakeError;

use crate::access::AccessError;
use crate::history::HistoryError;
use crate::table::TableError;

/// Publish cannot go on, or cannot make something.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// A schedule cannot be followed.
    #[error("cannot use schedule {name:?}: {why}")]
    Schedule {
        /// The name of the schedule.
        name: String,
        /// The reason.
        why: String,
    },
    /// A trust's settings make no sense.
    #[error("cannot use the settings of trust {trust:?}: {why}")]
    Trust {
        /// The id of the trust.
        trust: String,
        /// The reason.
        why: String,
    },
    /// The configuration does not say who may read.
    #[error("cannot use [access] of the configuration")]
    Access(#[from] AccessError),
    /// The address that the service listens on is not known.
    #[error("cannot read the address that is listened on")]
    Address(#[source] std::io::Error),
    /// Kafka cannot be used.
    #[error("cannot follow the footprints")]
    Bus(#[from] bus::BusError),
    /// The task that follows the footprints ended without an error.
    #[error("following the footprints ended without a reason")]
    FollowerEnded,
    /// The lake cannot be used.
    #[error("cannot use the lake")]
    Lake(#[from] LakeError),
    /// The page cannot be served.
    #[error("cannot serve")]
    Serve(#[from] chassis::ServeError),
    /// A metric cannot be registered.
    #[error("cannot register a metric")]
    Metric(#[from] prometheus::Error),
    /// A table cannot be written in some format.
    #[error("cannot write table {table}")]
    Table {
        /// The name of the table.
        table: &'static str,
        /// The reason.
        #[source]
        source: Box<TableError>,
    },
    /// The workbook cannot be made.
    #[error("cannot make the workbook")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// There are no figures of a trust that is to be exported.
    #[error("no school of trust {0:?} has any figures")]
    NoFigures(String),
    /// A record in the lake is not in the form that publish writes.
    #[error("cannot understand {0}")]
    Record(String),
    /// Rows of the ledger cannot be read.
    #[error("cannot read the ledger's rows of {0}")]
    Rows(events::Urn, #[source] polars::error::PolarsError),
    /// A setting of the history cannot be right.
    #[error("cannot use [history] of the configuration: {0}")]
    HistorySetting(String),
    /// The history cannot be written.
    #[error("cannot write the history")]
    History(#[from] HistoryError),
    /// A task of the service ended without being stopped.
    #[error("a task of publish ended by itself")]
    Task(#[from] tokio::task::JoinError),
}

impl PublishError {
    /// Whether this machine's own disk is full or may not be written: then nothing here can go on, and the operator has
    /// to know. A remote store recovers without help.
    pub(crate) fn is_of_the_disk(&self) -> bool {
        match self {
            PublishError::Lake(LakeError::Disk { .. }) => true,
            PublishError::History(error) => error.is_of_the_disk(),
            _ => false,
        }
    }
}
