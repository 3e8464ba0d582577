//! Random histories of one partition on a real lake in memory: deliveries, flushes, crashes at any call of the store and
//! before and after commits, new owners beside stale ones that still write, merges and deletions by any of them, and
//! readers at every moment. A reader never misses a committed row, and in the end the ledger equals the log and the sums
//! equal those of the ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use aggregate::{
    AggregateError, Batch, Partition, SchoolDay, delete, load_partition, look_up, merge,
    read_events, read_readings, step, wanted, write,
};
use events::{Sharding, Topic};
use footprint::ledger::{Identity, LedgerEvent, MeterDay};
use footprint::view::union;
use lake::Lake;
use object_store::ObjectStore;
use object_store::memory::InMemory;
use proptest::prelude::*;
use proptest::sample::Index;
use tokio::runtime::Runtime;

use crate::properties::withdrawn::withdrawals;
use crate::properties::{Stands, from_scratch_without, rows};
use crate::stores::faulty::Faulty;

/// The next step. Owners are counted from the first; the last one is the current member of the group.
#[derive(Debug, Clone)]
enum Happens {
    /// An owner reads so many more records and merges them.
    Reads(Index, usize),
    /// An owner writes its pending rows; the group accepts the commit of its current member only.
    Flushes(Index),
    /// An owner writes its pending rows, and is killed after so many calls of the store or before it commits.
    DiesWriting(usize),
    /// The current owner is killed, and a new one starts at the committed offset.
    Dies,
    /// The group assigns the partition to a new owner; the old one has not noticed yet.
    IsReplaced,
    /// An owner merges the objects it finds, to delete them later.
    Merges(Index),
    /// An owner is killed while it merges, after so many calls of the store.
    DiesMerging(Index, usize),
    /// An owner deletes the objects it merged a while ago.
    Deletes(Index),
    /// An owner is killed while it deletes, after so many calls of the store.
    DiesDeleting(Index, usize),
}

fn happens() -> impl Strategy<Value = Happens> {
    let any_owner = any::<Index>;
    prop_oneof![
        6 => (any_owner(), 1usize..5).prop_map(|(owner, records)| Happens::Reads(owner, records)),
        4 => any_owner().prop_map(Happens::Flushes),
        1 => (0usize..6).prop_map(Happens::DiesWriting),
        1 => Just(Happens::Dies),
        1 => Just(Happens::IsReplaced),
        2 => any_owner().prop_map(Happens::Merges),
        1 => (any_owner(), 0usize..12).prop_map(|(owner, calls)| Happens::DiesMerging(owner, calls)),
        2 => any_owner().prop_map(Happens::Deletes),
        1 => (any_owner(), 0usize..4).prop_map(|(owner, calls)| Happens::DiesDeleting(owner, calls)),
    ]
}

/// One record of the log.
#[derive(Debug, Clone)]
enum Record {
    Reading(Box<MeterDay>),
    Withdrawal(LedgerEvent),
}

/// Readings and withdrawals in the order in which they were received.
fn log() -> impl Strategy<Value = Vec<Record>> {
    (rows(), withdrawals()).prop_map(|(rows, withdrawals)| {
        let rows = rows.into_iter().map(Box::new).map(Record::Reading);
        let withdrawals = withdrawals.into_iter().map(Record::Withdrawal);
        let mut log: Vec<Record> = rows.chain(withdrawals).collect();
        log.sort_by_key(|record| match record {
            Record::Reading(row) => row.origin.received,
            Record::Withdrawal(row) => row.origin.received,
        });
        log
    })
}

/// The readings and the withdrawals among some records.
fn by_kind(records: &[Record]) -> (Vec<MeterDay>, Vec<LedgerEvent>) {
    let (mut readings, mut withdrawals) = (Vec::new(), Vec::new());
    for record in records {
        match record {
            Record::Reading(row) => readings.push((**row).clone()),
            Record::Withdrawal(row) => withdrawals.push(row.clone()),
        }
    }
    (readings, withdrawals)
}

/// One process that owns the partition, or is a stale owner.
struct Owner {
    state: Partition,
    /// The next record it reads.
    next: usize,
    /// Merged objects, to be deleted.
    pending_deletes: Vec<String>,
}

