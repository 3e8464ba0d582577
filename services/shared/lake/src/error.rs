//! What can go wrong with the lake, and with which object.

/// The lake cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The URL or its options make no store.
    #[error("cannot use {url} as a lake: {why}")]
    Open {
        /// The URL.
        url: String,
        /// Why.
        why: String,
    },
    /// The store refused, or did not answer.
    #[error("cannot {action} {key}")]
    Store {
        /// What was tried.
        action: &'static str,
        /// On which object.
        key: String,
        /// What the store said.
        #[source]
        source: object_store::Error,
    },
    /// A local object cannot be made to outlast a power cut.
    #[error("cannot make {key} durable on disk")]
    Sync {
        /// Which object.
        key: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// An object is not the Parquet it should be.
    #[error("cannot read {key} as Parquet")]
    Parquet {
        /// Which object.
        key: String,
        /// What polars said.
        #[source]
        source: polars::error::PolarsError,
    },
    /// Rows cannot be written as Parquet.
    #[error("cannot write rows as Parquet")]
    Encode(#[source] polars::error::PolarsError),
    /// The lake was made with another number of shards.
    #[error(
        "the lake at {url} was made with {made} shards and the configuration says {wanted}; \
         a lake keeps its number for ever, so set shards = {made}"
    )]
    Shards {
        /// The lake.
        url: String,
        /// What it was made with.
        made: u32,
        /// What the configuration says.
        wanted: u32,
    },
}
