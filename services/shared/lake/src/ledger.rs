//! The ledger: objects that are created and never changed. Any two of them may hold the same rows.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use events::Topic;
use futures::{StreamExt, TryStreamExt};
use polars::error::PolarsError;
use polars::frame::DataFrame;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::keys::merged_file_name;
use crate::store::CreatedOrFound;
use crate::{Covered, Lake, LakeError, LedgerFolder, Month, parquet_bytes, parquet_frame};

/// An object of the ledger and its content.
#[derive(Debug, Clone)]
pub struct LedgerObject {
    /// Its key.
    pub key: String,
    /// Its rows.
    pub rows: DataFrame,
}

/// An object of the ledger as it is stored.
#[derive(Debug, Clone)]
pub struct StoredObject {
    /// Its key.
    pub key: String,
    content: Bytes,
}

impl StoredObject {
    fn object(&self) -> Result<LedgerObject, LakeError> {
        let (key, rows) = (self.key.clone(), self.rows()?);
        Ok(LedgerObject { key, rows })
    }

    /// All columns of its rows.
    pub fn rows(&self) -> Result<DataFrame, LakeError> {
        parquet_frame(&self.key, self.content.clone(), None)
    }

    /// Of its rows, those of some columns that it has. The others are not decoded.
    pub fn columns(&self, names: &[&str]) -> Result<DataFrame, LakeError> {
        parquet_frame(&self.key, self.content.clone(), Some(names))
    }
}

/// The settings a lake was created with, stored at `ledger/lake.json`.
#[derive(Serialize, Deserialize)]
struct Settings {
    shards: u32,
    /// The lake's id; empty for lakes created before ids existed.
    #[serde(default)]
    id: String,
}

const SETTINGS: &str = "ledger/lake.json";

/// How long the start waits after a store failure before it tries again.
pub(crate) const AGAIN: Duration = Duration::from_secs(1);

/// How many objects of a folder are fetched at once.
const READS_AT_ONCE: usize = 16;

/// How often a listing is repeated when an object it named was merged away before it could be read.
const LISTINGS: usize = 5;

/// An id that no other lake has: a hash of the current time and the process id.
pub(crate) fn new_id() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let nanos = since.map_or(0, |since| since.as_nanos());
    hash(format!("{nanos} {}", std::process::id()).as_bytes())
}

impl Lake {
    /// Checks that the store has what a lake needs. A new lake gets its number of shards and its id; an existing lake's shards
    /// must match the configuration. In a local lake, files left by writers that were killed more than an hour ago are deleted.
    /// Returns the id, which a copy of the lake shares; the id is empty for a lake created before ids existed.
    pub async fn initialise(&self, url: &str, shards: u32) -> Result<String, LakeError> {
        self.sweep().await;
        self.prove(url).await?;
        let id = new_id();
        let content = serde_json::to_vec(&Settings { shards, id }).unwrap_or_default();
        self.create(SETTINGS, content.into()).await?;
        let found = self
            .read(SETTINGS)
            .await?
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        match found {
            Some(Settings { shards: made, id }) if made == shards => Ok(id),
            Some(Settings { shards: made, .. }) => Err(LakeError::Shards {
                url: url.to_owned(),
                made,
                wanted: shards,
            }),
            None => Err(LakeError::Open {
                url: url.to_owned(),
                why: format!("{SETTINGS} is damaged"),
            }),
        }
    }

