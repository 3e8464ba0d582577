//! Writes results: for each trust and period the objects that differ, then its manifest.

use std::collections::BTreeSet;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

use bytes::Bytes;
use chassis::failpoint;
use footprint::Targets;
use lake::{Lake, LakeError};

use super::few_at_once;
use super::manifest::sha256;
use super::state::State;
use super::stored::{Found, Stored};
use crate::PublishError;
use crate::config::Config;
use crate::footprint_store::{FootprintStore, Live, TrustPeriod};

/// How many rounds of writing there are per look at the whole store.
pub(super) const ROUNDS_TO_A_LOOK: u32 = 12;

/// Brings `results/` up to date with the footprint store.
pub(super) struct Writer {
    lake: Lake,
    stored: Stored,
    rounds_to_look: u32,
    /// The slice written last, or attempted: the next round continues after it, so that a failing slice does not hold up
    /// others.
    last: Option<TrustPeriod>,
}

/// The counts of one round of writing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Round {
    /// Objects put.
    pub written: u64,
    /// Objects that another process had replaced or deleted.
    pub overwritten: u64,
}

impl Writer {
    pub(super) fn new(lake: Lake) -> Self {
        Writer {
            lake,
            stored: Stored::default(),
            rounds_to_look: 0,
            last: None,
        }
    }

    /// Writes the slices that changed in the footprint store or in the store. Slices that are not written, for any reason, are
    /// retried in the next round.
    pub(super) async fn write(
        &mut self,
        config: &Config,
        live: &Live,
        round: &mut Round,
    ) -> Result<(), PublishError> {
        let mut unwritten = live.take_unwritten();
        // The change between years depends on both: if a year changes, the following year's results do too.
        let after: Vec<TrustPeriod> = unwritten
            .iter()
            .filter_map(TrustPeriod::following)
            .collect();
        let footprint_store = live.footprint_store();
        unwritten.extend(after.into_iter().filter(|slice| footprint_store.has(slice)));
        let looked = self.look(&mut unwritten, round).await;
        let outcome = match looked {
            Ok(()) => self.write_slices(config, live, &mut unwritten, round).await,
            Err(error) => Err(error.into()),
        };
        live.still_unwritten(unwritten);
        outcome
    }

    /// Looks at the store every few rounds, because a process cannot know otherwise what others have written.
    async fn look(
        &mut self,
        unwritten: &mut BTreeSet<TrustPeriod>,
        round: &mut Round,
    ) -> Result<(), LakeError> {
        if self.rounds_to_look > 0 {
            self.rounds_to_look -= 1;
            return Ok(());
        }
        let mut found = Found::default();
        let outcome = self.stored.look(&self.lake, &mut found).await;
        unwritten.append(&mut found.changed);
        round.overwritten += found.overwritten;
        if outcome.is_ok() {
            self.rounds_to_look = ROUNDS_TO_A_LOOK - 1;
        }
        outcome
    }

    /// Writes each slice from the newest footprint store, and then removes it from `unwritten`.
    async fn write_slices(
        &mut self,
        config: &Config,
        live: &Live,
        unwritten: &mut BTreeSet<TrustPeriod>,
        round: &mut Round,
    ) -> Result<(), PublishError> {
        while let Some(slice) = self.next_of(unwritten) {
            self.last = Some(slice.clone());
            let targets = config.targets(&slice.trust);
            match state(live.footprint_store(), &slice, targets).await? {
                Some(state) => self.bring_to(&slice, state, round).await?,
                None => self.delete(&slice).await?,
            }
            unwritten.remove(&slice);
        }
        Ok(())
    }

    fn next_of(&self, unwritten: &BTreeSet<TrustPeriod>) -> Option<TrustPeriod> {
        let last = self.last.as_ref();
        let after = |last| unwritten.range((Excluded(last), Unbounded)).next();
        last.and_then(after).or(unwritten.first()).cloned()
    }

    /// The manifest is written last: until then the old manifest does not match the objects, and readers notice.
    async fn bring_to(
        &mut self,
        slice: &TrustPeriod,
        state: State,
        round: &mut Round,
    ) -> Result<(), LakeError> {
        let manifest = (state.manifest.key(), state.manifest.json());
        self.put_all(slice, state.objects, round).await?;
        failpoint!("publish.manifest.putting");
        self.put_all(slice, [manifest], round).await?;
        failpoint!("publish.manifest.put");
        Ok(())
    }

    /// Puts the objects that differ from what is stored.
    async fn put_all(
        &mut self,
        slice: &TrustPeriod,
        objects: impl IntoIterator<Item = (String, Bytes)>,
        round: &mut Round,
    ) -> Result<(), LakeError> {
        let mut puts = Vec::new();
        for (key, content) in objects {
            let sha256 = sha256(&content);
            if !self.stored.has(slice, &key, &sha256) {
                self.stored.mark_unknown(slice, &key);
                puts.push(put(&self.lake, key, content, sha256));
            }
        }
        let (done, outcome) = few_at_once(puts).await;
        for (key, sha256) in done {
            round.written += 1;
            self.stored.put(slice, key, sha256);
        }
        outcome
    }

    /// Deletes the manifest first: without it a slice is not a valid state, whichever of its objects remain.
    async fn delete(&mut self, slice: &TrustPeriod) -> Result<(), LakeError> {
        let mut keys = self.stored.keys_of(slice);
        let manifest = lake::manifest_key(&slice.trust, &slice.period);
        if keys.remove(&manifest) {
            self.delete_all(slice, [manifest]).await?;
        }
        self.delete_all(slice, keys).await
    }

    async fn delete_all(
        &mut self,
        slice: &TrustPeriod,
        keys: impl IntoIterator<Item = String>,
    ) -> Result<(), LakeError> {
        let mut deletes = Vec::new();
        for key in keys {
            self.stored.mark_unknown(slice, &key);
            let lake = self.lake.clone();
            deletes.push(async move { lake.delete(&key).await.map(|()| key) });
        }
        let (done, outcome) = few_at_once(deletes).await;
        for key in done {
            self.stored.deleted(slice, &key);
        }
        outcome
    }
}

async fn state(
    footprint_store: Arc<FootprintStore>,
    slice: &TrustPeriod,
    targets: Targets,
) -> Result<Option<State>, PublishError> {
    let TrustPeriod { trust, period } = slice.clone();
    let made =
        tokio::task::spawn_blocking(move || State::of(&footprint_store, &trust, &period, targets));
    made.await?
}

async fn put(
    lake: &Lake,
    key: String,
    content: Bytes,
    sha256: String,
) -> Result<(String, String), LakeError> {
    failpoint!("publish.result.putting");
    lake.write(&key, content).await?;
    failpoint!("publish.result.put");
    Ok((key, sha256))
}
