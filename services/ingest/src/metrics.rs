//! The metrics of ingest. Every possible label value is exported as 0 from the start.

mod mqtt;
mod spool;

use chassis::prometheus::{
    GaugeVec, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry,
};
use chassis::{BrokerMetrics, Expiry, WithoutBroker};
use events::{Rule, Topic};

pub(crate) use mqtt::{MqttMetrics, MqttOutcome};
pub(crate) use spool::SpoolMetrics;

use crate::admission::notes::About;
use crate::tokens::{Tokens, token_label};
use crate::{EVENTS, FILES, GRID, REGISTER, REJECTED, SERVICES};

/// The topics that accepted events go to.
pub(crate) const TOPICS_OF_EVENTS: [Topic; 7] = [
    Topic::Readings,
    Topic::Withdrawals,
    Topic::Waste,
    Topic::Travel,
    Topic::Activity,
    Topic::Register,
    Topic::Grid,
];

/// The statuses a request can end with.
const STATUSES: [u16; 13] = [
    202, 400, 401, 403, 404, 405, 408, 413, 415, 422, 429, 500, 503,
];
/// The status of a dry run of a file, besides.
const STATUS_OF_DRY_RUNS: u16 = 200;
/// The statuses that a request for the list of rejections can end with.
const STATUSES_OF_REJECTED: [u16; 6] = [200, 400, 401, 403, 429, 503];
/// The statuses that a request for the register can end with.
const STATUSES_OF_REGISTER: [u16; 4] = [200, 401, 429, 503];

/// The outcomes of reading changed files again.
const USED: &str = "used";
const UNUSABLE: &str = "unusable";

/// The outcomes of what services' payloads hold.
const ACCEPTED: &str = "accepted";
const REFUSED: &str = "refused";

/// What is reloaded when its files change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reloadable {
    Tokens,
    Tls,
}

impl Reloadable {
    pub(crate) const ALL: [Reloadable; 2] = [Reloadable::Tokens, Reloadable::Tls];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Reloadable::Tokens => "tokens",
            Reloadable::Tls => "tls",
        }
    }
}

pub(crate) struct Metrics {
    accepted: IntCounterVec,
    rejected: IntCounterVec,
    notes: IntCounterVec,
    bad_values: IntCounterVec,
    requests: IntCounterVec,
    of_services: IntCounterVec,
    pub(crate) seconds: Histogram,
    pub(crate) broker_unavailable: IntCounter,
    pub(crate) register_meters: IntGauge,
    pub(crate) disputed_schools: IntGauge,
    pub(crate) handshakes_failed: IntCounter,
    tokens: IntGauge,
    over_rate: IntCounterVec,
    over_share: IntCounterVec,
    pub(crate) spool: SpoolMetrics,
    pub(crate) mqtt: MqttMetrics,
    unusable: IntGaugeVec,
    renewed: IntCounterVec,
    expires: GaugeVec,
    pub(crate) broker: BrokerMetrics,
}