struct World {
    store: Arc<dyn ObjectStore>,
    lake: Lake,
    sharding: Sharding,
    log: Vec<Record>,
    committed: usize,
    owners: Vec<Owner>,
}

impl World {
    async fn new(log: Vec<Record>) -> Self {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let mut world = World {
            lake: Lake::over(store.clone(), Duration::ZERO),
            store,
            sharding: Sharding::new(2, 1).expect("a sharding"),
            log,
            committed: 0,
            owners: Vec::new(),
        };
        world.begin().await;
        world
    }

    /// A new owner reads the ledger and resumes at the committed offset.
    async fn begin(&mut self) {
        let next = self.committed;
        let state = load_partition(&self.lake, self.sharding, 0)
            .await
            .expect("a partition");
        self.owners.push(Owner {
            state,
            next,
            pending_deletes: Vec::new(),
        });
    }

    async fn apply(&mut self, event: Happens) {
        match event {
            Happens::Reads(owner, records) => {
                self.read(owner.index(self.owners.len()), records).await
            }
            Happens::Flushes(owner) => {
                let owner = owner.index(self.owners.len());
                self.write(owner, &self.lake.clone())
                    .await
                    .expect("written");
                if owner + 1 == self.owners.len() {
                    self.committed = self.owners[owner].next;
                }
            }
            Happens::DiesWriting(calls) => {
                let owner = self.owners.len() - 1;
                let _killed = self.write(owner, &self.mortal(calls)).await;
                self.dies(owner).await;
            }
            Happens::Dies => self.dies(self.owners.len() - 1).await,
            Happens::IsReplaced => self.begin().await,
            Happens::Merges(owner) => {
                let owner = owner.index(self.owners.len());
                self.merge(owner, &self.lake.clone()).await.expect("merged");
            }
            Happens::DiesMerging(owner, calls) => {
                let owner = owner.index(self.owners.len());
                let _killed = self.merge(owner, &self.mortal(calls)).await;
                self.dies(owner).await;
            }
            Happens::Deletes(owner) => {
                let owner = owner.index(self.owners.len());
                let pending_deletes = std::mem::take(&mut self.owners[owner].pending_deletes);
                delete(self.lake.clone(), pending_deletes)
                    .await
                    .expect("deleted");
            }
            Happens::DiesDeleting(owner, calls) => {
                let owner = owner.index(self.owners.len());
                let pending_deletes = std::mem::take(&mut self.owners[owner].pending_deletes);
                let _killed = delete(self.mortal(calls), pending_deletes).await;
                self.dies(owner).await;
            }
        }
    }

    /// The lake as seen by a process that is killed after so many calls.
    fn mortal(&self, calls: usize) -> Lake {
        let store = Faulty::dies_after(self.store.clone(), calls);
        Lake::over(Arc::new(store), Duration::ZERO)
    }

    /// An owner is gone; if it was the current member, a new one starts at the committed offset.
    async fn dies(&mut self, owner: usize) {
        self.owners.remove(owner);
        if owner == self.owners.len() {
            self.begin().await;
        }
    }

    async fn merge(&mut self, owner: usize, lake: &Lake) -> Result<(), AggregateError> {
        let topics = [Topic::Readings, Topic::Withdrawals];
        let [mut folders, withdrawals] =
            [self.folders(topics[0]).await, self.folders(topics[1]).await];
        folders.extend(withdrawals);
        for folder in folders {
            let merged = merge(lake, folder, 2).await?;
            self.owners[owner].pending_deletes.extend(merged);
        }
        Ok(())
    }

    async fn read(&mut self, owner: usize, records: usize) {
        let owner = &mut self.owners[owner];
        let until = (owner.next + records).min(self.log.len());
        let (readings, events) = by_kind(&self.log[owner.next..until]);
        let next = until as i64;
        let batch = Batch {
            readings: readings.into_iter().map(Arc::new).collect(),
            events,
            position: BTreeMap::from([(Topic::Readings, next), (Topic::Withdrawals, next)]),
            ..Batch::default()
        };
        let wanted = wanted(&owner.state, &batch);
        let found = look_up(&self.lake, self.sharding, wanted)
            .await
            .expect("rows");
        step(&mut owner.state, batch, found);
        owner.next = until;
    }

