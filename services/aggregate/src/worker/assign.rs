//! Takes over assigned partitions.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bus::{BusError, Commit, GroupConsumer};
use chassis::{chain, failpoint};
use events::{Place, Topic};
use lake::LogGap;
use tokio::task::{JoinSet, block_in_place};

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
/// Partitions that are read from the ledger at the same time.
const PARTITIONS_AT_ONCE: usize = 2;

impl Worker {
    /// Reads the histories of new partitions back from the ledger. Rows that others write meanwhile are in the log beyond the
    /// committed offset, and are read from there.
    pub(super) async fn assigned(&mut self, partitions: Vec<i32>) -> Result<(), AggregateError> {
        self.health
            .readiness
            .wait("group", "reading the ledger back");
        self.generation += 1;
        let mut read_elsewhere = false;
        let mut waiting = Vec::new();
        for number in partitions {
            // Queried before the ledger is read: a later commit may cover rows that this read missed.
            waiting.push((number, self.committed(number).await?));
        }
        let mut loads = JoinSet::new();
        loop {
            while loads.len() < PARTITIONS_AT_ONCE
                && let Some((number, committed)) = waiting.pop()
            {
                let (lake, sharding) = (self.lake.clone(), self.sharding);
                loads.spawn(async move {
                    let loaded = load(&lake, sharding, number, &committed.rows).await?;
                    Ok::<_, AggregateError>((number, committed, loaded))
                });
            }
            let Some(loaded) = loads.join_next().await else {
                break;
            };
            let (number, committed, loaded) =
                loaded.map_err(|_| AggregateError::Ended("load"))??;
            let apart = committed.mismatches(&loaded.there, &loaded.found);
            let mut state = loaded.state;
            state.lake = self.lake_id.clone();
            state.log = self.lake.log(number).await?.max(committed.log);
            let gone = self
                .look_for_gaps(number, &committed, &loaded.reached, &apart)
                .await?;
            let is_new = committed.next.is_empty();
            state.position = committed.next;
            // The reading starts after them, so that the first batch does not report them as skipped once more.
            let after = gone.iter().map(|gap| (gap.topic, gap.to));
            state.position.extend(after);
            state.last = committed.rows;
            if !apart.is_empty() && !self.bring_together(number, &mut state, &apart).await? {
                read_elsewhere = true;
                continue;
            }
            if is_new {
                self.claim(number, &state).await?;
            }
            tracing::info!(
                partition = number,
                schools = state.histories.len(),
                "partition loaded"
            );
            self.partitions.insert(
                number,
                Owned {
                    state,
                    generation: self.generation,
                    foreign_writes: ForeignWrites::default(),
                },
            );
        }
        self.check_others().await?;
        failpoint!("aggregate.loaded");
        self.owned_changed();
        if read_elsewhere {
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
    ) -> Result<Vec<LogGap>, AggregateError> {
        let mut merged = committed.next.clone();
        for apart in apart {
            // The group's offsets are ahead of this ledger.
            let topic = apart.topic();
            merged.insert(topic, reached.get(&topic).copied().unwrap_or(0));
        }
        let topics: Vec<Topic> = merged.keys().copied().collect();
        let first = self
            .with_retries(|group| group.firsts(&topics, number))
            .await?;
        // Uses the log number of the commit: a gap found again after a kill is the same gap, even if a new log has begun since.
        let found = gaps(number, committed.log, &merged, &first);
        self.report_gaps(number, &found).await?;
        Ok(found)
    }

    /// Returns what is committed for a partition. Fails if it was committed for another lake.
    async fn committed(&self, partition: i32) -> Result<Committed, AggregateError> {
        let committed = self.with_retries(|group| group.committed(&Topic::LEDGER, partition));
        let committed = Committed::of(committed.await?);
        match committed.other_lake(&self.lake_id) {
            None => Ok(committed),
            Some(theirs) => Err(AggregateError::AnotherLake {
                partition,
                theirs: theirs.to_owned(),
                ours: self.lake_id.clone(),
                url: self.config.lake.url.clone(),
            }),
        }
    }

    /// If nothing is committed for a partition, commits its first offset with a note of this lake, so that an aggregate of
    /// another lake learns of this lake before either has written anything.
    async fn claim(&self, partition: i32, state: &Partition) -> Result<(), AggregateError> {
        let topic = Topic::Register;
        let first = self
            .with_retries(|group| group.firsts(&[topic], partition))
            .await?;
        let Some(offset) = first.get(&topic).copied() else {
            return Ok(());
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
        Ok(())
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

    /// Asks the broker, and retries for a while: a broker that has just come back, or is far away, answers late.
    async fn with_retries<T>(
        &self,
        question: impl Fn(&GroupConsumer) -> Result<T, BusError>,
    ) -> Result<T, BusError> {
        let deadline = Instant::now() + ASKED_FOR;
        loop {
            match block_in_place(|| question(&self.consumer)) {
                Err(error) if Instant::now() < deadline => {
                    tracing::warn!(error = chain(&error), "asking again");
                }
                answer => return answer,
            }
            tokio::time::sleep(ASKED_EVERY).await;
        }
    }

    /// Begins a new log where log and ledger do not belong together, and commits that the topics are read from their first
    /// record. Returns whether they are read from there already; if not, the reading starts there when the partition is
    /// assigned again.
    async fn bring_together(
        &mut self,
        number: i32,
        state: &mut Partition,
        apart: &[Apart],
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
        let firsts = self
            .with_retries(|group| group.firsts(&topics, number))
            .await?;
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
