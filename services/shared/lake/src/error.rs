//! The errors of the lake, each with the object it concerns.

/// The lake cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The URL or its options are not valid for any store.
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
        /// The operation that failed.
        action: &'static str,
        /// The object's key.
        key: String,
        /// The store's error.
        #[source]
        source: object_store::Error,
    },
    /// A file of a local lake cannot be written: the disk is full or read-only. No file has its name.
    #[error("cannot {action} {key} in {}", folder.display())]
    Disk {
        /// The operation that failed.
        action: &'static str,
        /// The object's key.
        key: String,
        /// The lake's folder.
        folder: std::path::PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The store keeps saying that an object exists, and also that there is no such object to read.
    #[error("cannot create {key}: the store says that it exists, and that it is not there")]
    Conflict {
        /// The object's key.
        key: String,
    },
    /// An object's name is derived from its rows, but its content is something else: it was damaged after it was written.
    #[error("cannot create {key}: it is there with other content; move it away and start again")]
    Differs {
        /// The object's key.
        key: String,
    },
    /// The objects of a folder were merged away faster than they could be read.
    #[error("cannot read {folder}: its objects are merged away faster than they are read")]
    Moving {
        /// The folder.
        folder: String,
    },
    /// An object is not valid Parquet.
    #[error("cannot read {key} as Parquet")]
    Parquet {
        /// The object's key.
        key: String,
        /// The error from polars.
        #[source]
        source: polars::error::PolarsError,
    },
    /// Rows cannot be written as Parquet.
    #[error("cannot write rows as Parquet")]
    Encode(#[source] polars::error::PolarsError),
    /// The store lacks a feature that keeps rows from being lost.
    #[error(
        "the store at {url} {lack}: without it two writers undo each other's rows without an error; use a store with \
         conditional puts (Amazon S3, Azure Blob Storage, MinIO), a newer version of this one, or a local \
         folder, and set no option conditional_put = \"disabled\""
    )]
    Lacks {
        /// The lake's URL.
        url: String,
        /// The missing feature.
        lack: Lack,
    },
    /// The folder's file system cannot delay a file's name until the file is whole.
    #[error(
        "cannot make hard links in {}, by which a lake gives a file its name only when all of it is on disk; put the lake on \
         a file system that has them (ext4, xfs, btrfs, zfs, APFS, NTFS), not on FAT, exFAT or a share without them, or use \
         a bucket",
        folder.display()
    )]
    HardLinks {
        /// The lake's folder.
        folder: std::path::PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The lake was created with another number of shards.
    #[error(
        "the lake at {url} was made with {made} shards and the configuration says {wanted}; \
         a lake keeps its number for ever, so set shards = {made}"
    )]
    Shards {
        /// The lake's URL.
        url: String,
        /// The number of shards it was created with.
        made: u32,
        /// The number of shards in the configuration.
        wanted: u32,
    },
}

/// What a store cannot do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// A put that creates an object and never overwrites one.
    CreateOnlyPut,
    /// The store accepts such a put, and overwrites the object all the same.
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
