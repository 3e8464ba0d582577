//! Takes over assigned partitions.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bus::{BusError, Commit, GroupConsumer};
use chassis::{chain, failpoint};
use events::{Place, Topic};
use lake::LogGap;
use tokio::task::block_in_place;

use super::loads::LoadedPartition;
use super::{Owned, Worker};
use crate::AggregateError;
use crate::foreign_writes::ForeignWrites;
use crate::gap::gaps;
use crate::load::load;
use crate::log_epoch::{Apart, Committed, Note};
use crate::partition::Partition;

/// The total time, and below it the interval, for repeating a question to the broker that the worker cannot continue without.
const ASKED_FOR: Duration = Duration::from_secs(60);
const ASKED_EVERY: Duration = Duration::from_millis(500);

impl Worker {
    /// Begins to read the histories of new partitions back from the ledger. Rows that others write meanwhile are in the log
    /// beyond the committed offset, and are read from there.
    pub(super) async fn assigned(&mut self, partitions: Vec<i32>) -> Result<(), AggregateError> {
        self.health
            .readiness
            .wait("group", "reading the ledger back");
        self.generation += 1;
        for number in partitions {
            let (lake, sharding) = (self.lake.clone(), self.sharding);
            let committed = self.committed(number);
            self.loads.start(number, self.generation, async move {
                // Asked before the ledger is read: a later commit may cover rows that this read missed.
                let committed = committed.await?;
                block_in_place(|| failpoint!("aggregate.loading"));
                let loaded = load(&lake, sharding, number, &committed.rows).await?;
                Ok((committed, loaded))
            });
        }
        match self.loads.is_empty() {
            true => self.all_loaded().await,
            false => Ok(()),
        }
    }

    /// Waits until a partition is loaded, if it is being read. Kafka delivers none of its records before; the log of `up` does.
    pub(super) async fn await_load(&mut self, number: i32) -> Result<(), AggregateError> {
        while self.loads.is_loading(number)
            && let Some(loaded) = self.loads.next().await
        {
            self.take_loaded(loaded?).await?;
        }
        Ok(())
    }

    /// Takes a partition over, and has its records delivered.
    pub(super) async fn take_loaded(
        &mut self,
        loaded: LoadedPartition,
    ) -> Result<(), AggregateError> {
        let number = loaded.number;
        match self.take_over(loaded).await? {
            true => self.consumer.resume(number),
            false => self.read_elsewhere = true,
        }
        match self.loads.is_empty() {
            true => self.all_loaded().await,
            false => Ok(()),
        }
    }

    /// Returns whether the partition is owned now. If not, its log has to be read from another offset.
    async fn take_over(&mut self, read: LoadedPartition) -> Result<bool, AggregateError> {
        let LoadedPartition {
            number,
            generation,
            committed,
            loaded,
        } = read;
        let apart = committed.mismatches(&loaded.there, &loaded.found);
        let mut state = loaded.state;
        state.lake = self.lake_id.clone();
        state.log = self.lake.log(number).await?.max(committed.log);
        let firsts = self
            .with_retries(|group| group.firsts(&Topic::LEDGER, number))
            .await?;
        let gone = self
            .look_for_gaps(number, &committed, &loaded.reached, &apart, &firsts)
            .await?;
        let is_new = committed.next.is_empty();
        state.position = committed.next;
        state.logs = committed.logs;
        // The reading starts after them, so that the first batch does not report them as skipped once more.
        let after = gone.iter().map(|gap| (gap.topic, gap.to));
        state.position.extend(after);
        state.last = committed.rows;
        if !apart.is_empty()
            && !self
                .bring_together(number, &mut state, &apart, &firsts)
                .await?
        {
            return Ok(false);
        }
        if is_new {
            self.claim(number, &state, &firsts);
        }
        let ends = self
            .with_retries(|group| group.ends(&Topic::LEDGER, number))
            .await?;
        let log = firsts.into_iter().map(|(topic, first)| {
            let end = ends.get(&topic).copied().unwrap_or(first);
            (topic, first..end)
        });
        tracing::info!(
            partition = number,
            schools = state.histories.len(),
            "partition loaded"
        );
        let owned = Owned {
            state,
            generation,
            foreign_writes: ForeignWrites::default(),
            log: log.collect(),
        };
        self.partitions.insert(number, owned);
        self.owned_changed();
        Ok(true)
    }

    /// What follows once no partition is being read any more.
    pub(super) async fn all_loaded(&mut self) -> Result<(), AggregateError> {
        self.check_others().await?;
        failpoint!("aggregate.loaded");
        if std::mem::take(&mut self.read_elsewhere) {
            // Until the group assigns the partitions again, the worker ignores records of partitions it does not own.
            return Ok(self.consumer.rejoin()?);
        }
        self.health.readiness.ready("group");
        Ok(())
    }

