//! Every fault at every operation of a real store.

use std::collections::BTreeMap;

use futures::stream::{self, StreamExt};
use lake::{Lake, LakeConfig};

use crate::chance::Chance;
use crate::faults::oracle::Differences;
use crate::faults::report::{long, report};
use crate::servers::azurite::Azurite;
use crate::servers::proxy::{Fate, Proxy};
use crate::servers::s3::S3;
use crate::stores::faulty::{Fault, Operation, Plan};
use crate::stores::play::play;
use crate::stores::{on_azure, on_s3};

const SEEDS: u64 = 5;
/// Most of them wait most of the time.
const AT_ONCE: usize = 12;
/// The time in which the slowest machine gets past a fault. The tests check that retries help, not how many are needed.
const PATIENCE_SECONDS: u64 = 60;
/// Objects of each kind, enough to meet a fault that one of five has.
const READS: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn no_fault_of_an_s3_service_loses_or_doubles_anything() {
    let s3 = S3::start().await;
    every_fault("S3", on_s3(&s3)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_fault_of_azure_blob_storage_loses_or_doubles_anything() {
    let azurite = Azurite::start().await;
    every_fault("Azure", on_azure(&azurite)).await;
}

/// A plan, on a lake with retries or on one without, on which every fault ends the process.
#[derive(Clone, Copy)]
struct Cell {
    plan: Plan,
    patient: bool,
}

/// The outcome of a fault in all cells.
#[derive(Default)]
struct Row {
    injected: usize,
    restarts: usize,
    found: Differences,
}

async fn every_fault(name: &str, store: LakeConfig) {
    let seeds = if long() {
        0..SEEDS
    } else {
        let seed = Chance::seed() % SEEDS;
        seed..seed + 1
    };
    let mut cells = Vec::new();
    for seed in seeds {
        for fault in Fault::ALL {
            for operation in Operation::ALL {
                let plan = Plan {
                    operation,
                    fault,
                    seed,
                };
                // The short form tests one of the two, which depends on the seed and the cell.
                let turn = (cells.len() as u64 + fault as u64 + seed).is_multiple_of(2);
                let both = [true, false].map(|patient| Cell { plan, patient });
                cells.extend(
                    both.into_iter()
                        .filter(|cell| long() || cell.patient == turn),
                );
            }
        }
    }
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut outcomes = stream::iter(cells)
        .map(|cell| tokio::spawn(play_on(store.clone(), cell)))
        .buffer_unordered(AT_ONCE);
    while let Some(outcome) = outcomes.next().await {
        let (cell, one) = outcome.expect("a cell");
        let row = rows.entry(format!("{:?}", cell.plan.fault)).or_default();
        row.injected += one.injected;
        row.restarts += one.restarts;
        row.found.lost += one.found.lost;
        row.found.doubled += one.found.doubled;
        row.found.messages.extend(one.found.messages);
    }
    for (fault, row) in rows {
        let fault = format!("{name}: {fault}, ended {} times", row.restarts);
        report(&fault, row.injected, None, &row.found);
    }
}

async fn play_on(store: LakeConfig, cell: Cell) -> (Cell, Row) {
    let Cell { plan, patient } = cell;
    let folder = format!(
        "{:?}-{:?}-{}-{patient}",
        plan.fault, plan.operation, plan.seed
    );
    let direct = LakeConfig {
        url: format!("{}/{folder}", store.url),
        ..store
    };
    let proxy = Proxy::in_front_of(&direct.options["endpoint"]).await;
    proxy.plan(move |call| {
        if call.operation == plan.operation && plan.fails(call.number) {
            Fate::Fails(plan.fault)
        } else {
            Fate::Passes
        }
    });
    let mut behind = direct.clone();
    // Longer than an answer takes on a busy machine.
    let timeout = if plan.fault == Fault::TimedOut {
        "2 seconds"
    } else {
        "30 seconds"
    };
    for (name, value) in [("endpoint", proxy.endpoint.as_str()), ("timeout", timeout)] {
        behind.options.insert(name.to_owned(), value.to_owned());
    }
    behind.patience_seconds = Some(if patient { PATIENCE_SECONDS } else { 0 });
    let lake = behind.open().expect("a lake");
    let clean = direct.open().expect("a lake");
    let played = play(&lake, &clean).await;
    let mut messages = Vec::new();
    if !reads_are_whole(&lake, &clean).await {
        messages.push(format!(
            "{plan:?}, patient {patient}: a part was taken for a whole"
        ));
    }
    let (lost, doubled) = (played.differences.lost, played.differences.doubled);
    if lost + doubled > 0 {
        messages.push(format!(
            "{plan:?}, patient {patient}: lost {lost}, doubled {doubled}"
        ));
    }
    if patient && played.restarts > 0 {
        messages.push(format!("{plan:?}: gave up {} times", played.restarts));
    }
    if proxy.injected() == 0 {
        messages.push(format!("{plan:?}, patient {patient}: met nothing"));
    }
    let found = Differences {
        lost,
        doubled,
        messages,
    };
    let row = Row {
        injected: proxy.injected(),
        restarts: played.restarts,
        found,
    };
    (cell, row)
}

/// Reads everything several times: each gives all of an object or fails.
async fn reads_are_whole(lake: &Lake, clean: &Lake) -> bool {
    for key in clean.list("ledger").await.expect("a list") {
        let whole = clean.read(&key).await.expect("a get");
        for _ in 0..READS {
            let read = lake.read(&key).await;
            if read.is_ok_and(|read| read != whole) {
                return false;
            }
        }
    }
    true
}