impl Metrics {
    /// Creates the metrics and registers them.
    pub(crate) fn new(registry: &Registry) -> Result<Self, chassis::prometheus::Error> {
        let counters =
            |name, help, labels: &[&str]| IntCounterVec::new(Opts::new(name, help), labels);
        let metrics = Metrics {
            accepted: counters(
                "ingest_events_accepted_total",
                "Events put on a topic; readings are counted by meter-day.",
                &["topic"],
            )?,
            rejected: counters(
                "ingest_events_rejected_total",
                "Events, or rows of files, refused, by the first rule they broke.",
                &["reason"],
            )?,
            notes: counters(
                "ingest_notes_total",
                "Notes on accepted events, by what they are about.",
                &["about"],
            )?,
            bad_values: counters(
                "ingest_values_refused_total",
                "Single values refused of events and rows whose other values were accepted, by the rule they broke.",
                &["reason"],
            )?,
            requests: counters(
                "ingest_requests_total",
                "Requests answered.",
                &["route", "status"],
            )?,
            of_services: counters(
                "ingest_service_items_total",
                "Half-hours, days or events in services' payloads, by service and outcome.",
                &["service", "outcome"],
            )?,
            seconds: Histogram::with_opts(
                HistogramOpts::new("ingest_request_seconds", "From a request to its answer.")
                    .buckets(vec![
                        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
                        10.0, 30.0,
                    ]),
            )?,
            broker_unavailable: IntCounter::new(
                "ingest_broker_unavailable_total",
                "Requests answered 503 because the broker did not keep them.",
            )?,
            register_meters: IntGauge::new("ingest_register_meters", "Meters the register knows.")?,
            disputed_schools: IntGauge::new(
                "ingest_register_disputed_schools",
                "Schools registered with two trusts for the same days; each counts with the trust that registered it first.",
            )?,
            handshakes_failed: IntCounter::new(
                "ingest_tls_handshakes_failed_total",
                "Connections that ended in their TLS handshake: no certificate, a wrong one, or no TLS at all.",
            )?,
            tokens: IntGauge::new("ingest_tokens", "Tokens that may send.")?,
            over_rate: counters(
                "ingest_requests_over_rate_total",
                "Requests answered 429 because their token had sent more than its rate; the token by the first digits of its name's SHA-256.",
                &["token"],
            )?,
            over_share: counters(
                "ingest_requests_over_share_total",
                "Requests answered 429 because their token had its share of requests under way; the token by the first digits of its name's SHA-256.",
                &["token"],
            )?,
            spool: SpoolMetrics::new(registry)?,
            mqtt: MqttMetrics::new(registry)?,
            unusable: IntGaugeVec::new(
                Opts::new(
                    "ingest_files_unusable",
                    "1 while the files of tokens or TLS cannot be used, and their earlier content still is.",
                ),
                &["part"],
            )?,
            renewed: counters(
                "ingest_files_renewed_total",
                "Times that the files of tokens or TLS changed.",
                &["part", "outcome"],
            )?,
            expires: GaugeVec::new(
                Opts::new(
                    "ingest_certificate_expires_timestamp_seconds",
                    "When the first certificate of a file of [tls] ends; +Inf where there is none.",
                ),
                &["part"],
            )?,
            broker: BrokerMetrics::new(
                "ingest",
                WithoutBroker::GoesOn("no broker answers"),
                registry,
            )?,
        };
        registry.register(Box::new(metrics.accepted.clone()))?;
        registry.register(Box::new(metrics.rejected.clone()))?;
        registry.register(Box::new(metrics.notes.clone()))?;
        registry.register(Box::new(metrics.bad_values.clone()))?;
        registry.register(Box::new(metrics.requests.clone()))?;
        registry.register(Box::new(metrics.of_services.clone()))?;
        registry.register(Box::new(metrics.seconds.clone()))?;
        registry.register(Box::new(metrics.broker_unavailable.clone()))?;
        registry.register(Box::new(metrics.register_meters.clone()))?;
        registry.register(Box::new(metrics.disputed_schools.clone()))?;
        registry.register(Box::new(metrics.handshakes_failed.clone()))?;
        registry.register(Box::new(metrics.tokens.clone()))?;
        registry.register(Box::new(metrics.over_rate.clone()))?;
        registry.register(Box::new(metrics.over_share.clone()))?;
        registry.register(Box::new(metrics.unusable.clone()))?;
        registry.register(Box::new(metrics.renewed.clone()))?;
        registry.register(Box::new(metrics.expires.clone()))?;
        metrics.start();
        Ok(metrics)
    }

