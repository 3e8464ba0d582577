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
    /// The store cannot do what keeps rows from being lost.
    #[error(
        "the store at {url} {lack}: without it two writers undo each other's rows without an error; use a store with \
         conditional puts (Amazon S3, Azure Blob Storage, MinIO), a newer version of this one, or a local \
         folder, and set no option conditional_put = \"disabled\""
    )]
    Lacks {
        /// The lake.
        url: String,
        /// What it lacks.
        lack: Lack,
    },
    /// The folder's file system cannot give a file its name only when it is whole.
    #[error(
        "cannot make hard links in {}, by which a lake gives a file its name only when all of it is on disk; put the lake on \
         a file system that has them (ext4, xfs, btrfs, zfs, APFS, NTFS), not on FAT, exFAT or a share without them, or use \
         a bucket",
        folder.display()
    )]
    HardLinks {
        /// The lake's folder.
        folder: std::path::PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
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

/// What a store lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// A put that creates an object and overwrites none.
    CreateOnlyPut,
    /// It takes such a put, and overwrites the object all the same.
    Refusal,
}

impl std::fmt::Display for Lack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Lack::CreateOnlyPut => "has no create-only put (If-None-Match: *)",
            Lack::Refusal => {
                "overwrites an object that is there at a create-only put (If-None-Match: *)"
            }
        })
    }
}