    /// [`Lake::initialise`], repeated for as long as the store is away, so that start order does not matter. Each failure is
    /// reported to `waiting`; only an error that the store cannot recover from by itself is returned.
    pub async fn await_initialise(
        &self,
        url: &str,
        shards: u32,
        mut waiting: impl FnMut(&LakeError),
    ) -> Result<String, LakeError> {
        loop {
            match self.initialise(url, shards).await {
                Err(error @ LakeError::Store { .. }) => waiting(&error),
                initialised => return initialised,
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// [`Lake::shards`], repeated in the same way.
    pub async fn await_shards(
        &self,
        mut waiting: impl FnMut(&LakeError),
    ) -> Result<Option<u32>, LakeError> {
        loop {
            match self.shards().await {
                Err(error @ LakeError::Store { .. }) => waiting(&error),
                answer => return answer,
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// The number of shards the lake was created with; none if there is no lake here.
    pub async fn shards(&self) -> Result<Option<u32>, LakeError> {
        let made = self.read(SETTINGS).await?;
        Ok(made
            .and_then(|bytes| serde_json::from_slice::<Settings>(&bytes).ok())
            .map(|made| made.shards))
    }

    /// Writes the rows of one stretch of the log to a folder, as a new object.
    pub async fn put_rows(
        &self,
        folder: LedgerFolder,
        covered: Covered,
        rows: &mut DataFrame,
    ) -> Result<String, LakeError> {
        let content = parquet_bytes(rows)?;
        let name = covered.file_name(&hash(&content));
        self.put_object(folder, &name, content).await
    }

    /// Writes the union of several objects' rows to a folder, as a new object.
    pub async fn put_merged(
        &self,
        folder: LedgerFolder,
        rows: &mut DataFrame,
    ) -> Result<String, LakeError> {
        let content = parquet_bytes(rows)?;
        let name = merged_file_name(&hash(&content));
        self.put_object(folder, &name, content).await
    }

    async fn put_object(
        &self,
        folder: LedgerFolder,
        name: &str,
        content: Bytes,
    ) -> Result<String, LakeError> {
        let key = format!("{}/{name}", folder.key());
        match self.create_or_read(&key, content.clone()).await? {
            CreatedOrFound::Created => Ok(key),
            // The object is there already, from a flush whose answer was lost or from another owner: the name is derived from
            // the content.
            CreatedOrFound::Found(found) if found == content => Ok(key),
            CreatedOrFound::Found(_) => Err(LakeError::Differs { key }),
        }
    }

    /// Reads every object in a folder. If an object is merged away between listing and reading, its rows are in another object
    /// by then, so the folder is listed again.
    ///
    /// ```
    /// use events::{Place, Topic};
    /// use lake::{Covered, LakeConfig, LakeError, LedgerFolder};
    /// use polars::df;
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let lake = LakeConfig::at("memory:").open()?;
    /// lake.initialise("memory:", 8).await?;
    ///
    /// let folder = LedgerFolder { topic: Topic::Readings, month: "2026-03".parse().unwrap(), shard: 7 };
    /// let covered = Covered { first: Place { partition: 0, offset: 0 }, last_offset: 2 };
    /// let mut rows = df!("urn" => [100371, 100371, 100372]).unwrap();
    /// let key = lake.put_rows(folder, covered, &mut rows).await?;
    /// assert!(key.starts_with("ledger/readings/month=2026-03/shard=007/"));
    ///
    /// for folder in lake.ledger_folders(Topic::Readings, |_| true).await? {
    ///     for object in lake.read_folder(folder).await? {
    ///         assert_eq!((object.key, object.rows), (key.clone(), rows.clone()));
    ///     }
    /// }
    /// # Ok::<(), LakeError>(())
    /// # }).unwrap();
    /// ```
    pub async fn read_folder(&self, folder: LedgerFolder) -> Result<Vec<LedgerObject>, LakeError> {
        let objects = self.fetch_folder(folder).await?;
        objects.iter().map(StoredObject::object).collect()
    }

    /// [`Lake::read_folder`] without decoding: the caller decodes the columns it needs.
    pub async fn fetch_folder(&self, folder: LedgerFolder) -> Result<Vec<StoredObject>, LakeError> {
        let mut objects: Vec<StoredObject> = Vec::new();
        for _ in 0..LISTINGS {
            let mut keys = self.list(&folder.key()).await?;
            keys.retain(|key| !objects.iter().any(|object| object.key == *key));
            let reads = keys.into_iter().map(|key| async move {
                let content = self.read(&key).await?;
                Ok::<_, LakeError>((key, content))
            });
            let read: Vec<_> = futures::stream::iter(reads)
                .buffered(READS_AT_ONCE)
                .try_collect()
                .await?;
            let mut lost = false;
            for (key, content) in read {
                match content {
                    Some(content) => {
                        let content = undamaged(&key, content)?;
                        objects.push(StoredObject { key, content });
                    }
                    None => lost = true,
                }
            }
            if !lost {
                return Ok(objects);
            }
        }
        // Do not return the part read so far: it would look complete.
        Err(LakeError::Moving {
            folder: folder.key(),
        })
    }

    /// The months for which a topic has rows, in order, over all schools.
    pub async fn ledger_months(&self, topic: Topic) -> Result<Vec<Month>, LakeError> {
        let folders = self.folders(&format!("ledger/{}", topic.name())).await?;
        let mut months: Vec<Month> = folders
            .iter()
            .filter_map(|folder| folder.strip_prefix("month=")?.parse().ok())
            .collect();
        months.sort_unstable();
        Ok(months)
    }

    /// The folders of a topic for the shards that `wanted` picks, in the order of months.
    pub async fn ledger_folders(
        &self,
        topic: Topic,
        wanted: impl Fn(u32) -> bool,
    ) -> Result<Vec<LedgerFolder>, LakeError> {
        let root = format!("ledger/{}", topic.name());
        let mut found = Vec::new();
        for month in self.folders(&root).await? {
            for shard in self.folders(&format!("{root}/{month}")).await? {
                found.extend(LedgerFolder::of(&format!("{root}/{month}/{shard}/")));
            }
        }
        found.retain(|folder| wanted(folder.shard));
        found.sort_unstable();
        Ok(found)
    }
}

/// The content of an object, if its hash matches the object's name. A Parquet reader that meets a flipped bit may ask for more
/// memory than there is, which ends the process without naming the object.
fn undamaged(key: &str, content: Bytes) -> Result<Bytes, LakeError> {
    let name = key.strip_suffix(".parquet");
    let named = name.and_then(|name| Some(name.rsplit_once('-')?.1));
    if named == Some(&hash(&content)) {
        return Ok(content);
    }
    let why = "its bytes are not those that its name was made of: it is damaged, or was put here by another hand";
    Err(LakeError::Parquet {
        key: key.to_owned(),
        source: PolarsError::ComputeError(why.into()),
    })
}

/// The first 16 hexadecimal digits of the SHA-256.
fn hash(content: &[u8]) -> String {
    hex::encode(&Sha256::digest(content)[..8])
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use events::Place;
    use polars::df;

    use super::*;
    use crate::LakeConfig;

    #[tokio::test]
    async fn a_damaged_object_is_named_and_never_parsed() {
        let root = tempfile::TempDir::new().unwrap();
        let lake = LakeConfig::at(root.path().display().to_string());
        let lake = lake.open().unwrap();
        let folder = LedgerFolder {
            topic: Topic::Readings,
            month: "2026-03".parse().unwrap(),
            shard: 7,
        };
        let first = Place {
            partition: 0,
            offset: 0,
        };
        let covered = Covered {
            first,
            last_offset: 2,
        };
        let mut rows = df!("a" => [1, 2, 3]).unwrap();
        let key = lake.put_rows(folder, covered, &mut rows).await.unwrap();
        assert_eq!(lake.read_folder(folder).await.unwrap().len(), 1);
        let path = root.path().join(&key);
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let error = lake.read_folder(folder).await.unwrap_err();
        assert!(
            matches!(&error, LakeError::Parquet { key: named, .. } if *named == key),
            "{error}"
        );
    }
}
