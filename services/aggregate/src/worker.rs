//! The single task that owns the partitions: it merges what arrives, emits, writes and commits.

mod assign;
mod compaction;
mod emit;
mod flush;
mod loads;
mod offsets;
mod reassert;
mod revoke;

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bus::{Change, GroupConsumer, Producer, Reader, Record};
use chassis::{Health, failpoint};
use chrono::{NaiveDate, Utc};
use events::{Sharding, Topic};
use footprint::{Method, SchoolHistory};
use lake::{Lake, LedgerFolder};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, block_in_place};

use crate::compact::PendingDeletes;
use crate::foreign_writes::ForeignWrites;
use crate::gap::OpenGaps;
use crate::load::look_up;
use crate::metrics::{MemoryUse, Metrics};
use crate::partition::Partition;
use crate::poll::{Arrival, Arrived};
use crate::step::{step, wanted};
use crate::worker::flush::Written;
use crate::worker::loads::Loads;
use crate::worker::reassert::LISTEN_EVERY;
use crate::{AggregateError, Config, rejected};

/// The shortest pause between two computations of touched schools.
const EMIT_EVERY: Duration = Duration::from_millis(100);
/// With more unmerged events than this, figures are outdated before they are read, and computing them takes time from catching
/// up: a few are computed at a time, for at most a tenth of the time.
const FAR_BEHIND: i64 = 20_000;
const FAR_BEHIND_PAUSES: u32 = 9;
/// With this many records put aside, they are sent before footprints are due: far behind, that wait may be long.
const MOST_PUT_ASIDE: usize = 500;
/// How often a background task is looked at while there is one.
const TASK_EVERY: Duration = Duration::from_millis(50);
/// The shortest wait, so that work which is due and cannot be done yet keeps no core busy.
const SHORTEST_WAIT: Duration = Duration::from_millis(5);

/// The text in `/readyz` while this process owns no partition.
pub(crate) const NO_PARTITION: &str = "no partition is assigned";

pub(crate) struct Worker {
    config: Config,
    lake: Lake,
    lake_id: String,
    sharding: Sharding,
    method: Method,
    producer: Producer,
    /// Reads the topic that `producer` writes footprints to.
    footprints: Reader,
    consumer: Arc<GroupConsumer>,
    metrics: Metrics,
    health: Health,
    gaps: OpenGaps,
    partitions: BTreeMap<i32, Owned>,
    loads: Loads,
    /// Whether a partition has to be read from another offset than the one it was assigned with.
    read_elsewhere: bool,
    /// Counts assignments, so that a flush of an earlier assignment commits nothing for a later one.
    generation: u64,
    as_of: NaiveDate,
    /// When the first uncommitted record arrived.
    uncommitted_since: Option<Instant>,
    emitted_at: Instant,
    /// Whether the last commit left records out because figures wait.
    commit_owed: bool,
    /// How long it took to compute and emit the last figures.
    emit_time: Duration,
    listened_at: Instant,
    /// Records of `rejected` that the broker does not have yet.
    put_aside: Vec<Record>,
    writing: Option<JoinHandle<Result<Written, AggregateError>>>,
    to_merge: VecDeque<LedgerFolder>,
    merging: Option<JoinHandle<Result<Vec<String>, AggregateError>>>,
    pending_deletes: PendingDeletes,
    /// A background task, like every request to the store: figures do not wait for a store that does not answer.
    deleting: Option<JoinHandle<Result<(), AggregateError>>>,
}

struct Owned {
    state: Partition,
    generation: u64,
    foreign_writes: ForeignWrites,
    /// Per topic, the offsets that the log had when the partition was loaded.
    log: BTreeMap<Topic, Range<i64>>,
}

impl Owned {
    /// How many records of the log are not merged yet, if it ends where it ended when the partition was loaded, or further at
    /// the known ends.
    fn unmerged(&self, number: i32, known: &BTreeMap<(Topic, i32), i64>) -> i64 {
        let unmerged = self.log.iter().map(|(topic, log)| {
            let next = self.state.position.get(topic).unwrap_or(&log.start);
            let end = known.get(&(*topic, number)).unwrap_or(&log.end);
            (log.end.max(*end) - next).max(0)
        });
        unmerged.sum()
    }
}