    /// Stores the gaps between the merged offsets and the first record of the log, and reports them until an operator has
    /// acknowledged them. A topic without commits and without rows in the ledger has not been read yet, so it has no gap.
    async fn look_for_gaps(
        &self,
        number: i32,
        committed: &Committed,
        reached: &BTreeMap<Topic, i64>,
        apart: &[Apart],
        firsts: &BTreeMap<Topic, i64>,
    ) -> Result<Vec<LogGap>, AggregateError> {
        let mut merged = committed.next.clone();
        for apart in apart {
            // The group's offsets are ahead of this ledger.
            let topic = apart.topic();
            merged.insert(topic, reached.get(&topic).copied().unwrap_or(0));
        }
        let log = |topic| committed.logs.get(&topic).copied();
        let log = |topic| log(topic).unwrap_or(committed.log);
        let found = gaps(number, log, &merged, firsts);
        self.report_gaps(number, &found).await?;
        Ok(found)
    }

    /// Returns what is committed for a partition. Fails if it was committed for another lake.
    fn committed(
        &self,
        partition: i32,
    ) -> impl Future<Output = Result<Committed, AggregateError>> + Send + use<> {
        let (consumer, ours) = (self.consumer.clone(), self.lake_id.clone());
        let url = self.config.lake.url.clone();
        async move {
            let committed = with_retries(&consumer, |group| {
                group.committed(&Topic::LEDGER, partition)
            });
            let committed = Committed::of(committed.await?);
            match committed.other_lake(&ours) {
                None => Ok(committed),
                Some(theirs) => Err(AggregateError::AnotherLake {
                    partition,
                    theirs: theirs.to_owned(),
                    ours,
                    url,
                }),
            }
        }
    }

    /// If nothing is committed for a partition, commits its first offset with a note of this lake, so that an aggregate of
    /// another lake learns of this lake before either has written anything.
    fn claim(&self, partition: i32, state: &Partition, firsts: &BTreeMap<Topic, i64>) {
        let topic = Topic::Register;
        let Some(offset) = firsts.get(&topic).copied() else {
            return;
        };
        let next = Place { partition, offset };
        let note = Note {
            lake: self.lake_id.clone(),
            log: state.log,
            row: None,
        };
        let note = note.text();
        // The broker refuses this when the group has moved on: then the next owner claims the partition.
        block_in_place(|| self.consumer.commit(&[Commit { topic, next, note }]))
            .inspect_err(|error| tracing::warn!(error = chain(error), "partition not claimed"))
            .ok();
    }

    /// Fails if any partition is committed for another lake: the owner is in the same group by mistake. This process has noted
    /// its own lake before it checks, so of two processes that start together at least one sees the other.
    async fn check_others(&self) -> Result<(), AggregateError> {
        let others = 0..self.sharding.partitions as i32;
        for partition in others.filter(|number| !self.partitions.contains_key(number)) {
            self.committed(partition).await?;
        }
        Ok(())
    }

    async fn with_retries<T>(
        &self,
        question: impl Fn(&GroupConsumer) -> Result<T, BusError>,
    ) -> Result<T, BusError> {
        with_retries(&self.consumer, question).await
    }

    /// Begins a new log where log and ledger do not belong together, and commits that the topics are read from their first
    /// record. Returns whether they are read from there already; if not, the reading starts there when the partition is
    /// assigned again.
    async fn bring_together(
        &mut self,
        number: i32,
        state: &mut Partition,
        apart: &[Apart],
        firsts: &BTreeMap<Topic, i64>,
    ) -> Result<bool, AggregateError> {
        let why: Vec<String> = apart.iter().map(|apart| apart.why()).collect();
        let why = why.join("; ");
        let log = self.lake.begin_log(number, state.log, &why).await?;
        tracing::warn!(
            partition = number,
            log,
            why,
            "the log is read from its beginning"
        );
        let topics: Vec<Topic> = apart.iter().map(|apart| apart.topic()).collect();
        let mut commits = Vec::new();
        for apart in apart {
            let topic = apart.topic();
            let Some(offset) = firsts.get(&topic).copied() else {
                continue;
            };
            let next = Place {
                partition: number,
                offset,
            };
            let note = Note {
                lake: self.lake_id.clone(),
                log,
                row: None,
            };
            let note = note.text();
            commits.push(Commit { topic, next, note });
            state.last.remove(&topic);
            self.metrics
                .logs_begun
                .with_label_values(&[apart.reason()])
                .inc();
        }
        state.begin(log, &topics);
        // The broker refuses this when the group has moved on: then the next owner finds the same mismatch.
        block_in_place(|| self.consumer.commit(&commits))
            .inspect_err(|error| tracing::warn!(error = chain(error), "offsets not committed"))
            .ok();
        Ok(apart.iter().all(|apart| matches!(apart, Apart::Log(_))))
    }
}

/// Asks the broker, and retries for a while: a broker that has just come back, or is far away, answers late.
async fn with_retries<T>(
    consumer: &GroupConsumer,
    question: impl Fn(&GroupConsumer) -> Result<T, BusError>,
) -> Result<T, BusError> {
    let deadline = Instant::now() + ASKED_FOR;
    loop {
        match block_in_place(|| question(consumer)) {
            Err(error) if Instant::now() < deadline => {
                tracing::warn!(error = chain(&error), "asking again");
            }
            answer => return answer,
        }
        tokio::time::sleep(ASKED_EVERY).await;
    }
}
