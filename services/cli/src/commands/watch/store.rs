//! A folder of an object store. Objects appear whole, so they are taken at once; what a store tells of arrivals differs, so it is
//! looked at regularly.

use std::io::{Read, Seek};
use std::time::Duration;

use lake::{Lake, LakeConfig};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::Verdict;
use super::place::{Arrivals, Arrived, Fetched, Place, folder_of, is_set_aside, names, report_of};

/// A folder of a store.
pub struct Store {
    url: String,
    store: Lake,
}

impl Store {
    /// Opens a store; its credentials are those of the environment or of the machine's role, as for the lake.
    pub fn open(url: &str) -> anyhow::Result<Self> {
        Ok(Store {
            url: url.to_owned(),
            store: LakeConfig::at(url).open()?,
        })
    }

    async fn copy(&self, key: &str) -> anyhow::Result<Option<NamedTempFile>> {
        let mut file = NamedTempFile::new()?;
        let is_there = self.store.download(key, &mut file).await?;
        Ok(is_there.then_some(file))
    }

    async fn sha256(&self, key: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let Some(mut file) = self.copy(key).await? else {
            return Ok(None);
        };
        let (mut hasher, mut chunk) = (Sha256::new(), vec![0; 1 << 16]);
        file.rewind()?;
        loop {
            let read = file.read(&mut chunk)?;
            if read == 0 {
                return Ok(Some(hasher.finalize().to_vec()));
            }
            hasher.update(chunk.get(..read).unwrap_or_default());
        }
    }
}

impl Place for Store {
    fn name(&self) -> String {
        self.url.clone()
    }

    async fn arrived(&mut self) -> anyhow::Result<Arrivals> {
        let objects = self.store.arrivals().await?.into_iter();
        let objects = objects.map(|one| Arrived {
            name: one.key,
            tag: one.tag,
        });
        Ok(Arrivals {
            whole: objects.filter(|one| !is_set_aside(&one.name)).collect(),
            is_settling: false,
        })
    }

    async fn fetch(&mut self, arrived: &Arrived) -> anyhow::Result<Option<Fetched>> {
        Ok(self.copy(&arrived.name).await?.map(Fetched::copied))
    }

    async fn is_unchanged(&mut self, arrived: &Arrived) -> anyhow::Result<bool> {
        let now = self.store.arrivals().await?;
        Ok(now
            .iter()
            .any(|one| one.key == arrived.name && one.tag == arrived.tag))
    }

    async fn report(
        &mut self,
        arrived: &Arrived,
        verdict: Verdict,
        report: &str,
    ) -> anyhow::Result<String> {
        let folder = folder_of(verdict);
        let mut own = None;
        for name in names(&arrived.name) {
            let to = format!("{folder}/{name}");
            if self.store.exists(&to).await? {
                // A watch that was interrupted may have copied the object, and not deleted it yet.
                if own.is_none() {
                    own = self.sha256(&arrived.name).await?;
                }
                if self.sha256(&to).await? != own {
                    continue;
                }
            }
            let content = report.as_bytes().to_vec().into();
            self.store.write(&report_of(&to), content).await?;
            return Ok(to);
        }
        anyhow::bail!("every name in {folder} is taken")
    }

    async fn put_away(&mut self, arrived: &Arrived, _: Verdict, to: &str) -> anyhow::Result<()> {
        Ok(self.store.move_object(&arrived.name, to).await?)
    }

    async fn wait(&mut self, longest: Duration, _: bool) {
        tokio::time::sleep(longest).await;
    }
}
