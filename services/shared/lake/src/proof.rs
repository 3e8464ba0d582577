//! Checks that a store can do what a lake needs. The check runs at the start, so that a weakness is not found out by losing
//! rows.

use bytes::Bytes;
use object_store::Error;

use crate::error::Lack;
use crate::keys::probe_key;
use crate::ledger::{AGAIN, new_id};
use crate::local::NoProof;
use crate::{Lake, LakeError, Put};

impl Lake {
    /// Creates an object, tries to create it again with other content, which must leave it unchanged, and deletes it. For a
    /// local folder, also checks that hard links work: they give a file its name only once it is whole.
    pub async fn prove(&self, url: &str) -> Result<(), LakeError> {
        let key = probe_key(&new_id());
        self.prove_local(&key).await?;
        let lacks = |lack| LakeError::Lacks {
            url: url.to_owned(),
            lack,
        };
        let create = |content: &'static [u8]| {
            let key = &key;
            async move {
                let created = self.create(key, Bytes::from_static(content)).await;
                created.map_err(|error| match error {
                    LakeError::Store {
                        source: Error::NotImplemented { .. } | Error::NotSupported { .. },
                        ..
                    } => lacks(Lack::CreateOnlyPut),
                    other => other,
                })
            }
        };
        create(b"first").await?;
        let again = create(b"second").await;
        // If the object is left behind, it costs a few bytes.
        let _deleted = self.delete(&key).await;
        match again? {
            Put::Exists => Ok(()),
            Put::Created => Err(lacks(Lack::Refusal)),
        }
    }

    async fn prove_local(&self, key: &str) -> Result<(), LakeError> {
        let Some(local) = self.local() else {
            return Ok(());
        };
        let (folder, key) = (local.folder().to_owned(), key.to_owned());
        let name = key.clone();
        let proved = tokio::task::spawn_blocking(move || local.prove(&name)).await;
        match proved {
            Ok(Ok(())) => Ok(()),
            Ok(Err(NoProof::Links(source))) => Err(LakeError::HardLinks { folder, source }),
            Ok(Err(NoProof::Disk(source))) => Err(LakeError::Disk {
                action: "create",
                key,
                folder,
                source,
            }),
            Err(_ended) => Err(LakeError::Disk {
                action: "create",
                key,
                folder,
                source: std::io::Error::other("the task ended"),
            }),
        }
    }

    /// [`Lake::prove`], repeated for as long as the store is away. Each failure is reported to `waiting`; only an error that
    /// the store cannot recover from by itself is returned.
    pub async fn await_proved(
        &self,
        url: &str,
        mut waiting: impl FnMut(&LakeError),
    ) -> Result<(), LakeError> {
        loop {
            match self.prove(url).await {
                Err(error @ LakeError::Store { .. }) => waiting(&error),
                proved => return proved,
            }
            tokio::time::sleep(AGAIN).await;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use crate::{LakeConfig, LakeError};

    #[tokio::test]
    async fn a_folder_is_proved_and_nothing_is_left_in_it() {
        let folder = tempfile::TempDir::new().unwrap();
        let url = folder.path().display().to_string();
        let lake = LakeConfig::at(&url).open().unwrap();
        lake.prove(&url).await.unwrap();
        assert!(lake.list("probe").await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_bucket_configured_without_conditional_puts_is_refused_before_anything_is_put() {
        let mut config = LakeConfig::at("s3://bucket/prefix");
        // Nothing listens on this port, so the client itself reports the refused connection.
        for (name, value) in [
            ("endpoint", "http://127.0.0.1:1"),
            ("region", "us-east-1"),
            ("access_key_id", "any"),
            ("secret_access_key", "any"),
            ("conditional_put", "disabled"),
        ] {
            config.options.insert(name.to_owned(), value.to_owned());
        }
        let error = config.open().unwrap().prove("s3://bucket/prefix").await;
        let error = error.unwrap_err();
        assert!(matches!(error, LakeError::Lacks { .. }), "{error:?}");
        let message = error.to_string();
        for part in [
            "s3://bucket/prefix",
            "has no create-only put",
            "conditional_put",
        ] {
            assert!(message.contains(part), "{message}");
        }
    }
}
