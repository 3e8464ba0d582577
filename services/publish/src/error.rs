//! What can go wrong with publishing.

use lake::LakeError;

use crate::access::AccessError;
use crate::table::TableError;

/// Publish cannot go on, or cannot make something.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// A schedule cannot be followed.
    #[error("cannot use schedule {name:?}: {why}")]
    Schedule {
        /// Which.
        name: String,
        /// Why.
        why: String,
    },
    /// A trust's settings make no sense.
    #[error("cannot use the settings of trust {trust:?}: {why}")]
    Trust {
        /// Which.
        trust: String,
        /// Why.
        why: String,
    },
    /// The configuration does not say who may read.
    #[error("cannot use [access] of the configuration")]
    Access(#[from] AccessError),
    /// Where the service listens is not known.
    #[error("cannot tell which address is listened on")]
    Address(#[source] std::io::Error),
    /// Kafka cannot be used.
    #[error("cannot follow the footprints")]
    Bus(#[from] bus::BusError),
    /// The reading of footprints stopped by itself.
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
        /// Which.
        table: &'static str,
        /// Why.
        #[source]
        source: Box<TableError>,
    },
    /// The workbook cannot be made.
    #[error("cannot make the workbook")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// Nothing is held of a trust that is to be exported.
    #[error("no school of trust {0:?} has any figures")]
    NoFigures(String),
    /// A record in the lake is not what publish wrote.
    #[error("cannot understand {0}")]
    Record(String),
    /// Rows of the ledger cannot be read.
    #[error("cannot read the ledger's rows of {0}")]
    Rows(events::Urn, #[source] polars::error::PolarsError),
    /// A part of the service ended by itself.
    #[error("a task of publish ended by itself")]
    Task(#[from] tokio::task::JoinError),
}

impl PublishError {
    /// Whether this machine's own disk is full, or may not be written: then nothing here goes on, and somebody has to know. A
    /// store elsewhere comes back by itself.
    pub(crate) fn is_of_the_disk(&self) -> bool {
        matches!(self, PublishError::Lake(LakeError::Disk { .. }))
    }
}
