//! What publish counts of its own work.

use prometheus::{Gauge, GaugeVec, IntCounter, IntCounterVec, Opts, Registry};

use crate::book::Outcome;

/// publish's own metrics. Every label value exists from the start, so that a rate has something to begin from.
#[derive(Clone)]
pub(crate) struct Counters {
    footprints: IntCounterVec,
    pub results_written: IntCounter,
    pub results_last_written: Gauge,
    exports: IntCounterVec,
    export_last: GaugeVec,
}

/// What came of an export that was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exported {
    /// This replica's run counts.
    Written,
    /// Another replica's does.
    TakenByAnother,
    /// None yet; it is tried again.
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
            results_last_written: Gauge::new(
                "publish_results_last_written_timestamp_seconds",
                "When results were last found to be up to date with the footprints, or made so.",
            )?,
            exports: IntCounterVec::new(
                Opts::new(
                    "publish_exports_total",
                    "Exports that were due, by what came of them.",
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
        registry.register(Box::new(counters.results_last_written.clone()))?;
        registry.register(Box::new(counters.exports.clone()))?;
        registry.register(Box::new(counters.export_last.clone()))?;
        Ok(counters)
    }

    pub(crate) fn footprint(&self, outcome: Outcome) {
        let outcome = match outcome {
            Outcome::Taken => "taken",
            Outcome::Older => "older",
        };
        self.footprints.with_label_values(&[outcome]).inc();
    }

    pub(crate) fn unreadable_footprint(&self) {
        self.footprints.with_label_values(&["unreadable"]).inc();
    }

    pub(crate) fn export(&self, schedule: &str, outcome: Exported) {
        self.exports
            .with_label_values(&[schedule, outcome.as_str()])
            .inc();
    }

    pub(crate) fn exported_last(&self, schedule: &str, due: chrono::DateTime<chrono::Utc>) {
        self.export_last
            .with_label_values(&[schedule])
            .set(due.timestamp() as f64);
    }
}
