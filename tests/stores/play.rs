//! Replays a log through aggregate's own flush, merge and load, on a failing lake.

use aggregate::{AggregateError, load_partition, merge, read_readings, write};
use footprint::ledger::MeterDay;
use lake::{Lake, LedgerFolder};

use super::log::{Differences, SHARDING, batches, registrations, tail};

const BATCHES: u32 = 12;
/// The number of objects from which a folder is merged.
const MERGE_AT: usize = 3;
/// Every process completes at least one call, so that the run ends.
const STARTS: usize = 1_000;

/// The outcome.
pub struct Played {
    /// The number of restarts of the process.
    pub restarts: usize,
    pub differences: Differences,
}

/// Replays a log on `lake`. Any error ends the process, as in `work`; the next process reads the ledger and flushes again
/// what was not committed. `clean` is the same lake without faults.
pub async fn play(lake: &Lake, clean: &Lake) -> Played {
    let log = batches(BATCHES);
    let (mut committed, mut missed, mut restarts) = (0, 0, 0);
    while let Err(error) = work(lake, &log, &mut committed, &mut missed).await {
        restarts += 1;
        assert!(restarts < STARTS, "never comes to an end: {error:?}");
    }
    let sent: Vec<MeterDay> = log.into_iter().flatten().collect();
    let mut differences = differences(clean, &sent).await;
    differences.lost += missed;
    Played {
        restarts,
        differences,
    }
}

/// One life of the process; `missed` counts the committed rows that it did not find in the ledger.
async fn work(
    lake: &Lake,
    log: &[Vec<MeterDay>],
    committed: &mut usize,
    missed: &mut usize,
) -> Result<(), AggregateError> {
    lake.initialise("the lake of the tests", SHARDING.shards)
        .await?;
    let loaded = load_partition(lake, SHARDING, 0).await?;
    if *committed > 0 {
        let so_far: Vec<MeterDay> = log[..*committed].iter().flatten().cloned().collect();
        *missed += Differences::of(&so_far, &so_far, loaded.histories()).lost;
    }
    while *committed < log.len() {
        let events = if *committed == 0 {
            registrations()
        } else {
            Vec::new()
        };
        let folders = write(lake, SHARDING, tail(&log[*committed], &events)).await?;
        *committed += 1;
        for folder in folders {
            compact(lake, folder).await?;
        }
    }
    Ok(())
}

/// Merges a folder and deletes the merged objects at once.
pub async fn compact(lake: &Lake, folder: LedgerFolder) -> Result<(), AggregateError> {
    for key in merge(lake, folder, MERGE_AT).await? {
        lake.delete(&key).await?;
    }
    Ok(())
}

async fn differences(lake: &Lake, sent: &[MeterDay]) -> Differences {
    let mut found = Vec::new();
    for folder in lake
        .ledger_folders(events::Topic::Readings, |_| true)
        .await
        .expect("folders")
    {
        found.extend(read_readings(lake, folder).await.expect("rows"));
    }
    let loaded = load_partition(lake, SHARDING, 0)
        .await
        .expect("a partition");
    Differences::of(sent, &found, loaded.histories())
}
