//! Writes results: for each trust and period the objects that differ, then its manifest.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use chassis::failpoint;
use footprint::Targets;
use lake::{Lake, LakeError};

use super::few_at_once::{OBJECTS_AT_ONCE, few_at_once};
use super::manifest::sha256;
use super::state::State;
use super::stored::{Found, Stored};
use crate::PublishError;
use crate::config::Config;
use crate::footprint_store::{FootprintStore, Live, TrustPeriod};

/// How many slices are written side by side: enough for every core to make tables while others wait for the store. Each puts
/// several objects at once, and its tables are in memory until they are put.
const SLICES_AT_ONCE: usize = 8;

/// How many rounds of writing there are per look at the whole store.
pub(super) const ROUNDS_TO_A_LOOK: u32 = 12;

/// Brings `results/` up to date with the footprint store.
pub(super) struct Writer {
    lake: Lake,
    stored: Mutex<Stored>,
    rounds_to_look: u32,
    /// The slice begun last, whether it was written or failed: the next round continues after it, so that a failing slice does
    /// not hold up others.
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
            stored: Mutex::default(),
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
        let stored = self.stored.get_mut();
        let stored = stored.unwrap_or_else(PoisonError::into_inner);
        let outcome = stored.look(&self.lake, &mut found).await;
        unwritten.append(&mut found.changed);
        round.overwritten += found.overwritten;
        if outcome.is_ok() {
            self.rounds_to_look = ROUNDS_TO_A_LOOK - 1;
        }
        outcome
    }

    /// Writes the slices side by side, each from the newest footprint store, and removes those that are done from `unwritten`.
    async fn write_slices(
        &mut self,
        config: &Config,
        live: &Live,
        unwritten: &mut BTreeSet<TrustPeriod>,
        round: &mut Round,
    ) -> Result<(), PublishError> {
        let writing = Writing {
            lake: &self.lake,
            stored: &self.stored,
            written: AtomicU64::new(0),
        };
        let in_turn = in_turn(unwritten, self.last.as_ref());
        let last = &mut self.last;
        let writes = in_turn.into_iter().map(|slice| {
            *last = Some(slice.clone());
            let targets = config.targets(&slice.trust);
            writing.write(slice, live, targets)
        });
        let (done, outcome) = few_at_once(SLICES_AT_ONCE, writes).await;
        for slice in done {
            unwritten.remove(&slice);
        }
        round.written += writing.written.into_inner();
        outcome
    }
}

/// The slices after `last`, and then those up to it.
fn in_turn(unwritten: &BTreeSet<TrustPeriod>, last: Option<&TrustPeriod>) -> Vec<TrustPeriod> {
    let slices = unwritten.iter().cloned();
    let (mut up_to_last, mut in_turn): (Vec<_>, Vec<_>) =
        slices.partition(|slice| Some(slice) <= last);
    in_turn.append(&mut up_to_last);
    in_turn
}

/// What the slices that are written side by side share. No two of them have an object in common.
struct Writing<'a> {
    lake: &'a Lake,
    stored: &'a Mutex<Stored>,
    /// How many objects were put.
    written: AtomicU64,
}

impl Writing<'_> {
    /// Writes a slice, or deletes it if there are no figures of it any more.
    async fn write(
        &self,
        slice: TrustPeriod,
        live: &Live,
        targets: Targets,
    ) -> Result<TrustPeriod, PublishError> {
        match state(live.footprint_store(), &slice, targets).await? {
            Some(state) => self.bring_to(&slice, state).await?,
            None => self.delete(&slice).await?,
        }
        Ok(slice)
    }

    /// The manifest is written last: until then the old manifest does not match the objects, and readers notice.
    async fn bring_to(&self, slice: &TrustPeriod, state: State) -> Result<(), LakeError> {
        let manifest = (state.manifest.key(), state.manifest.json());
        self.put_all(slice, state.objects).await?;
        failpoint!("publish.manifest.putting");
        self.put_all(slice, [manifest]).await?;
        failpoint!("publish.manifest.put");
        Ok(())
    }

    /// Puts the objects that differ from what is stored.
    async fn put_all(
        &self,
        slice: &TrustPeriod,
        objects: impl IntoIterator<Item = (String, Bytes)>,
    ) -> Result<(), LakeError> {
        let mut puts = Vec::new();
        for (key, content) in objects {
            let sha256 = sha256(&content);
            let mut stored = lock(self.stored);
            if !stored.has(slice, &key, &sha256) {
                stored.mark_unknown(slice, &key);
                puts.push(put(self.lake, key, content, sha256));
            }
        }
        let (done, outcome) = few_at_once(OBJECTS_AT_ONCE, puts).await;
        self.written.fetch_add(done.len() as u64, Ordering::Relaxed);
        let mut stored = lock(self.stored);
        for (key, sha256) in done {
            stored.put(slice, key, sha256);
        }
        outcome
    }

    /// Deletes the manifest first: without it a slice is not a valid state, whichever of its objects remain.
    async fn delete(&self, slice: &TrustPeriod) -> Result<(), LakeError> {
        let mut keys = lock(self.stored).keys_of(slice);
        let manifest = lake::manifest_key(&slice.trust, &slice.period);
        if keys.remove(&manifest) {
            self.delete_all(slice, [manifest]).await?;
        }
        self.delete_all(slice, keys).await
    }

    async fn delete_all(
        &self,
        slice: &TrustPeriod,
        keys: impl IntoIterator<Item = String>,
    ) -> Result<(), LakeError> {
        let mut deletes = Vec::new();
        for key in keys {
            lock(self.stored).mark_unknown(slice, &key);
            let lake = self.lake.clone();
            deletes.push(async move { lake.delete(&key).await.map(|()| key) });
        }
        let (done, outcome) = few_at_once(OBJECTS_AT_ONCE, deletes).await;
        let mut stored = lock(self.stored);
        for key in done {
            stored.deleted(slice, &key);
        }
        outcome
    }
}

/// Held for moments only, and never while a request is under way.
fn lock(stored: &Mutex<Stored>) -> MutexGuard<'_, Stored> {
    stored.lock().unwrap_or_else(PoisonError::into_inner)
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
