//! Waiting until what was sent is everywhere it goes.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use bus::{Bus, snapshot, uncommitted};
use events::Topic;
use footprint::Footprint;
use lake::{Lake, result_key};
use publish::Book;

const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Waits until every event is in the ledger and committed, and `results/` holds what follows from it: the table
/// of schools of every trust and period, byte for byte. Returns the footprints.
pub async fn settled(bus: &Bus, lake: &Lake, patience: Duration) -> anyhow::Result<Book> {
    let deadline = Instant::now() + patience;
    loop {
        let unread = uncommitted(bus, aggregate::GROUP, &Topic::LEDGER).await?;
        let unwritten = if unread == 0 {
            let book = book(bus).await?;
            match unwritten(&book, lake).await? {
                None => return Ok(book),
                Some(key) => format!("{key} is not up to date"),
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

/// The key of a table of schools that is not as it should be.
async fn unwritten(book: &Book, lake: &Lake) -> anyhow::Result<Option<String>> {
    for trust in book.trusts() {
        let mut periods: Vec<_> = book
            .of_trust(&trust.id)
            .map(|footprint| footprint.period.key())
            .collect();
        periods.sort_unstable();
        periods.dedup();
        for period in periods {
            let Some(view) = book.view(&trust.id, &period, 0.0) else {
                continue;
            };
            let wanted = publish::schools(&view).csv()?;
            let key = result_key("schools", &trust.id, &period, "csv");
            if lake.read(&key).await?.is_none_or(|found| found != wanted) {
                return Ok(Some(key));
            }
        }
    }
    Ok(None)
}
