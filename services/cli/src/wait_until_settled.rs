//! Waits until everything that was sent has been processed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use bus::{Bus, ends, snapshot, uncommitted};
use events::{Place, Topic};
use footprint::Footprint;
use lake::{Lake, manifest_key};
use publish::{FootprintStore, Manifest, ManifestObject, Published, State, TrustSettings};

const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Waits until every event is in the ledger and committed, and `results/` holds what follows from it for trusts with
/// these settings: for every trust and period the manifest, every object that it lists, and nothing else. Returns the
/// footprints.
pub async fn wait_until_settled(
    bus: &Bus,
    lake: &Lake,
    trusts: &BTreeMap<String, TrustSettings>,
    patience: Duration,
) -> anyhow::Result<FootprintStore> {
    let deadline = Instant::now() + patience;
    let mut expected = Expected::default();
    loop {
        let unread = uncommitted(bus, aggregate::GROUP, &Topic::LEDGER).await?;
        let unwritten = if unread == 0 {
            expected.follow(bus, trusts).await?;
            match expected.unwritten(lake).await? {
                None => return Ok(expected.footprint_store),
                Some(unwritten) => unwritten.to_string(),
            }
        } else {
            format!("{unread} events are not in the ledger")
        };
        if Instant::now() > deadline {
            bail!("not settled after {} s: {unwritten}", patience.as_secs());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Every footprint in the topic.
pub async fn footprint_store(bus: &Bus) -> anyhow::Result<FootprintStore> {
    let mut footprint_store = FootprintStore::default();
    for record in snapshot(bus, Topic::Footprints).await? {
        match &record.payload {
            Some(json) => {
                let footprint: Footprint = serde_json::from_slice(json)
                    .with_context(|| format!("cannot read footprint {}", record.key))?;
                footprint_store.take(record.key, footprint);
            }
            None => footprint_store.forget(&record.key),
        }
    }
    Ok(footprint_store)
}

/// The results that follow from the footprints.
#[derive(Default)]
struct Expected {
    /// The end of the topic when `footprint_store` was read.
    read_to: Vec<(Topic, Place)>,
    footprint_store: FootprintStore,
    periods: Vec<Period>,
}

/// The results of a trust over a period. The stored manifest is the right one if it lists this CSV of every table.
struct Period {
    trust: String,
    period: String,
    csv: Vec<ManifestObject>,
}

/// A state that is not settled yet.
#[derive(Debug, thiserror::Error)]
enum Unwritten {
    #[error("{0} is not up to date")]
    Manifest(String),
    #[error("{0} is not what its manifest lists")]
    Object(String),
    #[error("{0} is of a trust or period without figures")]
    LeftOver(String),
}

impl Expected {
    /// Reads the footprints if there are new ones, and computes the results if they differ.
    async fn follow(
        &mut self,
        bus: &Bus,
        trusts: &BTreeMap<String, TrustSettings>,
    ) -> anyhow::Result<()> {
        let end = ends(bus, &[Topic::Footprints]).await?;
        if self.read_to == end {
            return Ok(());
        }
        let footprint_store = footprint_store(bus).await?;
        self.read_to = end;
        if self.footprint_store == footprint_store {
            return Ok(());
        }
        let (of, trusts) = (footprint_store.clone(), trusts.clone());
        let made = tokio::task::spawn_blocking(move || periods(&of, &trusts));
        self.periods = made.await??;
        self.footprint_store = footprint_store;
        Ok(())
    }

    async fn unwritten(&self, lake: &Lake) -> anyhow::Result<Option<Unwritten>> {
        let mut there: BTreeSet<String> =
            lake.list("results/manifest").await?.into_iter().collect();
        for Period { trust, period, csv } in &self.periods {
            let key = manifest_key(trust, period);
            there.remove(&key);
            let manifest = Manifest::read(lake, trust, period).await?;
            if !manifest.is_some_and(|manifest| lists(&manifest, csv)) {
                return Ok(Some(Unwritten::Manifest(key)));
            }
        }
        if let Some(key) = there.pop_first() {
            return Ok(Some(Unwritten::LeftOver(key)));
        }
        for Period { trust, period, csv } in &self.periods {
            match Published::read(lake, trust, period).await? {
                Published::Whole(state) if lists(&state.manifest, csv) => {}
                Published::Changing { key } => return Ok(Some(Unwritten::Object(key))),
                Published::Whole(_) | Published::Absent => {
                    return Ok(Some(Unwritten::Manifest(manifest_key(trust, period))));
                }
            }
        }
        Ok(None)
    }
}

fn lists(manifest: &Manifest, csv: &[ManifestObject]) -> bool {
    csv.iter().all(|csv| manifest.objects.contains(csv))
}

/// Every trust and period with figures in a footprint store.
fn periods(
    footprint_store: &FootprintStore,
    trusts: &BTreeMap<String, TrustSettings>,
) -> anyhow::Result<Vec<Period>> {
    let mut found = Vec::new();
    for trust in footprint_store.trusts() {
        let settings = trusts.get(&trust.id).cloned().unwrap_or_default();
        let of_trust = footprint_store.of_trust(&trust.id);
        let periods: BTreeSet<String> = of_trust.map(|footprint| footprint.period.key()).collect();
        for period in periods {
            let csv = State::csv_of(footprint_store, &trust.id, &period, settings.targets())?;
            let trust = trust.id.clone();
            found.extend(csv.map(|csv| Period { trust, period, csv }));
        }
    }
    Ok(found)
}
