//! Flush, merge and load on a store that fails: no row is lost or counted twice.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use aggregate::{read_readings, write};
use footprint::ledger::Identity;
use lake::{Lake, LedgerFolder};
use object_store::ObjectStore;
use object_store::memory::InMemory;

use super::faulty::{Fault, Faulty, Operation, Plan};
use super::log::{Differences, SHARDING, batches, tail};
use super::play::{compact, play};

/// The outcome of one plan.
#[derive(Default)]
struct Outcome {
    injected: usize,
    /// The number of restarts of the process.
    restarts: usize,
    differences: Differences,
    /// Whether a fault ended the process in spite of retries.
    gave_up: bool,
}

/// Plays a log on a store that fails by `plan`.
async fn one(plan: Plan, patience: Duration) -> Outcome {
    let kept: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let faulty = Faulty::new(kept.clone(), plan);
    let lake = Lake::over(Arc::new(faulty.clone()), patience);
    let played = play(&lake, &Lake::over(kept, Duration::ZERO)).await;
    Outcome {
        injected: faulty.injected(),
        restarts: played.restarts,
        differences: played.differences,
        gave_up: false,
    }
}

/// Every fault at every operation, twice: on a lake without retries, where each fault ends the process, and on one with
/// retries.
#[tokio::test(flavor = "multi_thread")]
async fn no_fault_of_the_store_loses_or_doubles_anything() {
    let mut table = vec![format!(
        "{:<20} {:<8} {:>8} {:>9} {:>5} {:>8}",
        "fault", "of", "injected", "restarts", "lost", "doubled"
    )];
    let mut bad = Vec::new();
    for fault in Fault::ALL {
        let cells = Operation::ALL.map(|operation| tokio::spawn(cell(fault, operation)));
        for (cell, operation) in cells.into_iter().zip(Operation::ALL) {
            let Outcome {
                injected,
                restarts,
                differences,
                gave_up,
            } = cell.await.expect("a cell");
            assert!(injected > 0, "{fault:?} of {operation:?} met nothing");
            let (fault, operation) = (format!("{fault:?}"), format!("{operation:?}"));
            let Differences { lost, doubled } = differences;
            table.push(format!(
                "{fault:<20} {operation:<8} {injected:>8} {restarts:>9} {lost:>5} {doubled:>8}"
            ));
            let wrong = gave_up || differences != Differences::default();
            bad.extend(wrong.then_some((fault, operation, gave_up)));
        }
    }
    let table = table.join("\n");
    show(&table);
    assert!(bad.is_empty(), "{bad:?}\n{table}");
}

/// A fault at an operation, summed over three seeds, with and without retries.
async fn cell(fault: Fault, operation: Operation) -> Outcome {
    let mut sum = Outcome::default();
    let plays = [0, 1, 2].map(|seed| Plan {
        operation,
        fault,
        seed,
    });
    let plays = plays.into_iter().flat_map(|plan| {
        [Duration::ZERO, Duration::from_secs(10)]
            .map(|patience| tokio::spawn(async move { (patience, one(plan, patience).await) }))
    });
    for play in plays.collect::<Vec<_>>() {
        let (patience, outcome) = play.await.expect("a play");
        sum.gave_up |= !patience.is_zero() && outcome.restarts > 0;
        sum.injected += outcome.injected;
        sum.restarts += outcome.restarts;
        sum.differences.lost += outcome.differences.lost;
        sum.differences.doubled += outcome.differences.doubled;
    }
    sum
}

#[allow(
    clippy::print_stdout,
    reason = "read with --nocapture, and in CI's log"
)]
fn show(table: &str) {
    println!("{table}");
}

/// Readers on a slow store list objects that are merged and deleted before they are read. Nothing waits for the readers: a
/// listing of the store in memory is consistent, so no grace time is needed.
#[tokio::test(flavor = "multi_thread")]
async fn slow_readers_see_every_row_of_objects_merged_meanwhile() {
    let kept: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let slow_store = Arc::new(Faulty::new(
        kept.clone(),
        Plan {
            operation: Operation::Get,
            fault: Fault::Slow,
            seed: 0,
        },
    ));
    let (fast, slow) = (
        Lake::over(kept, Duration::ZERO),
        Lake::over(slow_store.clone(), Duration::ZERO),
    );
    let mut there = 0;
    for rows in batches(40) {
        let folder = write(&fast, SHARDING, tail(&rows, &[]))
            .await
            .expect("a flush")[0];
        there += 1;
        let before = slow_store.injected();
        let (reader, lake) = (tokio::spawn(read(slow.clone(), folder)), fast.clone());
        // Each reader meets the merge at another object.
        while slow_store.injected() < before + there % 6 && !reader.is_finished() {
            tokio::task::yield_now().await;
        }
        compact(&lake, folder).await.expect("a merge");
        let wanted: BTreeSet<_> = batches(there as u32)
            .into_iter()
            .flatten()
            .map(|row| row.identity)
            .collect();
        assert_eq!(reader.await.expect("a reader"), wanted);
    }
}

async fn read(lake: Lake, folder: LedgerFolder) -> BTreeSet<Identity> {
    let rows = read_readings(&lake, folder).await.expect("rows");
    rows.into_iter().map(|row| row.identity).collect()
}
