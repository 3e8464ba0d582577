//! Writing, reading, listing and deleting objects.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use fail::fail_point;
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions};

use crate::LakeError;
use crate::local::Local;
use crate::retry::{PATIENCE, Tries};
use crate::under_way::UnderWay;

pub(crate) type Store = Arc<dyn ObjectStore>;

/// An object store with our keys in it. Cheap to clone.
#[derive(Clone)]
pub struct Lake {
    store: Store,
    /// The folder of a local lake, where this crate has to make puts durable.
    local: Option<Local>,
    patience: Duration,
    under_way: UnderWay,
}

/// The outcome of a create-only put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// The object was not there before and is there now.
    Created,
    /// The object was there already and is unchanged.
    Exists,
}

/// An object as a listing shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// Changes each time the object is written with other content.
    pub tag: String,
}

/// The content that an object has after a create-only put.
pub(crate) enum CreatedOrFound {
    /// The new content.
    Created,
    /// The content that was there before.
    Found(Bytes),
}

impl Lake {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, local: Option<Local>) -> Self {
        Lake {
            store,
            local,
            patience: PATIENCE,
            under_way: UnderWay::default(),
        }
    }

    /// A lake on a store that the caller made. Failed operations are retried for as long as `patience`.
    pub fn over(store: Arc<dyn ObjectStore>, patience: Duration) -> Self {
        Lake {
            store,
            local: None,
            patience,
            under_way: UnderWay::default(),
        }
    }

    /// The same lake, with failed operations retried for as long as `patience`.
    pub(crate) fn patient_for(self, patience: Duration) -> Self {
        Lake { patience, ..self }
    }

    /// How often the store failed, counting each retry by the lake, but not the retries within the store's own client.
    pub fn failures(&self) -> u64 {
        self.under_way.failures()
    }

    /// The operation in progress that has waited longest for an answer from the store.
    pub fn longest(&self) -> Option<(Duration, String)> {
        self.under_way.longest()
    }

    /// Creates an object, whole or not at all; an existing object is left unchanged. Also returns `Created` when the answer to
    /// an earlier try was lost and the object now has this content. `Exists` may mean the caller's own earlier write: if a
    /// gateway answers "unavailable" after the write succeeded, the store's client retries, and this code cannot see that.
    pub async fn create(&self, key: &str, content: Bytes) -> Result<Put, LakeError> {
        match self.create_or_read(key, content).await? {
            CreatedOrFound::Created => Ok(Put::Created),
            CreatedOrFound::Found(_) => Ok(Put::Exists),
        }
    }

    /// Creates an object or reads the existing one. The store's answer "it exists" is not enough: S3 answers 409 while another
    /// request for the same key is in progress, whatever its outcome, and the client does not distinguish the two. So "exists"
    /// counts only once the object has been read.
    pub(crate) async fn create_or_read(
        &self,
        key: &str,
        content: Bytes,
    ) -> Result<CreatedOrFound, LakeError> {
        let _under_way = self.under_way.begin("create", key);
        let mut tries = Tries::new(self.patience);
        let mut answer_lost = false;
        loop {
            let created = self.create_once(key, content.clone()).await;
            match &created {
                Err(LakeError::Store { source, .. }) => self.under_way.failed(source),
                Err(_) => self.under_way.failed_on_disk(),
                Ok(_) => {}
            }
            match created {
                Ok(Put::Created) => return Ok(CreatedOrFound::Created),
                Ok(Put::Exists) => match self.read(key).await? {
                    Some(found) if answer_lost && found == content => {
                        return Ok(CreatedOrFound::Created);
                    }
                    Some(found) => return Ok(CreatedOrFound::Found(found)),
                    None if tries.again().await => {}
                    None => {
                        return Err(LakeError::Conflict {
                            key: key.to_owned(),
                        });
                    }
                },
                Err(LakeError::Store { source, .. }) if tries.after(&source).await => {
                    answer_lost = true;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn create_once(&self, key: &str, content: Bytes) -> Result<Put, LakeError> {
        let path = Path::from(key);
        if let Some(local) = self.local.clone() {
            return on_disk("create", key, local, move |local| {
                local.create(path.as_ref(), &content)
            })
            .await;
        }
        let options = PutOptions {
            mode: PutMode::Create,
            ..PutOptions::default()
        };
        match self.store.put_opts(&path, content.into(), options).await {
            Ok(_) => {
                fail_point!("lake.create.answer-lost", cfg!(debug_assertions), |_| {
                    Err(failed("create", key)(answer_lost()))
                });
                Ok(Put::Created)
            }
            Err(Error::AlreadyExists { .. }) => Ok(Put::Exists),
            Err(source) => Err(failed("create", key)(source)),
        }
    }

    /// Writes an object, whole or not at all, and replaces an existing one.
    pub async fn write(&self, key: &str, content: Bytes) -> Result<(), LakeError> {
        let path = Path::from(key);
        if let Some(local) = self.local.clone() {
            let _under_way = self.under_way.begin("write", key);
            let written = on_disk("write", key, local, move |local| {
                local.write(path.as_ref(), &content)
            })
            .await;
            return written.inspect_err(|_| self.under_way.failed_on_disk());
        }
        let put = move |store: Store, path: Path| {
            let content = content.clone();
            async move { store.put(&path, content.into()).await }
        };
        let put = self.patiently("write", key, put).await;
        put.map(|_| ()).map_err(failed("write", key))
    }

    /// Reads an object; none if it is not there.
    pub async fn read(&self, key: &str) -> Result<Option<Bytes>, LakeError> {
        let get = |store: Store, path: Path| async move {
            let found = store.get(&path).await?;
            let size = found.meta.size;
            let content = found.bytes().await?;
            if content.len() as u64 == size {
                return Ok(content);
            }
            let (store, got) = ("lake", content.len());
            let source = format!("the answer ended after {got} of {size} bytes").into();
            Err(Error::Generic { store, source })
        };
        match self.patiently("read", key, get).await {
            Ok(content) => Ok(Some(content)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(source) => Err(failed("read", key)(source)),
        }
    }

    /// The keys under a folder, in order.
    pub async fn list(&self, folder: &str) -> Result<Vec<String>, LakeError> {
        let listed = self.list_tagged(folder).await?;
        Ok(listed.into_iter().map(|object| object.key).collect())
    }

    /// The objects under a folder, in the order of their keys.
    pub async fn list_tagged(&self, folder: &str) -> Result<Vec<Listed>, LakeError> {
        let list = |store: Store, path: Path| async move {
            store.list(Some(&path)).try_collect::<Vec<_>>().await
        };
        let found = self
            .patiently("list", folder, list)
            .await
            .map_err(failed("list", folder))?;
        let mut listed: Vec<Listed> = found.iter().map(listed).collect();
        listed.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        Ok(listed)
    }

    /// The names of the folders directly under one, in order.
    pub async fn folders(&self, folder: &str) -> Result<Vec<String>, LakeError> {
        let list =
            |store: Store, path: Path| async move { store.list_with_delimiter(Some(&path)).await };
        let found = self
            .patiently("list", folder, list)
            .await
            .map_err(failed("list", folder))?;
        let mut names: Vec<String> = found
            .common_prefixes
            .iter()
            .filter_map(|prefix| prefix.filename().map(str::to_owned))
            .collect();
        names.sort_unstable();
        Ok(names)
    }

    /// Deletes an object; succeeds if it is already gone.
    pub async fn delete(&self, key: &str) -> Result<(), LakeError> {
        let delete = |store: Store, path: Path| async move { store.delete(&path).await };
        match self.patiently("delete", key, delete).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(failed("delete", key)(source)),
        }
    }

    pub(crate) fn local(&self) -> Option<Local> {
        self.local.clone()
    }

    /// Deletes the files that killed writers left in a local lake.
    pub(crate) async fn sweep(&self) {
        if let Some(local) = self.local.clone() {
            let _ended = tokio::task::spawn_blocking(move || local.sweep()).await;
        }
    }

    /// Retries, for a while, an operation that may safely be repeated.
    pub(crate) async fn patiently<T, A>(
        &self,
        doing: &'static str,
        key: &str,
        action: impl Fn(Store, Path) -> A + Send,
    ) -> Result<T, Error>
    where
        T: Send,
        A: Future<Output = Result<T, Error>> + Send,
    {
        let _under_way = self.under_way.begin(doing, key);
        let path = Path::from(key);
        let mut tries = Tries::new(self.patience);
        loop {
            let answer = action(self.store.clone(), path.clone()).await;
            let Err(error) = &answer else { return answer };
            self.under_way.failed(error);
            if !tries.after(error).await {
                return answer;
            }
        }
    }
}

/// Both together, because the entity tag alone may be a hash of the content, and the time alone may be in whole seconds.
pub(crate) fn listed(object: &ObjectMeta) -> Listed {
    let ObjectMeta {
        location,
        last_modified,
        size,
        e_tag,
        ..
    } = object;
    Listed {
        key: location.to_string(),
        tag: format!("{e_tag:?} {last_modified} {size}"),
    }
}

/// What a client sees if the put succeeded but its connection broke.
fn answer_lost() -> Error {
    Error::Generic {
        store: "lake",
        source: "the answer was lost, by a failpoint".into(),
    }
}

async fn on_disk<T: Send + 'static>(
    action: &'static str,
    key: &str,
    local: Local,
    put: impl FnOnce(&Local) -> std::io::Result<T> + Send + 'static,
) -> Result<T, LakeError> {
    let folder = local.folder().to_owned();
    tokio::task::spawn_blocking(move || put(&local))
        .await
        .unwrap_or_else(|_| Err(std::io::Error::other("the task ended")))
        .map_err(|source| LakeError::Disk {
            action,
            key: key.to_owned(),
            folder,
            source,
        })
}

pub(crate) fn failed<'a>(
    action: &'static str,
    key: &'a str,
) -> impl FnOnce(Error) -> LakeError + 'a {
    move |source| LakeError::Store {
        action,
        key: key.to_owned(),
        source,
    }
}
