//! The Prometheus metrics of aggregate.

use chassis::prometheus::{
    Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    Result,
};
use chassis::{BrokerMetrics, StoreMetrics, WithoutBroker};
use events::{Rule, Topic};

use crate::log_epoch::{LEDGER_RESTORED, LOG_MADE_ANEW};

/// What takes most of aggregate's memory.
#[derive(Clone, Copy)]
pub enum MemoryUse {
    /// Rows that wait to be written.
    Waiting,
    /// Rows of recent meter-days, those that wait included.
    Recent,
    /// The sums of all meter-days.
    DaySums,
}

impl MemoryUse {
    const ALL: [Self; 3] = [MemoryUse::Waiting, MemoryUse::Recent, MemoryUse::DaySums];

    fn label(self) -> &'static str {
        match self {
            MemoryUse::Waiting => "waiting_rows",
            MemoryUse::Recent => "recent_rows",
            MemoryUse::DaySums => "day_sums",
        }
    }
}

/// Aggregate's own metrics.
#[derive(Clone)]
pub struct Metrics {
    pub events: IntCounterVec,
    pub rejected: IntCounterVec,
    pub batch_seconds: Histogram,
    pub flush_seconds: Histogram,
    pub rows_flushed: IntCounter,
    pub objects_put: IntCounter,
    pub objects_compacted: IntCounter,
    pub tail_rows: IntGauge,
    /// By [`MemoryUse`].
    pub memory: IntGaugeVec,
    pub lag: IntGauge,
    pub partitions: IntGauge,
    pub emitted: IntCounter,
    pub partitions_lost: IntCounter,
    pub overruled: IntCounter,
    /// By topic: footprints and rejected.
    pub waiting: IntGaugeVec,
    pub commits_failed: IntCounter,
    pub broker: BrokerMetrics,
    /// By reason.
    pub logs_begun: IntCounterVec,
    /// By topic and partition, of the partitions owned.
    pub log_gap: IntGaugeVec,
    pub store: StoreMetrics,
}

