//! Flush, merge and load on a store that fails: nothing is missing, nothing counts twice.

use std::sync::Arc;
use std::time::Duration;

use aggregate::{AggregateError, load_partition, merge, read_readings, write};
use footprint::ledger::MeterDay;
use lake::{Lake, LedgerFolder};
use object_store::ObjectStore;
use object_store::memory::InMemory;

use super::faulty::{Fault, Faulty, Operation, Plan};
use super::log::{Differences, SHARDING, batches, registrations, tail};

const BATCHES: u32 = 12;
/// A folder of so many objects is merged.
const MERGE_AT: usize = 3;
/// Every started process gets at least one call done, by and by.
const STARTS: usize = 1_000;

/// What came of one plan.
struct Outcome {
    injected: usize,
    /// How often the process ended and was started again.
    restarts: usize,
    differences: Differences,
}

/// Plays a log through aggregate's own flush, merge and load. Whatever fails ends the process, as it does in `work`: the next
/// begins by reading the ledger back, and then flushes again what was not committed.
async fn play(plan: Plan, patience: Duration) -> Outcome {
    let kept: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let faulty = Faulty::new(kept.clone(), plan);
    let lake = Lake::over(Arc::new(faulty.clone()), patience);
    let log = batches(BATCHES);
    let mut committed = 0;
    let mut starts = 0;
    while let Err(error) = work(&lake, &log, &mut committed).await {
        starts += 1;
        assert!(starts < STARTS, "{plan:?} never comes to an end: {error:?}");
    }
    let clean = Lake::over(kept, Duration::ZERO);
    let sent: Vec<MeterDay> = log.into_iter().flatten().collect();
    Outcome {
        injected: faulty.injected(),
        restarts: starts,
        differences: differences(&clean, &sent).await,
    }
}

async fn work(
    lake: &Lake,
    log: &[Vec<MeterDay>],
    committed: &mut usize,
) -> Result<(), AggregateError> {
    lake.found("the lake of the tests", SHARDING.shards).await?;
    let loaded = load_partition(lake, SHARDING, 0).await?;
    let so_far: Vec<MeterDay> = log[..*committed].iter().flatten().cloned().collect();
    if *committed > 0 {
        let stories = loaded.stories();
        let expected = log[..*committed].iter().flatten().count();
        assert!(!stories.is_empty(), "{expected} rows were committed");
    }
    let lost = Differences::of(&so_far, &so_far, loaded.stories()).lost;
    assert!(
        *committed == 0 || lost == 0,
        "a load misses {lost} of what was committed"
    );
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

async fn compact(lake: &Lake, folder: LedgerFolder) -> Result<(), AggregateError> {
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
    Differences::of(sent, &found, loaded.stories())
}

/// Every fault at every operation, twice: with a lake that does not try again, so that each fault ends the process, and
/// with one that does.
#[tokio::test(flavor = "multi_thread")]
async fn no_fault_of_the_store_loses_or_doubles_anything() {
    let mut table = vec![format!(
        "{:<20} {:<8} {:>8} {:>9} {:>5} {:>8}",
        "fault", "of", "injected", "restarts", "lost", "doubled"
    )];
    let mut bad = Vec::new();
    for fault in Fault::ALL {
        for operation in Operation::ALL {
            let mut injected = 0;
            let mut restarts = 0;
            let mut differences = Differences::default();
            let plays = [0, 1, 2].map(|seed| Plan {
                operation,
                fault,
                seed,
            });
            let plays = plays.into_iter().flat_map(|plan| {
                [Duration::ZERO, Duration::from_secs(10)].map(|patience| {
                    tokio::spawn(async move { (plan, patience, play(plan, patience).await) })
                })
            });
            for play in plays.collect::<Vec<_>>() {
                let (plan, patience, outcome) = play.await.expect("a play");
                assert!(
                    patience.is_zero() || outcome.restarts == 0,
                    "{plan:?} is tried again until it passes"
                );
                injected += outcome.injected;
                restarts += outcome.restarts;
                differences.lost += outcome.differences.lost;
                differences.doubled += outcome.differences.doubled;
            }
            assert!(injected > 0, "{fault:?} of {operation:?} met nothing");
            let fault = format!("{fault:?}");
            let operation = format!("{operation:?}");
            let Differences { lost, doubled } = differences;
            table.push(format!(
                "{fault:<20} {operation:<8} {injected:>8} {restarts:>9} {lost:>5} {doubled:>8}"
            ));
            bad.extend((differences != Differences::default()).then_some((fault, operation)));
        }
    }
    let table = table.join("\n");
    show(&table);
    assert!(bad.is_empty(), "{bad:?}\n{table}");
}

#[allow(
    clippy::print_stdout,
    reason = "read with --nocapture, and in CI's log"
)]
fn show(table: &str) {
    println!("{table}");
}
