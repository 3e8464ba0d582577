//! Waiting until what was sent is everywhere it goes.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use bus::{BusConfig, Followed, follow, uncommitted};
use events::Topic;
use footprint::Footprint;
use lake::{Lake, result_key};
use publish::Book;

const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Waits until every event in Kafka is in the ledger and committed, and `results/` holds what follows from it: the table
/// of schools of every trust and period, byte for byte. Returns the footprints.
pub async fn settled(kafka: &BusConfig, lake: &Lake, patience: Duration) -> anyhow::Result<Book> {
    let deadline = Instant::now() + patience;
    loop {
        let unread = uncommitted(kafka, aggregate::GROUP, &Topic::LEDGER).await?;
        let unwritten = if unread == 0 {
            let book = book(kafka).await?;
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
pub async fn book(kafka: &BusConfig) -> anyhow::Result<Book> {
    let mut followed = follow(kafka, Topic::Footprints).await?;
    let mut book = Book::default();
    loop {
        match followed.recv().await {
            Some(Followed::Records(records)) => {
                for record in records {
                    match &record.payload {
                        Some(json) => {
                            let footprint: Footprint = serde_json::from_slice(json)
                                .with_context(|| format!("cannot read footprint {}", record.key))?;
                            book.take(record.key, footprint);
                        }
                        None => book.forget(&record.key),
                    }
                }
            }
            Some(Followed::CaughtUp) => return Ok(book),
            Some(Followed::Failed(error)) => return Err(error.into()),
            None => bail!("topic footprints is no longer followed"),
        }
    }
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
