//! The one task that owns the partitions: merges what arrives, emits, writes and commits.

mod hand_over;
mod listen;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bus::{BusError, Change, Commit, GroupConsumer, Producer, Reader, Record};
use chassis::{Vitals, chain, failpoint};
use chrono::{NaiveDate, Utc};
use events::{Sharding, Topic};
use footprint::Method;
use lake::{Lake, LedgerFolder};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, block_in_place};

use self::listen::LISTEN_EVERY;
use crate::compact::{Doomed, delete, merge};
use crate::emit::emit;
use crate::last_word::LastWord;
use crate::load::{load, look_up};
use crate::log::{Apart, Committed, LOG_MADE_ANEW, Note};
use crate::metrics::Metrics;
use crate::partition::{Partition, Tail};
use crate::poll::{Arrival, Arrived};
use crate::step::{step, wanted};
use crate::{AggregateError, Config, flush, rejected};

/// How often touched schools are computed again, at most.
const EMIT_EVERY: Duration = Duration::from_millis(250);
/// With more than so many events unread, figures wait for the next flush: they would be old before anybody saw them.
const FAR_BEHIND: i64 = 20_000;
/// So many records that were put aside are not kept until footprints are due: far behind, that may be long.
const MOST_PUT_ASIDE: usize = 500;
const TICK: Duration = Duration::from_millis(50);
/// How long, and how often, the broker is asked what nothing can go on without.
const ASKED_FOR: Duration = Duration::from_secs(60);
const ASKED_EVERY: Duration = Duration::from_millis(500);

pub(crate) struct Worker {
    config: Config,
    lake: Lake,
    sharding: Sharding,
    method: Method,
    producer: Producer,
    /// Of the topic that `producer` writes them to.
    footprints: Reader,
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
    listened_at: Instant,
    /// Records of `rejected` that the broker does not have yet.
    put_aside: Vec<Record>,
    writing: Option<JoinHandle<Result<Written, AggregateError>>>,
    to_merge: VecDeque<LedgerFolder>,
    merging: Option<JoinHandle<Result<Vec<String>, AggregateError>>>,
    doomed: Doomed,
    /// Beside the work, as all that asks the store for something: figures do not wait for a store that does not answer.
    deleting: Option<JoinHandle<Result<(), AggregateError>>>,
}

