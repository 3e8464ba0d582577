//! A log played through aggregate's own flush, merge and load, on a lake that fails.

use aggregate::{AggregateError, load_partition, merge, read_readings, write};
use footprint::ledger::MeterDay;
use lake::{Lake, LedgerFolder};

use super::log::{Differences, SHARDING, batches, registrations, tail};

const BATCHES: u32 = 12;
/// A folder of so many objects is merged.
const MERGE_AT: usize = 3;
/// Every started process gets at least one call done, by and by.
const STARTS: usize = 1_000;

/// What came of it.
pub struct Played {
    /// How often the process ended and was started again.
    pub restarts: usize,
    pub differences: Differences,
}

/// Plays a log on `lake`. Whatever fails ends the process, as it does in `work`: the next begins by reading the ledger back,
/// and then flushes again what was not committed. `clean` is the same lake without faults.
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

/// The life of a process; `missed` counts what its reading of the ledger did not find of what was committed.
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

/// Merges a folder and deletes what was merged, at once.
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