impl Worker {
    #[allow(
        clippy::too_many_arguments,
        reason = "made in one place, of everything it works with"
    )]
    pub(crate) fn new(
        config: Config,
        lake: Lake,
        lake_id: String,
        sharding: Sharding,
        method: Method,
        producer: Producer,
        footprints: Reader,
        consumer: Arc<GroupConsumer>,
        metrics: Metrics,
        health: Health,
        gaps: OpenGaps,
    ) -> Self {
        Worker {
            as_of: config.as_of_or_today(),
            config,
            lake,
            lake_id,
            sharding,
            method,
            producer,
            footprints,
            consumer,
            metrics,
            health,
            gaps,
            partitions: BTreeMap::new(),
            loads: Loads::default(),
            read_elsewhere: false,
            generation: 0,
            uncommitted_since: None,
            emitted_at: Instant::now(),
            commit_owed: false,
            emit_time: Duration::ZERO,
            listened_at: Instant::now(),
            put_aside: Vec::new(),
            writing: None,
            to_merge: VecDeque::new(),
            merging: None,
            pending_deletes: PendingDeletes::default(),
            deleting: None,
        }
    }

    /// Works until nothing more arrives, then emits, writes and commits the rest.
    pub(crate) async fn work(
        &mut self,
        mut arrivals: mpsc::Receiver<Arrival>,
    ) -> Result<(), AggregateError> {
        loop {
            let wait = self.wait();
            tokio::select! {
                // Arrivals come first: a revoked partition must not wait behind the periodic work.
                biased;
                arrival = arrivals.recv() => match arrival {
                    Some(arrival) => self.take(arrival).await?,
                    None => break,
                },
                Some(loaded) = self.loads.next() => self.take_loaded(loaded?).await?,
                () = tokio::time::sleep(wait) => {}
            }
            self.tend().await?;
        }
        self.health
            .readiness
            .wait("stopping", "the last rows are written and committed");
        tracing::info!(rows = self.tail_rows(), "writing the last rows");
        self.finish_writing().await?;
        self.emit().await?;
        self.start_writing();
        self.finish_writing().await
    }

    async fn take(&mut self, arrival: Arrival) -> Result<(), AggregateError> {
        match arrival {
            Arrival::Change(Change::Assigned(partitions), _) => self.assigned(partitions).await,
            Arrival::Change(Change::Revoked { partitions, lost }, given_up) => {
                self.give_up(&partitions, lost).await?;
                let _nobody_waits = given_up.send(());
                Ok(())
            }
            Arrival::Records(arrived) => self.merge_records(arrived).await,
            Arrival::Failed(error) => Err(error.into()),
        }
    }

    fn owned_changed(&self) {
        self.metrics.partitions.set(self.partitions.len() as i64);
    }

    async fn merge_records(&mut self, arrived: Arrived) -> Result<(), AggregateError> {
        let _timer = self.metrics.batch_seconds.start_timer();
        let poison: Vec<_> = arrived
            .poison
            .iter()
            .map(|poison| rejected::poison(poison, Utc::now()))
            .collect();
        self.metrics
            .rejected
            .with_label_values(&["schema"])
            .inc_by(poison.len() as u64);
        self.put_aside.extend(poison);
        for (number, batch) in arrived.batches {
            self.await_load(number).await?;
            self.check_offsets(number, &batch).await?;
            let Some(owned) = self.partitions.get_mut(&number) else {
                continue;
            };
            self.uncommitted_since.get_or_insert_with(Instant::now);
            let readings = self
                .metrics
                .events
                .with_label_values(&[Topic::Readings.name()]);
            readings.inc_by(batch.readings.len() as u64);
            for row in &batch.events {
                self.metrics
                    .events
                    .with_label_values(&[Topic::of(row.kind).name()])
                    .inc();
            }
            let wanted = wanted(&owned.state, &batch);
            let found = look_up(&self.lake, self.sharding, wanted).await?;
            let stepped = block_in_place(|| step(&mut owned.state, batch, found));
            failpoint!("aggregate.merged");
            let conflicts = rejected::conflicts(&stepped);
            self.metrics
                .rejected
                .with_label_values(&["conflict"])
                .inc_by(conflicts.len() as u64);
            self.put_aside.extend(conflicts);
        }
        Ok(())
    }

    /// The periodic work, whatever arrives.
    async fn tend(&mut self) -> Result<(), AggregateError> {
        let today = self.config.as_of_or_today();
        if today != self.as_of {
            self.as_of = today;
            self.partitions
                .values_mut()
                .for_each(|owned| owned.state.touch_all());
        }
        // Arrivals come first in the wait, and may leave it no time for these.
        while let Some(loaded) = self.loads.try_next() {
            self.take_loaded(loaded?).await?;
        }
        self.metrics.lag.set(self.lag());
        self.metrics.tail_rows.set(self.tail_rows() as i64);
        if self.emitted_at.elapsed() >= self.emit_pause() {
            match self.is_far_behind() {
                true => self.emit_some().await?,
                false => self.emit().await?,
            }
        }
        if self.listened_at.elapsed() >= LISTEN_EVERY {
            self.listen();
        }
        if self.writing.as_ref().is_some_and(JoinHandle::is_finished) {
            self.finish_writing().await?;
        }
        if self.put_aside.len() >= MOST_PUT_ASIDE {
            self.send_put_aside().await;
        }
        let full = self.waiting_bytes() >= self.config.flush.waiting_bytes();
        let old = self
            .uncommitted_since
            .is_some_and(|since| since.elapsed() >= self.config.flush.age());
        let owed = self.commit_owed && !self.is_touched();
        if full && self.writing.is_some() {
            self.finish_writing().await?;
        }
        if (full || old || owed) && self.writing.is_none() {
            if !self.is_far_behind() {
                self.emit().await?;
            }
            self.start_writing();
        }
        self.merge_objects().await
    }

    /// How long the periodic work may wait if nothing arrives.
    fn wait(&self) -> Duration {
        let emit = (self.is_touched() || !self.put_aside.is_empty())
            .then(|| self.emitted_at + self.emit_pause());
        let can_write = self.writing.is_none() && self.put_aside.is_empty();
        let write = self.uncommitted_since.filter(|_| can_write);
        let write = write.map(|since| since + self.config.flush.age());
        let delete = self.pending_deletes.first_due();
        let delete = delete.filter(|_| self.deleting.is_none());
        let tasks = [
            self.writing.is_some(),
            self.merging.is_some(),
            self.deleting.is_some(),
        ];
        let task = tasks.contains(&true).then(|| Instant::now() + TASK_EVERY);
        let listen = self.listened_at + LISTEN_EVERY;
        let due = [emit, write, delete, task].into_iter().flatten().min();
        let due = due.map_or(listen, |due| due.min(listen));
        due.saturating_duration_since(Instant::now())
            .max(SHORTEST_WAIT)
    }

    fn emit_pause(&self) -> Duration {
        match self.is_far_behind() {
            true => EMIT_EVERY.max(self.emit_time * FAR_BEHIND_PAUSES),
            false => EMIT_EVERY,
        }
    }

    fn is_far_behind(&self) -> bool {
        self.lag() >= FAR_BEHIND
    }

    /// The number of records in the log that are not merged yet.
    fn lag(&self) -> i64 {
        let known = self.consumer.known_ends();
        let owned = self.partitions.iter();
        owned
            .map(|(number, owned)| owned.unmerged(*number, &known))
            .sum()
    }

    /// Whether figures wait to be computed.
    fn is_touched(&self) -> bool {
        let mut states = self.partitions.values().map(|owned| &owned.state);
        states.any(|state| !state.touched.is_empty())
    }

    fn waiting_bytes(&self) -> usize {
        let waiting = self.partitions.values();
        waiting.map(|owned| owned.state.tail_bytes).sum()
    }

    /// Reports what the rows and the day sums take in memory.
    fn measure_memory(&self) {
        let owned = || self.partitions.values().map(|owned| &owned.state);
        let histories = owned().flat_map(|state| state.histories.values());
        self.metrics
            .set_memory(MemoryUse::Waiting, self.waiting_bytes());
        self.metrics.set_memory(
            MemoryUse::Recent,
            owned().map(|state| state.row_cache.bytes()).sum(),
        );
        self.metrics.set_memory(
            MemoryUse::DaySums,
            histories.map(SchoolHistory::sum_bytes).sum(),
        );
    }

    fn tail_rows(&self) -> usize {
        self.partitions
            .values()
            .map(|owned| owned.state.tail.rows())
            .sum()
    }
}
