//! The one task that owns the partitions: merges what arrives, emits, writes and commits.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bus::{Change, GroupConsumer, Producer, Record};
use chassis::Vitals;
use chrono::{NaiveDate, Utc};
use events::{Place, Sharding, Topic};
use footprint::Method;
use lake::{Lake, LedgerFolder};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, block_in_place};

use crate::compact::{Doomed, merge};
use crate::emit::emit;
use crate::load::{load_partition, look_up};
use crate::metrics::Metrics;
use crate::partition::{Partition, Tail};
use crate::poll::{Arrival, Arrived};
use crate::step::{step, wanted};
use crate::{AggregateError, Config, flush, rejected};

/// How often touched schools are computed again, at most.
const EMIT_EVERY: Duration = Duration::from_millis(250);
/// With more than so many events unread, figures wait for the next flush: they would be old before anybody saw them.
const FAR_BEHIND: i64 = 20_000;
const TICK: Duration = Duration::from_millis(50);

pub(crate) struct Worker {
    config: Config,
    lake: Lake,
    sharding: Sharding,
    method: Method,
    producer: Producer,
    consumer: Arc<GroupConsumer>,
    metrics: Metrics,
    vitals: Vitals,
    partitions: BTreeMap<i32, Owned>,
    /// Counts assignments, so that a flush begun for an earlier one commits nothing for a later.
    generation: u64,
    as_of: NaiveDate,
    /// When the first record came that is not committed.
    uncommitted_since: Option<Instant>,
    emitted_at: Instant,
    /// Records of `rejected` that the broker does not have yet.
    put_aside: Vec<Record>,
    writing: Option<JoinHandle<Result<Written, AggregateError>>>,
    to_merge: VecDeque<LedgerFolder>,
    merging: Option<JoinHandle<Result<Vec<String>, AggregateError>>>,
    doomed: Doomed,
}

struct Owned {
    state: Partition,
    generation: u64,
}

/// A flush that reached the lake, and what may be committed for it.
struct Written {
    folders: Vec<LedgerFolder>,
    rows: usize,
    covered: Vec<Covered>,
    started: Instant,
}

/// How far a partition's log is in the lake.
struct Covered {
    partition: i32,
    generation: u64,
    flush: u64,
    read: BTreeMap<Topic, i64>,
}

