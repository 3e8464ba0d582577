//! Objects that others put into a store for us to take: listed, downloaded as a stream, and moved when they are handled.

use std::io::Write;

use futures::StreamExt;
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt};

use crate::store::{Store, failed, listed};
use crate::{Lake, LakeError, Listed};

impl Lake {
    /// The objects directly under the store's prefix, in no folder, in the order of their keys.
    pub async fn arrivals(&self) -> Result<Vec<Listed>, LakeError> {
        let found = self
            .patiently("list", "", |store, _| async move {
                store.list_with_delimiter(None).await
            })
            .await
            .map_err(failed("list", ""))?;
        let mut arrived: Vec<Listed> = found.objects.iter().map(listed).collect();
        arrived.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        Ok(arrived)
    }

    /// Writes an object's content to a file, and never has all of it in memory; false if it is not there. A download that breaks
    /// off is an error.
    pub async fn download(
        &self,
        key: &str,
        to: &mut (impl Write + Send),
    ) -> Result<bool, LakeError> {
        let get = |store: Store, _| {
            let path = exact(key);
            async move { store.get(&path).await }
        };
        let found = match self.patiently("read", key, get).await {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(false),
            Err(source) => return Err(failed("read", key)(source)),
        };
        let (size, mut got) = (found.meta.size, 0);
        let mut content = found.into_stream();
        let broken = |why: String| {
            failed("read", key)(Error::Generic {
                store: "lake",
                source: why.into(),
            })
        };
        while let Some(chunk) = content.next().await {
            let chunk = chunk.map_err(failed("read", key))?;
            got += chunk.len() as u64;
            to.write_all(&chunk)
                .map_err(|error| broken(format!("cannot write a temporary file: {error}")))?;
        }
        match got == size {
            true => Ok(true),
            false => Err(broken(format!(
                "the answer ended after {got} of {size} bytes"
            ))),
        }
    }

    /// Whether there is an object of this key.
    pub async fn exists(&self, key: &str) -> Result<bool, LakeError> {
        let head = |store: Store, _| {
            let path = exact(key);
            async move { store.head(&path).await }
        };
        match self.patiently("look at", key, head).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(source) => Err(failed("look at", key)(source)),
        }
    }

    /// Copies an object within the store, and then deletes it where it was. If this is interrupted, both are there.
    pub async fn move_object(&self, from: &str, to: &str) -> Result<(), LakeError> {
        let copy = |store: Store, _| {
            let (from, to) = (exact(from), exact(to));
            async move { store.copy(&from, &to).await }
        };
        self.patiently("copy", from, copy)
            .await
            .map_err(failed("copy", from))?;
        let delete = |store: Store, _| {
            let from = exact(from);
            async move { store.delete(&from).await }
        };
        match self.patiently("delete", from, delete).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(failed("delete", from)(source)),
        }
    }
}

/// The path of a key as a listing shows it: other programs use characters that our own keys never have.
fn exact(key: &str) -> Path {
    Path::parse(key).unwrap_or_else(|_| Path::from(key))
}

#[cfg(test)]
mod tests {
    use crate::LakeConfig;

    #[tokio::test]
    async fn an_object_is_listed_downloaded_and_moved() {
        let lake = LakeConfig::at("memory:").open().unwrap();
        for (key, content) in [("b c.csv", "1"), ("a.csv", "2"), ("done/a.csv", "3")] {
            lake.write(key, content.into()).await.unwrap();
        }
        let keys = async || {
            let arrived = lake.arrivals().await.unwrap().into_iter();
            arrived.map(|one| one.key).collect::<Vec<_>>()
        };
        assert_eq!(keys().await, ["a.csv", "b c.csv"]);
        let mut content = Vec::new();
        assert!(lake.download("b c.csv", &mut content).await.unwrap());
        assert_eq!(content, b"1");
        assert!(!lake.download("c.csv", &mut content).await.unwrap());
        lake.move_object("b c.csv", "done/b c.csv").await.unwrap();
        assert_eq!(keys().await, ["a.csv"]);
        assert!(lake.exists("done/b c.csv").await.unwrap());
        assert!(!lake.exists("b c.csv").await.unwrap());
    }
}
