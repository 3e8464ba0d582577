//! Putting, getting, listing and deleting objects.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions};

use crate::LakeError;

/// An object store with our keys in it. Cheap to clone.
#[derive(Clone)]
pub struct Lake {
    store: Arc<dyn ObjectStore>,
    /// The folder of a local lake, whose objects have to be flushed to disk by hand.
    folder: Option<PathBuf>,
}

/// What a create-only put found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// The object was not there and is now.
    Created,
    /// It was there already, and stays as it was.
    Exists,
}

impl Lake {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, folder: Option<PathBuf>) -> Self {
        Lake { store, folder }
    }

    /// Creates an object, whole or not at all; one that exists is left alone.
    pub async fn create(&self, key: &str, content: Bytes) -> Result<Put, LakeError> {
        let options = PutOptions {
            mode: PutMode::Create,
            ..PutOptions::default()
        };
        match self
            .store
            .put_opts(&Path::from(key), content.into(), options)
            .await
        {
            Ok(_) => self.sync(key).await.map(|()| Put::Created),
            // Another may have put it and been cut off before it was on disk.
            Err(Error::AlreadyExists { .. }) => self.sync(key).await.map(|()| Put::Exists),
            Err(source) => Err(failed("create", key)(source)),
        }
    }

    /// Writes an object, whole or not at all, over one that may exist.
    pub async fn write(&self, key: &str, content: Bytes) -> Result<(), LakeError> {
        self.store
            .put(&Path::from(key), content.into())
            .await
            .map_err(failed("write", key))?;
        self.sync(key).await
    }

    /// Reads an object; none if it is not there.
    pub async fn read(&self, key: &str) -> Result<Option<Bytes>, LakeError> {
        match self.store.get(&Path::from(key)).await {
            Ok(found) => found.bytes().await.map(Some).map_err(failed("read", key)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(source) => Err(failed("read", key)(source)),
        }
    }

    /// The keys under a folder, in order.
    pub async fn list(&self, folder: &str) -> Result<Vec<String>, LakeError> {
        let found: Vec<_> = self
            .store
            .list(Some(&Path::from(folder)))
            .map_ok(|object| object.location.to_string())
            .try_collect()
            .await
            .map_err(failed("list", folder))?;
        let mut keys = found;
        keys.sort_unstable();
        Ok(keys)
    }

    /// The names of the folders directly under one.
    pub async fn folders(&self, folder: &str) -> Result<Vec<String>, LakeError> {
        let path = Path::from(folder);
        let found = self
            .store
            .list_with_delimiter(Some(&path))
            .await
            .map_err(failed("list", folder))?;
        Ok(found
            .common_prefixes
            .iter()
            .filter_map(|prefix| prefix.filename().map(str::to_owned))
            .collect())
    }

    /// Deletes an object; one that is gone already is fine.
    pub async fn delete(&self, key: &str) -> Result<(), LakeError> {
        match self.store.delete(&Path::from(key)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(failed("delete", key)(source)),
        }
    }

    /// A local file outlasts a power cut only when it and the folders that name it are flushed to disk.
    async fn sync(&self, key: &str) -> Result<(), LakeError> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let file = folder.join(key);
        let top = folder.clone();
        let flushed = tokio::task::spawn_blocking(move || {
            let parts = file.ancestors().take_while(|part| part.starts_with(&top));
            parts
                .into_iter()
                .try_for_each(|part| std::fs::File::open(part)?.sync_all())
        });
        let answer = flushed
            .await
            .unwrap_or_else(|_| Err(std::io::Error::other("the task ended")));
        answer.map_err(|source| LakeError::Sync {
            key: key.to_owned(),
            source,
        })
    }
}

fn failed<'a>(action: &'static str, key: &'a str) -> impl FnOnce(Error) -> LakeError + 'a {
    move |source| LakeError::Store {
        action,
        key: key.to_owned(),
        source,
    }
}
