//! Metrics of publish's own work.

use bus::StoredRecord;
use chassis::{BrokerMetrics, StoreMetrics, WithoutBroker};
use chrono::{DateTime, Utc};
use prometheus::{
    Gauge, GaugeVec, Histogram, HistogramOpts, IntCounter, IntCounterVec, Opts, Registry,
};

use crate::footprint_store::Outcome;

/// publish's own metrics. Every label value exists from the start, so that a rate has a first value.
#[derive(Clone)]
pub(crate) struct Counters {
    footprints: IntCounterVec,
    pub results_written: IntCounter,
    pub results_overwritten: IntCounter,
    pub results_last_written: Gauge,
    exports: IntCounterVec,
    export_last: GaugeVec,
    pub results_failed: IntCounter,
    pub end_to_end: Histogram,
    pub broker: BrokerMetrics,
    pub store: StoreMetrics,
}

/// From a tenth of a second to an hour.
const DELAYS: [f64; 12] = [
    0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0,
];

/// The outcome of an export that was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exported {
    /// The run of this replica counts.
    Written,
    /// The run of another replica counts.
    TakenByAnother,
    /// No run counts yet; the export is retried.
    Failed,
}

impl Exported {
    fn as_str(self) -> &'static str {
        match self {
            Exported::Written => "written",
            Exported::TakenByAnother => "taken-by-another",
            Exported::Failed => "failed",
        }
    }
}

impl Counters {
    pub(crate) fn new<'a>(
        registry: &Registry,
        schedules: impl Iterator<Item = &'a str>,
    ) -> Result<Self, prometheus::Error> {
        let counters = Counters {
            footprints: IntCounterVec::new(
                Opts::new(
                    "publish_footprints_total",
                    "Footprints read: taken, older than the one held, or unreadable.",
                ),
                &["outcome"],
            )?,
            results_written: IntCounter::new(
                "publish_results_written_total",
                "Objects written under results/.",
            )?,
            results_overwritten: IntCounter::new(
                "publish_results_overwritten_total",
                "Objects under results/ that something else had changed, and that are written again.",
            )?,
            results_last_written: Gauge::new(
                "publish_results_last_written_timestamp_seconds",
                "When results were last up to date with the footprints.",
            )?,
            exports: IntCounterVec::new(
                Opts::new(
                    "publish_exports_total",
                    "Exports that were due, by outcome.",
                ),
                &["schedule", "outcome"],
            )?,
            export_last: GaugeVec::new(
                Opts::new(
                    "publish_export_last_timestamp_seconds",
                    "The due time of the last export made; without one, when the schedule was first seen.",
                ),
                &["schedule"],
            )?,
            results_failed: IntCounter::new(
                "publish_results_failed_total",
                "Times that results could not be written, and are tried again.",
            )?,
            end_to_end: Histogram::with_opts(
                HistogramOpts::new(
                    "publish_end_to_end_seconds",
                    "Time from the receipt by ingest of the first event behind a change of figures until they are shown.",
                )
                .buckets(DELAYS.to_vec()),
            )?,
            broker: BrokerMetrics::new(
                "publish",
                WithoutBroker::GoesOn("no broker answers; figures stay as they are"),
                registry,
            )?,
            store: StoreMetrics::new("publish", registry)?,
        };
        for outcome in ["taken", "older", "unreadable"] {
            counters.footprints.with_label_values(&[outcome]);
        }
        for schedule in schedules {
            for outcome in [
                Exported::Written,
                Exported::TakenByAnother,
                Exported::Failed,
            ] {
                counters
                    .exports
                    .with_label_values(&[schedule, outcome.as_str()]);
            }
        }
        registry.register(Box::new(counters.footprints.clone()))?;
        registry.register(Box::new(counters.results_written.clone()))?;
        registry.register(Box::new(counters.results_overwritten.clone()))?;
        registry.register(Box::new(counters.results_last_written.clone()))?;
        registry.register(Box::new(counters.exports.clone()))?;
        registry.register(Box::new(counters.export_last.clone()))?;
        registry.register(Box::new(counters.results_failed.clone()))?;
        registry.register(Box::new(counters.end_to_end.clone()))?;
        Ok(counters)
    }

    pub(crate) fn footprint(&self, outcome: Outcome) {
        let outcome = match outcome {
            Outcome::Taken => "taken",
            Outcome::Older => "older",
        };
        self.footprints.with_label_values(&[outcome]).inc();
    }

    /// Records that a footprint is shown now. If the footprint states when the first of its new events was received, the
    /// delay since then is recorded; if clocks differ so that the delay would be negative, it is zero.
    pub(crate) fn shown(&self, record: &StoredRecord, now: DateTime<Utc>) {
        let received = record.header(footprint::RECEIVED);
        let received = received.and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        if let Some(received) = received {
            let delay = (now - received.to_utc()).to_std().unwrap_or_default();
            self.end_to_end.observe(delay.as_secs_f64());
        }
    }

    pub(crate) fn unreadable_footprint(&self) {
        self.footprints.with_label_values(&["unreadable"]).inc();
    }

    pub(crate) fn export(&self, schedule: &str, outcome: Exported) {
        self.exports
            .with_label_values(&[schedule, outcome.as_str()])
            .inc();
    }

    pub(crate) fn exported_last(&self, schedule: &str, due: DateTime<Utc>) {
        self.export_last
            .with_label_values(&[schedule])
            .set(due.timestamp() as f64);
    }
}
