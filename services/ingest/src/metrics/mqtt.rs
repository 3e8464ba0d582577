//! The metrics of MQTT. Without MQTT all of them stay at 0.

use std::collections::BTreeMap;

use chassis::prometheus::{Error, IntCounterVec, IntGauge, Opts, Registry};

use crate::last_reads::RegisterChange;

/// What became of an MQTT message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MqttOutcome {
    /// It holds events, or the value of an interval.
    Events,
    /// It holds reads of registers.
    Reads,
    /// It holds reads that were known, or older ones.
    Repeated,
    /// It holds nothing that is measured.
    Ignored,
    /// It cannot be read, and is kept with the reason.
    Refused,
}

impl MqttOutcome {
    const ALL: [MqttOutcome; 5] = [
        MqttOutcome::Events,
        MqttOutcome::Reads,
        MqttOutcome::Repeated,
        MqttOutcome::Ignored,
        MqttOutcome::Refused,
    ];

    fn as_str(self) -> &'static str {
        match self {
            MqttOutcome::Events => "events",
            MqttOutcome::Reads => "reads",
            MqttOutcome::Repeated => "repeated",
            MqttOutcome::Ignored => "ignored",
            MqttOutcome::Refused => "refused",
        }
    }
}

#[derive(Clone)]
pub(crate) struct MqttMetrics {
    pub(crate) subscriptions: IntGauge,
    pub(crate) connected: IntGauge,
    messages: IntCounterVec,
    changes: IntCounterVec,
}

impl MqttMetrics {
    /// Creates the metrics and registers them.
    pub(crate) fn new(registry: &Registry) -> Result<Self, Error> {
        let counters =
            |name, help, labels: &[&str]| IntCounterVec::new(Opts::new(name, help), labels);
        let metrics = MqttMetrics {
            subscriptions: IntGauge::new(
                "ingest_mqtt_subscriptions",
                "Subscriptions of the configuration; 0 without MQTT.",
            )?,
            connected: IntGauge::new(
                "ingest_mqtt_connected",
                "1 while the MQTT broker is connected and has answered the subscriptions.",
            )?,
            messages: counters(
                "ingest_mqtt_messages_total",
                "MQTT messages that are durable, by what they held: events, reads of registers, reads that were known (repeated), nothing measured (ignored), or nothing readable (refused).",
                &["outcome"],
            )?,
            changes: counters(
                "ingest_register_changes_total",
                "Reads of registers, by MQTT or HTTP, that could not follow the one before, by what they turned out to be: a slip, a roll-over or an exchange.",
                &["change"],
            )?,
        };
        for gauge in [&metrics.subscriptions, &metrics.connected] {
            registry.register(Box::new(gauge.clone()))?;
        }
        registry.register(Box::new(metrics.messages.clone()))?;
        registry.register(Box::new(metrics.changes.clone()))?;
        for outcome in MqttOutcome::ALL {
            metrics.message(outcome, 0);
        }
        for change in RegisterChange::ALL {
            metrics.register_change(change, 0);
        }
        Ok(metrics)
    }

    pub(crate) fn message(&self, outcome: MqttOutcome, count: u64) {
        let counter = self.messages.with_label_values(&[outcome.as_str()]);
        counter.inc_by(count);
    }

    pub(crate) fn register_changes(&self, changes: &BTreeMap<RegisterChange, u64>) {
        for (change, count) in changes {
            self.register_change(*change, *count);
        }
    }

    fn register_change(&self, change: RegisterChange, count: u64) {
        let counter = self.changes.with_label_values(&[change.as_str()]);
        counter.inc_by(count);
    }
}
