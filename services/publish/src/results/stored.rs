//! The objects that the store holds under `results/`, as far as this process knows.

use std::collections::{BTreeMap, BTreeSet};

use lake::{Lake, LakeError, Listed};

use super::few_at_once::{OBJECTS_AT_ONCE, few_at_once};
use super::manifest::sha256;
use super::state::slice_of;
use crate::footprint_store::TrustPeriod;

/// The objects of every slice.
#[derive(Default)]
pub(super) struct Stored(BTreeMap<TrustPeriod, Objects>);

/// Objects by their keys. An entry has no object after a put or delete failed: the store may then hold the old object,
/// the new one or none.
type Objects = BTreeMap<String, Option<Object>>;

struct Object {
    sha256: String,
    /// The tag from the listing in which it was seen; none if it was put since.
    tag: Option<String>,
}

/// The result of a look at the store.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The slices with an object that differs from the known one.
    pub changed: BTreeSet<TrustPeriod>,
    /// How many objects known to this process another process replaced or deleted.
    pub overwritten: u64,
}

impl Stored {
    pub(super) fn has(&self, slice: &TrustPeriod, key: &str, sha256: &str) -> bool {
        let object = self.object(slice, key);
        object.is_some_and(|object| object.sha256 == sha256)
    }

    /// The keys of a slice that may have an object.
    pub(super) fn keys_of(&self, slice: &TrustPeriod) -> BTreeSet<String> {
        let objects = self.0.get(slice).into_iter().flatten();
        objects.map(|(key, _)| key.clone()).collect()
    }

    /// Marks an object as about to be put or deleted: its content is unknown until that succeeds.
    pub(super) fn mark_unknown(&mut self, slice: &TrustPeriod, key: &str) {
        let objects = self.0.entry(slice.clone()).or_default();
        objects.insert(key.to_owned(), None);
    }

    pub(super) fn put(&mut self, slice: &TrustPeriod, key: String, sha256: String) {
        let object = Object { sha256, tag: None };
        let objects = self.0.entry(slice.clone()).or_default();
        objects.insert(key, Some(object));
    }

    pub(super) fn deleted(&mut self, slice: &TrustPeriod, key: &str) {
        if let Some(objects) = self.0.get_mut(slice) {
            objects.remove(key);
            if objects.is_empty() {
                self.0.remove(slice);
            }
        }
    }

    /// Lists the store, and reads every object that may have changed since the last look: objects written by an earlier
    /// process or another one, objects that this process has put, and objects changed late by a put that this process had
    /// given up. Changes found before a failure are in `found` too.
    pub(super) async fn look(&mut self, lake: &Lake, found: &mut Found) -> Result<(), LakeError> {
        let listed = lake.list_tagged("results").await?;
        let ours = |object: Listed| Some((slice_of(&object.key)?, object));
        let listed: Vec<(TrustPeriod, Listed)> = listed.into_iter().filter_map(ours).collect();
        self.take_out_deleted(&listed, found);
        let unseen = listed
            .into_iter()
            .filter(|(slice, object)| !self.has_seen(slice, object));
        let reads: Vec<_> = unseen
            .map(|(slice, object)| read(lake, slice, object))
            .collect();
        let (read, outcome) = few_at_once(OBJECTS_AT_ONCE, reads).await;
        for (slice, Listed { key, tag }, sha256) in read {
            let Some(sha256) = sha256 else {
                self.changed(slice, &key, found);
                continue;
            };
            if !self.has(&slice, &key, &sha256) {
                self.changed(slice.clone(), &key, found);
            }
            let tag = Some(tag);
            let objects = self.0.entry(slice).or_default();
            objects.insert(key, Some(Object { sha256, tag }));
        }
        outcome
    }

    fn take_out_deleted(&mut self, listed: &[(TrustPeriod, Listed)], found: &mut Found) {
        let there: BTreeSet<&str> = listed
            .iter()
            .map(|(_, object)| object.key.as_str())
            .collect();
        let known = self.0.iter().flat_map(|(slice, objects)| {
            let deleted = objects.keys().filter(|key| !there.contains(key.as_str()));
            deleted.map(|key| (slice.clone(), key.clone()))
        });
        for (slice, key) in known.collect::<Vec<_>>() {
            self.changed(slice, &key, found);
        }
    }

    /// Forgets an object that differs from the known one.
    fn changed(&mut self, slice: TrustPeriod, key: &str, found: &mut Found) {
        if self.object(&slice, key).is_some() {
            tracing::warn!(
                key,
                "results were replaced or deleted by another; writing them again"
            );
            found.overwritten += 1;
        }
        self.deleted(&slice, key);
        found.changed.insert(slice);
    }

    fn has_seen(&self, slice: &TrustPeriod, listed: &Listed) -> bool {
        let object = self.object(slice, &listed.key);
        object.is_some_and(|object| object.tag.as_ref() == Some(&listed.tag))
    }

    fn object(&self, slice: &TrustPeriod, key: &str) -> Option<&Object> {
        self.0.get(slice)?.get(key)?.as_ref()
    }
}

/// The hash of an object's content; none if it is gone.
async fn read(
    lake: &Lake,
    slice: TrustPeriod,
    object: Listed,
) -> Result<(TrustPeriod, Listed, Option<String>), LakeError> {
    let content = lake.read(&object.key).await?;
    let sha256 = content.map(|content| sha256(&content));
    Ok((slice, object, sha256))
}
