//! The configuration of the service.

use std::time::Duration;

use bus::BusConfig;
use chassis::LogFormat;
use chrono::TimeDelta;
use events::Sharding;
use serde::Deserialize;

use crate::IngestError;
use crate::tokens::{Token, Tokens};

/// Everything `ingest` is told.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where it listens, such as `127.0.0.1:8080`.
    pub listen: String,
    /// How log lines are written.
    #[serde(default)]
    pub log_format: LogFormat,
    /// How to reach Kafka.
    pub kafka: BusConfig,
    /// How schools are spread over shards and partitions: the same for every service of one lake.
    pub sharding: Sharding,
    /// What is too much.
    #[serde(default)]
    pub limits: Limits,
    /// Who may send, and what for. Without any nobody can.
    #[serde(default)]
    pub tokens: Vec<Token>,
}

impl Config {
    /// What the shape alone cannot say: whether the tokens and the sharding can be used.
    pub fn check(&self) -> Result<(), IngestError> {
        Tokens::new(&self.tokens)?;
        Sharding::new(self.sharding.shards, self.sharding.partitions)?;
        Ok(())
    }
}

impl chassis::ServiceConfig for Config {
    fn listen(&self) -> &str {
        &self.listen
    }

    fn log_format(&self) -> LogFormat {
        self.log_format
    }
}

/// What is too much, and how long is too long.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The largest body taken, in bytes as they travel.
    pub max_body_bytes: usize,
    /// The largest body once inflated, in bytes.
    pub max_inflated_bytes: usize,
    /// The most events in one request.
    pub max_batch_events: usize,
    /// The most meter-days one request may come to: one event can cover years.
    pub max_meter_days: usize,
    /// The most requests worked on at a time; together with `max_inflated_bytes` this bounds memory.
    pub max_in_flight: usize,
    /// How long a request waits for its turn before it is sent away with 429, in seconds.
    pub max_wait_seconds: u64,
    /// How long a sender may pause while it sends a body, in seconds.
    pub body_pause_seconds: u64,
    /// How long the broker may take to keep a request, in seconds; then the answer is 503.
    pub produce_seconds: u64,
    /// How far a sender's clock may be ahead of ours, in seconds.
    pub clock_skew_seconds: u32,
    /// More than this in one half-hour is no reading, in kWh, m³ or kVArh.
    pub max_per_half_hour: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_body_bytes: 16 << 20,
            max_inflated_bytes: 64 << 20,
            max_batch_events: 10_000,
            max_meter_days: 200_000,
            max_in_flight: 8,
            max_wait_seconds: 2,
            body_pause_seconds: 20,
            produce_seconds: 10,
            clock_skew_seconds: 120,
            max_per_half_hour: 10_000.0,
        }
    }
}

impl Limits {
    pub(crate) fn skew(&self) -> TimeDelta {
        TimeDelta::seconds(self.clock_skew_seconds.into())
    }

    pub(crate) fn produce_bound(&self) -> Duration {
        Duration::from_secs(self.produce_seconds)
    }
}
