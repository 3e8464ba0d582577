//! The metrics of the spool. Without a spool all of them stay at 0.

use chassis::prometheus::{Error, IntCounter, IntGauge, Registry};
use chrono::{DateTime, Utc};

#[derive(Clone)]
pub(crate) struct SpoolMetrics {
    records: IntGauge,
    bytes: IntGauge,
    max_bytes: IntGauge,
    oldest: IntGauge,
    spooled: IntCounter,
    drained: IntCounter,
}

impl SpoolMetrics {
    /// Creates the metrics and registers them.
    pub(crate) fn new(registry: &Registry) -> Result<Self, Error> {
        let metrics = SpoolMetrics {
            records: IntGauge::new("ingest_spool_records", "Records that wait in the spool.")?,
            bytes: IntGauge::new(
                "ingest_spool_bytes",
                "Bytes of the records that wait in the spool.",
            )?,
            max_bytes: IntGauge::new(
                "ingest_spool_max_bytes",
                "Bytes that may wait in the spool; 0 without one.",
            )?,
            oldest: IntGauge::new(
                "ingest_spool_oldest_timestamp_seconds",
                "When the oldest record in the spool came, in seconds since 1970; 0 while none waits.",
            )?,
            spooled: IntCounter::new(
                "ingest_spooled_records_total",
                "Records put into the spool because the broker was away, or older ones were in it.",
            )?,
            drained: IntCounter::new(
                "ingest_drained_records_total",
                "Records that were in the spool and that the broker has now.",
            )?,
        };
        for gauge in [
            &metrics.records,
            &metrics.bytes,
            &metrics.max_bytes,
            &metrics.oldest,
        ] {
            registry.register(Box::new(gauge.clone()))?;
        }
        registry.register(Box::new(metrics.spooled.clone()))?;
        registry.register(Box::new(metrics.drained.clone()))?;
        Ok(metrics)
    }

    /// Sets the capacity of the spool.
    pub(crate) fn may_hold(&self, bytes: u64) {
        self.max_bytes.set(bytes.cast_signed());
    }

    /// Sets the current content of the spool.
    pub(crate) fn set_contents(&self, records: u64, bytes: u64, oldest: Option<DateTime<Utc>>) {
        self.records.set(records.cast_signed());
        self.bytes.set(bytes.cast_signed());
        self.oldest.set(oldest.map_or(0, |at| at.timestamp()));
    }

    pub(crate) fn spooled(&self, records: u64) {
        self.spooled.inc_by(records);
    }

    pub(crate) fn drained(&self, records: u64) {
        self.drained.inc_by(records);
    }
}
