//! A manifest: the objects that make up the results of one trust over one period.

use bytes::Bytes;
use lake::{Lake, manifest_key};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::PublishError;

/// Every object of one state of a trust and period. The manifest is written after them, so a reader who finds that every
/// object matches the manifest has a consistent set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The trust's id.
    pub trust: String,
    /// The period's key, such as `2025-26`.
    pub period: String,
    /// SHA-256 of the lines `HASH  KEY` of all objects, in the format that `sha256sum` prints and checks. Equal states
    /// have equal versions.
    pub version: String,
    /// The objects, in the order of their keys.
    pub objects: Vec<ManifestObject>,
}

/// An object of a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestObject {
    /// Its key in the lake.
    pub key: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The SHA-256 of its content, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// The manifest of these objects; their order does not matter.
    pub(crate) fn of<'a>(
        trust: &str,
        period: &str,
        objects: impl IntoIterator<Item = (&'a String, &'a Bytes)>,
    ) -> Self {
        let described = objects
            .into_iter()
            .map(|(key, content)| ManifestObject::of(key.clone(), content));
        let mut objects: Vec<ManifestObject> = described.collect();
        objects.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        let lines: String = objects
            .iter()
            .map(|object| format!("{}  {}\n", object.sha256, object.key))
            .collect();
        Manifest {
            trust: trust.to_owned(),
            period: period.to_owned(),
            version: sha256(lines.as_bytes()),
            objects,
        }
    }

    /// The key of the manifest itself in the lake.
    pub fn key(&self) -> String {
        manifest_key(&self.trust, &self.period)
    }

    /// The content of the manifest in the lake. The same manifest gives the same bytes.
    pub fn json(&self) -> Bytes {
        // Text and whole numbers can always be written as JSON.
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json.into()
    }

    /// The stored manifest of a trust and period; none if there is none.
    pub async fn read(
        lake: &Lake,
        trust: &str,
        period: &str,
    ) -> Result<Option<Self>, PublishError> {
        let key = manifest_key(trust, period);
        let json = lake.read(&key).await?;
        json.map(|json| serde_json::from_slice(&json))
            .transpose()
            .map_err(|_| PublishError::Record(key))
    }
}

impl ManifestObject {
    pub(crate) fn of(key: String, content: &[u8]) -> Self {
        ManifestObject {
            key,
            bytes: content.len() as u64,
            sha256: sha256(content),
        }
    }

    /// Whether `content` is the content of this manifest.
    pub fn is(&self, content: &[u8]) -> bool {
        self.bytes == content.len() as u64 && self.sha256 == sha256(content)
    }
}

/// The SHA-256 of the content, in hexadecimal.
pub(crate) fn sha256(content: &[u8]) -> String {
    format!("{:x}", Sha256::digest(content))
}
