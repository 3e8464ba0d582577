//! What aggregate tells Prometheus of itself.

use chassis::prometheus::{
    Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts, Registry, Result,
};
use events::{Rule, Topic};

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
    pub lag: IntGauge,
    pub partitions: IntGauge,
    pub emitted: IntCounter,
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
                    "Events put aside, by rule.",
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
            lag: IntGauge::new("aggregate_lag_events", "Events in Kafka not read yet.")?,
            partitions: IntGauge::new("aggregate_partitions", "Partitions owned.")?,
            emitted: IntCounter::new(
                "aggregate_footprints_emitted_total",
                "Footprints sent to Kafka.",
            )?,
        };
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
        registry.register(Box::new(metrics.lag.clone()))?;
        registry.register(Box::new(metrics.partitions.clone()))?;
        registry.register(Box::new(metrics.emitted.clone()))?;
        Ok(metrics)
    }
}

fn histogram(name: &str, help: &str) -> Result<Histogram> {
    let buckets = vec![0.001, 0.005, 0.02, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0];
    Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets))
}