    async fn write(&mut self, owner: usize, lake: &Lake) -> Result<(), AggregateError> {
        let state = &mut self.owners[owner].state;
        let (flush, tail) = state.take_tail();
        write(lake, self.sharding, tail).await?;
        state.mark_written(flush, 2_000);
        Ok(())
    }

    async fn folders(&self, topic: Topic) -> Vec<lake::LedgerFolder> {
        let all = self.lake.ledger_folders(topic, |_| true);
        all.await.expect("folders")
    }

    async fn ledger(&self) -> (Vec<MeterDay>, Vec<LedgerEvent>) {
        let (mut readings, mut withdrawals) = (Vec::new(), Vec::new());
        for folder in self.folders(Topic::Readings).await {
            readings.extend(read_readings(&self.lake, folder).await.expect("rows"));
        }
        for folder in self.folders(Topic::Withdrawals).await {
            withdrawals.extend(read_events(&self.lake, folder).await.expect("rows"));
        }
        (readings, withdrawals)
    }

    /// The invariants of a reader at any moment: it finds everything committed, and nothing that was never sent.
    async fn check_invariants(&self) -> Result<(), TestCaseError> {
        type Names = BTreeSet<(Option<SchoolDay>, Identity)>;
        let names = |(readings, withdrawals): (Vec<MeterDay>, Vec<LedgerEvent>)| -> Names {
            let of_readings = readings
                .iter()
                .map(|row| (Some((row.urn, row.key())), row.identity.clone()));
            let of_withdrawals = withdrawals.iter().map(|row| (None, row.identity.clone()));
            of_readings.chain(of_withdrawals).collect()
        };
        let ledger = names(self.ledger().await);
        let sent = names(by_kind(&self.log));
        let committed = names(by_kind(&self.log[..self.committed]));
        prop_assert!(
            committed.is_subset(&ledger),
            "committed and not in the ledger"
        );
        prop_assert!(ledger.is_subset(&sent), "in the ledger and never sent");
        Ok(())
    }

    /// The current owner reads to the end and writes.
    async fn finish(&mut self) -> BTreeMap<SchoolDay, Stands> {
        let last = self.owners.len() - 1;
        let all = self.log.len();
        self.read(last, all).await;
        self.write(last, &self.lake.clone()).await.expect("written");
        self.committed = all;
        let histories = self.owners[last].state.histories();
        let (readings, _) = by_kind(&self.log);
        let days = readings.iter().map(|row| (row.urn, row.key()));
        let stands = |day: SchoolDay| {
            let history = histories.get(&day.0)?;
            let contradictions = history.contradictions(&day.1).cloned();
            let sum = history.day(&day.1)?;
            Some((day, (sum, contradictions.unwrap_or_default())))
        };
        days.filter_map(stands).collect()
    }
}

async fn simulate(log: Vec<Record>, history: Vec<Happens>) -> Result<(), TestCaseError> {
    let mut world = World::new(log).await;
    for event in history {
        world.apply(event).await;
        world.check_invariants().await?;
    }
    let sums = world.finish().await;
    world.check_invariants().await?;
    let (readings, withdrawals) = by_kind(&world.log);
    let expected = from_scratch_without(&readings, &withdrawals);
    prop_assert_eq!(&sums, &expected, "sums by differences");
    let (readings, withdrawals) = world.ledger().await;
    let ledger = from_scratch_without(&readings, &withdrawals);
    prop_assert_eq!(ledger, expected.clone(), "the ledger");
    prop_assert_eq!(union(&readings).1.len(), 0, "two rows of one name differ");
    // A new process computes the same from the ledger alone.
    world.begin().await;
    prop_assert_eq!(world.finish().await, expected, "read back");
    Ok(())
}

/// The number of histories in a run; `SIMULATED_HISTORIES=10000` for a long one.
fn histories() -> u32 {
    let set = std::env::var("SIMULATED_HISTORIES").ok();
    set.and_then(|count| count.parse().ok()).unwrap_or(150)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: histories(), ..ProptestConfig::default() })]

    #[test]
    fn after_any_faults_the_ledger_equals_the_log(
        log in log(),
        history in proptest::collection::vec(happens(), 1..25),
    ) {
        static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));
        RUNTIME.block_on(simulate(log, history))?;
    }
}