impl Metrics {
    pub fn new(registry: &Registry) -> Result<Self> {
        let metrics = Metrics {
            events: IntCounterVec::new(
                Opts::new(
                    "aggregate_events_total",
                    "Events merged, repetitions included.",
                ),
                &["topic"],
            )?,
            rejected: IntCounterVec::new(
                Opts::new(
                    "aggregate_events_rejected_total",
                    "Events rejected by aggregate, by rule.",
                ),
                &["reason"],
            )?,
            batch_seconds: histogram("aggregate_batch_seconds", "Time to merge one batch.")?,
            flush_seconds: histogram("aggregate_flush_seconds", "Time to write and commit.")?,
            rows_flushed: IntCounter::new(
                "aggregate_rows_flushed_total",
                "Rows written to the ledger.",
            )?,
            objects_put: IntCounter::new("aggregate_objects_put_total", "Objects written.")?,
            objects_compacted: IntCounter::new(
                "aggregate_objects_compacted_total",
                "Objects merged into others.",
            )?,
            tail_rows: IntGauge::new("aggregate_tail_rows", "Rows that wait to be written.")?,
            memory: IntGaugeVec::new(
                Opts::new(
                    "aggregate_memory_bytes",
                    "Memory of rows and sums, by what it holds: rows that wait to be written, rows of recent meter-days, sums of meter-days.",
                ),
                &["holds"],
            )?,
            lag: IntGauge::new("aggregate_lag_events", "Events in Kafka not read yet.")?,
            partitions: IntGauge::new("aggregate_partitions", "Partitions owned.")?,
            partitions_lost: IntCounter::new(
                "aggregate_partitions_lost_total",
                "Partitions that the group gave to another process because this one did not respond.",
            )?,
            overruled: IntCounter::new(
                "aggregate_footprints_overruled_total",
                "Schools whose footprints were emitted again because a process that no longer owns them wrote some.",
            )?,
            emitted: IntCounter::new(
                "aggregate_footprints_emitted_total",
                "Footprints sent to Kafka.",
            )?,
            waiting: IntGaugeVec::new(
                Opts::new(
                    "aggregate_waiting_records",
                    "Records that the broker did not take, to be sent again, by the topic they are for.",
                ),
                &["topic"],
            )?,
            commits_failed: IntCounter::new(
                "aggregate_commits_failed_total",
                "Commits of offsets that failed; what they covered is in the ledger, and read again by the next owner.",
            )?,
            broker: BrokerMetrics::new(
                "aggregate",
                WithoutBroker::Waits("no broker answers any more"),
                registry,
            )?,
            logs_begun: IntCounterVec::new(
                Opts::new(
                    "aggregate_logs_begun_total",
                    "Times that the log and the ledger of a partition did not match, so that the log was read from its beginning.",
                ),
                &["reason"],
            )?,
            log_gap: IntGaugeVec::new(
                Opts::new(
                    "aggregate_log_gap_records",
                    "Records deleted from the log before they were merged, until their loss is acknowledged.",
                ),
                &["topic", "partition"],
            )?,
            store: StoreMetrics::new("aggregate", registry)?,
        };
        for topic in [Topic::Footprints, Topic::Rejected] {
            metrics.waiting.with_label_values(&[topic.name()]);
        }
        for held in MemoryUse::ALL {
            metrics.set_memory(held, 0);
        }
        for reason in [LOG_MADE_ANEW, LEDGER_RESTORED] {
            metrics.logs_begun.with_label_values(&[reason]);
        }
        for topic in Topic::LEDGER {
            metrics.events.with_label_values(&[topic.name()]);
        }
        for rule in [Rule::Conflict, Rule::Schema] {
            metrics.rejected.with_label_values(&[rule.as_str()]);
        }
        registry.register(Box::new(metrics.events.clone()))?;
        registry.register(Box::new(metrics.rejected.clone()))?;
        registry.register(Box::new(metrics.batch_seconds.clone()))?;
        registry.register(Box::new(metrics.flush_seconds.clone()))?;
        registry.register(Box::new(metrics.rows_flushed.clone()))?;
        registry.register(Box::new(metrics.objects_put.clone()))?;
        registry.register(Box::new(metrics.objects_compacted.clone()))?;
        registry.register(Box::new(metrics.tail_rows.clone()))?;
        registry.register(Box::new(metrics.memory.clone()))?;
        registry.register(Box::new(metrics.lag.clone()))?;
        registry.register(Box::new(metrics.partitions.clone()))?;
        registry.register(Box::new(metrics.emitted.clone()))?;
        registry.register(Box::new(metrics.partitions_lost.clone()))?;
        registry.register(Box::new(metrics.overruled.clone()))?;
        registry.register(Box::new(metrics.waiting.clone()))?;
        registry.register(Box::new(metrics.commits_failed.clone()))?;
        registry.register(Box::new(metrics.logs_begun.clone()))?;
        registry.register(Box::new(metrics.log_gap.clone()))?;
        Ok(metrics)
    }
}

impl Metrics {
    /// The gauge of a topic's partition.
    pub fn log_gap_of(&self, topic: Topic, partition: i32) -> IntGauge {
        let partition = partition.to_string();
        self.log_gap.with_label_values(&[topic.name(), &partition])
    }

    /// Sets how much memory something takes.
    pub fn set_memory(&self, held: MemoryUse, bytes: usize) {
        let memory = self.memory.with_label_values(&[held.label()]);
        memory.set(bytes as i64);
    }

    /// Sets how many records of a topic wait for the broker; 0 once the broker has taken them.
    pub fn waiting(&self, topic: Topic, records: usize) {
        let waiting = self.waiting.with_label_values(&[topic.name()]);
        waiting.set(records as i64);
    }
}

fn histogram(name: &str, help: &str) -> Result<Histogram> {
    let buckets = vec![0.001, 0.005, 0.02, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0];
    Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets))
}
