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
    /// A file of a local lake cannot be put: the disk is full, or may not be written. Nothing stands under its name.
    #[error("cannot {action} {key} in {}", folder.display())]
    Disk {
        /// What was tried.
        action: &'static str,
        /// On which object.
        key: String,
        /// In which lake.
        folder: std::path::PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The store keeps saying that an object exists, and that there is none to be read.
    #[error("cannot create {key}: the store says that it exists, and that it is not there")]
    Conflict {
        /// Which object.
        key: String,
    },
    /// Under the name of these rows, which is made of them, stands something else: it was damaged after it was put.
    #[error("cannot create {key}: it is there with other content; move it away and start again")]
    Differs {
        /// Which object.
        key: String,
    },
    /// Objects of a folder were merged away faster than they could be read.
    #[error("cannot read {folder}: its objects are merged away faster than they are read")]
    Moving {
        /// Which folder.
        folder: String,
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
