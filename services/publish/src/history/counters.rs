//! Metrics of writing the history.

use chrono::Utc;
use prometheus::{Gauge, IntCounter, IntCounterVec, Opts, Registry};

/// Every label value exists from the start, so that a rate has a first value.
#[derive(Clone)]
pub(crate) struct HistoryCounters {
    samples: IntCounterVec,
    failed: IntCounter,
    last_written: Gauge,
}

/// What became of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The receiver has it.
    Accepted,
    /// The receiver refused it.
    Refused,
    /// It is older than the receiver accepts, and was not sent.
    TooOld,
}

impl Outcome {
    const ALL: [Outcome; 3] = [Outcome::Accepted, Outcome::Refused, Outcome::TooOld];

    fn as_str(self) -> &'static str {
        match self {
            Outcome::Accepted => "accepted",
            Outcome::Refused => "refused",
            Outcome::TooOld => "too-old",
        }
    }
}

impl HistoryCounters {
    pub(crate) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let counters = HistoryCounters {
            samples: IntCounterVec::new(
                Opts::new(
                    "publish_history_samples_total",
                    "Samples of the history: accepted by the receiver, refused by it, or too old to be sent.",
                ),
                &["outcome"],
            )?,
            failed: IntCounter::new(
                "publish_history_failed_total",
                "Times that the history could not be written, and is tried again.",
            )?,
            last_written: Gauge::new(
                "publish_history_last_written_timestamp_seconds",
                "When the receiver last had everything that was to be written.",
            )?,
        };
        for outcome in Outcome::ALL {
            counters.samples.with_label_values(&[outcome.as_str()]);
        }
        registry.register(Box::new(counters.samples.clone()))?;
        registry.register(Box::new(counters.failed.clone()))?;
        registry.register(Box::new(counters.last_written.clone()))?;
        Ok(counters)
    }

    pub(super) fn samples(&self, outcome: Outcome, count: usize) {
        let counter = self.samples.with_label_values(&[outcome.as_str()]);
        counter.inc_by(count as u64);
    }

    pub(super) fn failed(&self) {
        self.failed.inc();
    }

    pub(super) fn written(&self) {
        self.last_written.set(Utc::now().timestamp() as f64);
    }
}