    fn start(&self) {
        for part in ["certificate", "client_ca"] {
            self.expires.with_label_values(&[part]).set(f64::INFINITY);
        }
        for topic in TOPICS_OF_EVENTS {
            self.accepted(topic, 0);
        }
        for rule in RULES {
            self.rejected(rule, 0);
            self.bad_values(rule, 0);
        }
        for about in About::ALL {
            let _made = self.notes.with_label_values(&[about.as_str()]);
        }
        for part in Reloadable::ALL {
            self.usable(part, true);
            for reload_outcome in [USED, UNUSABLE] {
                let _made = self
                    .renewed
                    .with_label_values(&[part.as_str(), reload_outcome]);
            }
        }
        for (route, statuses) in [
            (EVENTS, &STATUSES[..]),
            (FILES, &STATUSES[..]),
            (GRID, &STATUSES[..]),
            (SERVICES, &STATUSES[..]),
            (FILES, &[STATUS_OF_DRY_RUNS]),
            (REJECTED, &STATUSES_OF_REJECTED[..]),
            (REGISTER, &STATUSES_OF_REGISTER[..]),
        ] {
            for status in statuses {
                let _made = self
                    .requests
                    .with_label_values(&[route, &status.to_string()]);
            }
        }
    }

    /// Makes the label values of the services that are known.
    pub(crate) fn services<'n>(&self, names: impl Iterator<Item = &'n str>) {
        for name in names {
            self.of_service(name, 0, 0);
        }
    }

    /// Counts the half-hours, days or events of a service's payload.
    pub(crate) fn of_service(&self, service: &str, accepted: usize, refused: usize) {
        for (outcome, count) in [(ACCEPTED, accepted), (REFUSED, refused)] {
            self.of_services
                .with_label_values(&[service, outcome])
                .inc_by(count as u64);
        }
    }

    pub(crate) fn accepted(&self, topic: Topic, count: u64) {
        self.accepted
            .with_label_values(&[topic.name()])
            .inc_by(count);
    }

    pub(crate) fn rejected(&self, rule: Rule, count: u64) {
        self.rejected
            .with_label_values(&[rule.as_str()])
            .inc_by(count);
    }

    pub(crate) fn bad_values(&self, rule: Rule, count: u64) {
        self.bad_values
            .with_label_values(&[rule.as_str()])
            .inc_by(count);
    }

    /// Sets the current tokens. A rotated token is exported as 0 from the start, like every other label value.
    pub(crate) fn tokens(&self, tokens: &Tokens) {
        self.tokens.set(tokens.names().count() as i64);
        for name in tokens.names() {
            for counter in [&self.over_rate, &self.over_share] {
                let _made = counter.with_label_values(&[&token_label(name)]);
            }
        }
    }

    pub(crate) fn over_rate(&self, token: &str) {
        self.over_rate
            .with_label_values(&[&token_label(token)])
            .inc();
    }

    pub(crate) fn over_share(&self, token: &str) {
        self.over_share
            .with_label_values(&[&token_label(token)])
            .inc();
    }

    /// Counts a reload of changed files, by whether their content can be used.
    pub(crate) fn renewed(&self, part: Reloadable, usable: bool) {
        let reload_outcome = if usable { USED } else { UNUSABLE };
        self.renewed
            .with_label_values(&[part.as_str(), reload_outcome])
            .inc();
        self.usable(part, usable);
    }

    fn usable(&self, part: Reloadable, usable: bool) {
        let unusable = self.unusable.with_label_values(&[part.as_str()]);
        unusable.set(i64::from(!usable));
    }

    pub(crate) fn expires(&self, Expiry { what, at }: Expiry) {
        self.expires.with_label_values(&[what]).set(at as f64);
    }

    pub(crate) fn noted(&self, about: About) {
        self.notes.with_label_values(&[about.as_str()]).inc();
    }

    pub(crate) fn answered(&self, route: &str, status: u16) {
        self.requests
            .with_label_values(&[route, &status.to_string()])
            .inc();
    }
}

const RULES: [Rule; 14] = [
    Rule::Unreadable,
    Rule::TooLarge,
    Rule::Schema,
    Rule::OutOfScope,
    Rule::UnknownMeter,
    Rule::UnknownSchool,
    Rule::CheckDigit,
    Rule::Future,
    Rule::Clock,
    Rule::Negative,
    Rule::Implausible,
    Rule::ValueCount,
    Rule::FileRow,
    Rule::Conflict,
];