impl Worker {
    #[allow(
        clippy::too_many_arguments,
        reason = "made in one place, of everything it works with"
    )]
    pub(crate) fn new(
        config: Config,
        lake: Lake,
        sharding: Sharding,
        method: Method,
        producer: Producer,
        consumer: Arc<GroupConsumer>,
        metrics: Metrics,
        vitals: Vitals,
    ) -> Self {
        Worker {
            as_of: config.as_of_or_today(),
            config,
            lake,
            sharding,
            method,
            producer,
            consumer,
            metrics,
            vitals,
            partitions: BTreeMap::new(),
            generation: 0,
            uncommitted_since: None,
            emitted_at: Instant::now(),
            put_aside: Vec::new(),
            writing: None,
            to_merge: VecDeque::new(),
            merging: None,
            doomed: Doomed::default(),
        }
    }

    /// Works until nothing more arrives, then emits, writes and commits what is left.
    pub(crate) async fn work(
        &mut self,
        mut arrivals: mpsc::Receiver<Arrival>,
    ) -> Result<(), AggregateError> {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                arrival = arrivals.recv() => match arrival {
                    Some(arrival) => self.take(arrival).await?,
                    None => break,
                },
                _ = ticks.tick() => {}
            }
            self.tend().await?;
        }
        self.finish_writing().await?;
        self.emit().await?;
        self.start_writing();
        self.finish_writing().await
    }

    async fn take(&mut self, arrival: Arrival) -> Result<(), AggregateError> {
        match arrival {
            Arrival::Change(Change::Assigned(partitions)) => self.assigned(partitions).await,
            Arrival::Change(Change::Revoked(partitions)) => {
                tracing::info!(?partitions, "partitions went to another");
                for partition in partitions {
                    self.partitions.remove(&partition);
                }
                self.owned_changed();
                Ok(())
            }
            Arrival::Records(arrived) => self.merge_records(arrived).await,
            Arrival::Failed(error) => Err(error.into()),
        }
    }

    /// Reads the stories of new partitions back from the ledger. What others write meanwhile is in the log, beyond what
    /// is committed, and will be read from there.
    async fn assigned(&mut self, partitions: Vec<i32>) -> Result<(), AggregateError> {
        self.vitals
            .readiness
            .wait("group", "reading the ledger back");
        self.generation += 1;
        for number in partitions {
            // Asked before the ledger is read: what is committed later may be of rows this reading missed.
            let committed = block_in_place(|| self.consumer.committed(&Topic::LEDGER, number))?;
            let mut state = load_partition(&self.lake, self.sharding, number).await?;
            state.position = committed.into_iter().collect();
            tracing::info!(
                partition = number,
                schools = state.stories.len(),
                "partition loaded"
            );
            self.partitions.insert(
                number,
                Owned {
                    state,
                    generation: self.generation,
                },
            );
        }
        self.vitals.readiness.ready("group");
        self.owned_changed();
        Ok(())
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
            let conflicts = rejected::conflicts(&stepped);
            self.metrics
                .rejected
                .with_label_values(&["conflict"])
                .inc_by(conflicts.len() as u64);
            self.put_aside.extend(conflicts);
        }
        Ok(())
    }

    /// Sends what was put aside to `rejected`. While the broker does not take it, nothing is committed.
    async fn send_put_aside(&mut self) {
        if self.put_aside.is_empty() {
            return;
        }
        match self.producer.send(self.put_aside.clone()).await {
            Ok(_) => self.put_aside.clear(),
            Err(error) => tracing::warn!(%error, "what was put aside waits for the broker"),
        }
    }

    /// What has to be done now and then, whatever arrives.
    async fn tend(&mut self) -> Result<(), AggregateError> {
        let today = self.config.as_of_or_today();
        if today != self.as_of {
            self.as_of = today;
            self.partitions
                .values_mut()
                .for_each(|owned| owned.state.touch_all());
        }
        let lag = self.consumer.lag();
        self.metrics.lag.set(lag);
        self.metrics.tail_rows.set(self.tail_rows() as i64);
        if self.emitted_at.elapsed() >= EMIT_EVERY && lag < FAR_BEHIND {
            self.emit().await?;
        }
        if self.writing.as_ref().is_some_and(JoinHandle::is_finished) {
            self.finish_writing().await?;
        }
        let full = self.tail_rows() >= self.config.flush.rows;
        let old = self
            .uncommitted_since
            .is_some_and(|since| since.elapsed() >= self.config.flush.age());
        if full && self.writing.is_some() {
            self.finish_writing().await?;
        }
        if (full || old) && self.writing.is_none() {
            self.emit().await?;
            self.start_writing();
        }
        self.merge_objects().await
    }

    fn tail_rows(&self) -> usize {
        self.partitions
            .values()
            .map(|owned| owned.state.tail.rows())
            .sum()
    }

    async fn emit(&mut self) -> Result<(), AggregateError> {
        self.emitted_at = Instant::now();
        self.send_put_aside().await;
        for (number, owned) in &mut self.partitions {
            if owned.state.touched.is_empty() {
                continue;
            }
            let touched = owned.state.touched.clone();
            let records =
                block_in_place(|| emit(&mut owned.state, *number, &self.method, self.as_of))?;
            let count = records.len() as u64;
            match self.producer.send(records).await {
                Ok(_) => self.metrics.emitted.inc_by(count),
                Err(error) => {
                    tracing::warn!(%error, "footprints wait for the broker");
                    owned.state.not_emitted(touched);
                }
            }
        }
        Ok(())
    }

    fn start_writing(&mut self) {
        if !self.put_aside.is_empty() || self.uncommitted_since.take().is_none() {
            return;
        }
        let mut all = Tail::default();
        let mut covered = Vec::new();
        for (number, owned) in &mut self.partitions {
            let (flush, tail) = owned.state.take_tail();
            all.readings.extend(tail.readings);
            all.events.extend(tail.events);
            covered.push(Covered {
                partition: *number,
                generation: owned.generation,
                flush,
                read: owned.state.read.clone(),
            });
        }
        let (lake, sharding, started) = (self.lake.clone(), self.sharding, Instant::now());
        self.writing = Some(tokio::spawn(async move {
            let rows = all.rows();
            let folders = flush::write(&lake, sharding, all).await?;
            Ok(Written {
                folders,
                rows,
                covered,
                started,
            })
        }));
    }

    /// Waits for the rows to be in the lake, and only then commits.
    async fn finish_writing(&mut self) -> Result<(), AggregateError> {
        let Some(writing) = self.writing.take() else {
            return Ok(());
        };
        let written = writing
            .await
            .map_err(|_| AggregateError::Ended("flush"))??;
        let mut places = Vec::new();
        for covered in &written.covered {
            let Some(owned) = self.partitions.get_mut(&covered.partition) else {
                continue;
            };
            if owned.generation != covered.generation {
                continue;
            }
            owned
                .state
                .written(covered.flush, self.config.flush.recent_days);
            places.extend(covered.read.iter().map(|(topic, next)| {
                (
                    *topic,
                    Place {
                        partition: covered.partition,
                        offset: *next,
                    },
                )
            }));
        }
        if !places.is_empty() {
            // Refused when the group has moved on: then another reads these records again, which does no harm.
            if let Err(error) = block_in_place(|| self.consumer.commit(&places)) {
                tracing::warn!(%error, "offsets not committed");
            }
        }
        self.metrics
            .flush_seconds
            .observe(written.started.elapsed().as_secs_f64());
        self.metrics.rows_flushed.inc_by(written.rows as u64);
        self.metrics
            .objects_put
            .inc_by(written.folders.len() as u64);
        for folder in written.folders {
            if !self.to_merge.contains(&folder) {
                self.to_merge.push_back(folder);
            }
        }
        Ok(())
    }

    /// Merges one folder at a time, and deletes what was merged long enough ago.
    async fn merge_objects(&mut self) -> Result<(), AggregateError> {
        if self.merging.as_ref().is_some_and(JoinHandle::is_finished)
            && let Some(merging) = self.merging.take()
        {
            let merged = merging
                .await
                .map_err(|_| AggregateError::Ended("compaction"))??;
            self.metrics.objects_compacted.inc_by(merged.len() as u64);
            self.doomed.add(merged, self.config.flush.grace());
        }
        if self.merging.is_none()
            && let Some(folder) = self.to_merge.pop_front()
        {
            let (lake, merge_at) = (self.lake.clone(), self.config.flush.merge_at);
            self.merging = Some(tokio::spawn(
                async move { merge(&lake, folder, merge_at).await },
            ));
        }
        for key in self.doomed.due() {
            self.lake.delete(&key).await?;
        }
        Ok(())
    }
}
