//! Reads results as a consistent set.

use std::collections::BTreeMap;

use lake::{Lake, LakeError};

use super::few_at_once::{OBJECTS_AT_ONCE, few_at_once};
use super::manifest::{Manifest, ManifestObject};
use super::state::State;
use crate::PublishError;

/// The results of one trust and period, as a reader finds them.
#[derive(Debug, Clone, PartialEq)]
pub enum Published {
    /// There are no results.
    Absent,
    /// Every object matches the manifest.
    Whole(State),
    /// A write is in progress: this object does not match the manifest. Read again.
    Changing {
        /// The object's key.
        key: String,
    },
}

impl Published {
    /// Reads the manifest, and then every object that it lists.
    pub async fn read(lake: &Lake, trust: &str, period: &str) -> Result<Self, PublishError> {
        let Some(manifest) = Manifest::read(lake, trust, period).await? else {
            return Ok(Published::Absent);
        };
        let reads: Vec<_> = manifest
            .objects
            .iter()
            .map(|object| read(lake, object))
            .collect();
        let (found, outcome) = few_at_once(OBJECTS_AT_ONCE, reads).await;
        match outcome {
            Ok(()) => {}
            Err(Unread::Other(key)) => return Ok(Published::Changing { key }),
            Err(Unread::Failed(error)) => return Err(error.into()),
        }
        let objects: BTreeMap<_, _> = found.into_iter().collect();
        Ok(Published::Whole(State { manifest, objects }))
    }
}

/// Why an object was not read.
enum Unread {
    /// The object with this key is missing, or is not the one in the manifest.
    Other(String),
    Failed(LakeError),
}

async fn read(lake: &Lake, object: &ManifestObject) -> Result<(String, bytes::Bytes), Unread> {
    match lake.read(&object.key).await {
        Ok(Some(content)) if object.is(&content) => Ok((object.key.clone(), content)),
        Ok(_) => Err(Unread::Other(object.key.clone())),
        Err(error) => Err(Unread::Failed(error)),
    }
}