struct Owned {
    state: Partition,
    generation: u64,
    last_word: LastWord,
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
    commits: Vec<Commit>,
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
        footprints: Reader,
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
            footprints,
            consumer,
            metrics,
            vitals,
            partitions: BTreeMap::new(),
            generation: 0,
            uncommitted_since: None,
            emitted_at: Instant::now(),
            listened_at: Instant::now(),
            put_aside: Vec::new(),
            writing: None,
            to_merge: VecDeque::new(),
            merging: None,
            doomed: Doomed::default(),
            deleting: None,
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
                // That a partition goes to another must not wait behind what is done now and then.
                biased;
                arrival = arrivals.recv() => match arrival {
                    Some(arrival) => self.take(arrival).await?,
                    None => break,
                },
                _ = ticks.tick() => {}
            }
            self.tend().await?;
        }
        self.vitals
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

    /// Reads the stories of new partitions back from the ledger. What others write meanwhile is in the log, beyond what
    /// is committed, and will be read from there.
    async fn assigned(&mut self, partitions: Vec<i32>) -> Result<(), AggregateError> {
        self.vitals
            .readiness
            .wait("group", "reading the ledger back");
        self.generation += 1;
        let mut read_elsewhere = false;
        for number in partitions {
            // Asked before the ledger is read: what is committed later may be of rows this reading missed.
            let committed = self.ask(|group| group.committed(&Topic::LEDGER, number));
            let committed = Committed::of(committed.await?);
            let loaded = load(&self.lake, self.sharding, number, &committed.rows).await?;
            let apart = committed.apart(&loaded.there, &loaded.found);
            let mut state = loaded.state;
            state.log = self.lake.log(number).await?.max(committed.log);
            state.position = committed.next;
            state.last = committed.rows;
            if !apart.is_empty() && !self.bring_together(number, &mut state, &apart).await? {
                read_elsewhere = true;
                continue;
            }
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
                    last_word: LastWord::default(),
                },
            );
        }
        failpoint!("aggregate.loaded");
        self.owned_changed();
        if read_elsewhere {
            // Until then what arrives of a partition that is not owned counts for nothing.
            return Ok(self.consumer.rejoin()?);
        }
        self.vitals.readiness.ready("group");
        Ok(())
    }

    /// Asks the broker, again for a while: one that has just come back, or is far away, answers late.
    async fn ask<T>(
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
    /// record; whether they are read from there already, or only when the partition is assigned again.
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
        let mut commits = Vec::new();
        for apart in apart {
            let topic = apart.topic();
            let next = self.ask(|group| group.first(topic, number)).await?;
            let note = Note { log, row: None }.text();
            commits.push(Commit { topic, next, note });
            state.last.remove(&topic);
            self.metrics
                .logs_begun
                .with_label_values(&[apart.reason()])
                .inc();
        }
        let topics: Vec<Topic> = apart.iter().map(|apart| apart.topic()).collect();
        state.begin(log, &topics);
        // Refused when the group has moved on: then whoever the partition goes to finds the same.
        block_in_place(|| self.consumer.commit(&commits))
            .inspect_err(|error| tracing::warn!(error = chain(error), "offsets not committed"))
            .ok();
        Ok(apart.iter().all(|apart| matches!(apart, Apart::Log(_))))
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
            let made_anew = owned.state.went_back(&batch);
            if !made_anew.is_empty() {
                let why = format!("a topic was made anew while it was read: {made_anew:?}");
                let log = self.lake.begin_log(number, owned.state.log, &why).await?;
                tracing::warn!(partition = number, log, why, "the log counts from 0 again");
                owned.state.begin(log, &made_anew);
                self.metrics
                    .logs_begun
                    .with_label_values(&[LOG_MADE_ANEW])
                    .inc();
            }
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

    /// Sends what was put aside to `rejected`. While the broker does not take it, nothing is committed.
    async fn send_put_aside(&mut self) {
        if self.put_aside.is_empty() {
            return;
        }
        match self.producer.send(self.put_aside.clone()).await {
            Ok(_) => {
                failpoint!("aggregate.put-aside");
                self.put_aside.clear();
            }
            Err(error) => {
                tracing::warn!(
                    error = chain(&error),
                    "what was put aside waits for the broker"
                );
            }
        }
        self.tell_waiting(Topic::Rejected, self.put_aside.len());
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
        if self.listened_at.elapsed() >= LISTEN_EVERY {
            self.listen();
        }
        if self.writing.as_ref().is_some_and(JoinHandle::is_finished) {
            self.finish_writing().await?;
        }
        if self.put_aside.len() >= MOST_PUT_ASIDE {
            self.send_put_aside().await;
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
        let mut waiting = 0;
        for (number, owned) in &mut self.partitions {
            if owned.state.touched.is_empty() {
                continue;
            }
            let (touched, fresh) = (owned.state.touched.clone(), owned.state.fresh.clone());
            let records =
                block_in_place(|| emit(&mut owned.state, *number, &self.method, self.as_of))?;
            let count = records.len() as u64;
            failpoint!("aggregate.emitting");
            match self.producer.send(records).await {
                Ok(places) => {
                    failpoint!("aggregate.emitted");
                    owned.last_word.said(&places);
                    self.metrics.emitted.inc_by(count);
                }
                Err(error) => {
                    tracing::warn!(error = chain(&error), "footprints wait for the broker");
                    owned.state.not_emitted(touched, fresh);
                    waiting += count as usize;
                }
            }
        }
        self.tell_waiting(Topic::Footprints, waiting);
        Ok(())
    }

    fn tell_waiting(&self, topic: Topic, records: usize) {
        let readiness = &self.vitals.readiness;
        self.metrics.waiting(topic, records);
        match records {
            0 => readiness.mended(topic.name()),
            _ => readiness.amiss(topic.name(), format!("{records} wait for the broker")),
        }
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
                commits: owned.state.covered(*number),
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
        let Some(writing) = &mut self.writing else {
            return Ok(());
        };
        // Left where it is until it has ended: who waits no longer leaves it to be finished later.
        let ended = writing.await;
        self.writing = None;
        let written = ended.map_err(|_| AggregateError::Ended("flush"))??;
        let mut commits = Vec::new();
        for covered in written.covered {
            let Some(owned) = self.partitions.get_mut(&covered.partition) else {
                continue;
            };
            if owned.generation != covered.generation {
                continue;
            }
            owned
                .state
                .written(covered.flush, self.config.flush.recent_days);
            commits.extend(covered.commits);
        }
        if !commits.is_empty() {
            // Refused when the group has taken this member for dead: then another reads these records again, which does no
            // harm.
            failpoint!("aggregate.committing");
            if let Err(error) = block_in_place(|| self.consumer.commit(&commits)) {
                self.metrics.commits_failed.inc();
                // Whoever still owns them commits with the next flush, even if nothing more arrives until then.
                self.uncommitted_since.get_or_insert_with(Instant::now);
                tracing::warn!(error = chain(&error), "offsets not committed");
            }
            failpoint!("aggregate.committed");
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
        if self.deleting.as_ref().is_some_and(JoinHandle::is_finished)
            && let Some(deleting) = self.deleting.take()
        {
            deleting
                .await
                .map_err(|_| AggregateError::Ended("deletion"))??;
        }
        if self.deleting.is_none() {
            let due = self.doomed.due();
            self.deleting = (!due.is_empty()).then(|| tokio::spawn(delete(self.lake.clone(), due)));
        }
        Ok(())
    }
}
