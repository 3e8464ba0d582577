//! Waiting until what was sent is everywhere it goes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use bus::{Bus, snapshot, uncommitted};
use events::Topic;
use footprint::Footprint;
use lake::Lake;
use publish::{Book, Manifest, Published, State, TrustSettings};

const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Waits until every event is in the ledger and committed, and `results/` holds what follows from it for trusts with these
/// settings: for every trust and period the manifest, every object that it lists, and nothing else. Returns the footprints.
pub async fn settled(
    bus: &Bus,
    lake: &Lake,
    trusts: &BTreeMap<String, TrustSettings>,
    patience: Duration,
) -> anyhow::Result<Book> {
    let deadline = Instant::now() + patience;
    let mut expected = Expected::default();
    loop {
        let unread = uncommitted(bus, aggregate::GROUP, &Topic::LEDGER).await?;
        let unwritten = if unread == 0 {
            expected.follow(book(bus).await?, trusts).await?;
            match expected.unwritten(lake).await? {
                None => return Ok(expected.book),
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

/// Every footprint there is.
pub async fn book(bus: &Bus) -> anyhow::Result<Book> {
    let mut book = Book::default();
    for record in snapshot(bus, Topic::Footprints).await? {
        match &record.payload {
            Some(json) => {
                let footprint: Footprint = serde_json::from_slice(json)
                    .with_context(|| format!("cannot read footprint {}", record.key))?;
                book.take(record.key, footprint);
            }
            None => book.forget(&record.key),
        }
    }
    Ok(book)
}

/// What follows from a book.
#[derive(Default)]
struct Expected {
    book: Book,
    manifests: Vec<Manifest>,
}

/// What is not as it should be.
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
    /// What follows from `book`; computed again only when it differs from the last.
    async fn follow(
        &mut self,
        book: Book,
        trusts: &BTreeMap<String, TrustSettings>,
    ) -> anyhow::Result<()> {
        if self.book == book {
            return Ok(());
        }
        let (of, trusts) = (book.clone(), trusts.clone());
        let made = tokio::task::spawn_blocking(move || manifests(&of, &trusts));
        self.manifests = made.await??;
        self.book = book;
        Ok(())
    }

    async fn unwritten(&self, lake: &Lake) -> anyhow::Result<Option<Unwritten>> {
        let mut there: BTreeSet<String> =
            lake.list("results/manifest").await?.into_iter().collect();
        for manifest in &self.manifests {
            let key = manifest.key();
            there.remove(&key);
            let found = lake.read(&key).await?;
            if found.is_none_or(|found| found != manifest.json()) {
                return Ok(Some(Unwritten::Manifest(key)));
            }
        }
        if let Some(key) = there.pop_first() {
            return Ok(Some(Unwritten::LeftOver(key)));
        }
        for manifest in &self.manifests {
            match Published::read(lake, &manifest.trust, &manifest.period).await? {
                Published::Whole(state) if state.manifest == *manifest => {}
                Published::Changing { key } => return Ok(Some(Unwritten::Object(key))),
                Published::Whole(_) | Published::Absent => {
                    return Ok(Some(Unwritten::Manifest(manifest.key())));
                }
            }
        }
        Ok(None)
    }
}

/// The manifest of every trust and period that a book has figures of.
fn manifests(
    book: &Book,
    trusts: &BTreeMap<String, TrustSettings>,
) -> anyhow::Result<Vec<Manifest>> {
    let mut manifests = Vec::new();
    for trust in book.trusts() {
        let settings = trusts.get(&trust.id).cloned().unwrap_or_default();
        let of_trust = book.of_trust(&trust.id);
        let periods: BTreeSet<String> = of_trust.map(|held| held.period.key()).collect();
        for period in periods {
            let state = State::of(book, &trust.id, &period, settings.targets())?;
            manifests.extend(state.map(|state| state.manifest));
        }
    }
    Ok(manifests)
}
