//! How much one request, one token and one connection may ask for.

use std::time::Duration;

use chassis::Serving;
use chrono::TimeDelta;
use serde::Deserialize;

use crate::IngestError;

/// Limits on sizes, numbers and times.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The largest body accepted, in bytes as transferred.
    pub max_body_bytes: usize,
    /// The largest body once inflated, in bytes.
    pub max_inflated_bytes: usize,
    /// The most events in one request.
    pub max_batch_events: usize,
    /// The most meter-days in one request: one event can cover years.
    pub max_meter_days: usize,
    /// The most requests worked on at a time; together with `max_inflated_bytes` this bounds memory.
    pub max_in_flight: usize,
    /// How many of these requests one token may have in progress; half of them, rounded up, if not set.
    pub max_in_flight_per_token: Option<usize>,
    /// How long a request waits for its turn before the answer is 429, in seconds.
    pub max_wait_seconds: u64,
    /// How long a sender may pause while it sends a body, in seconds.
    pub body_pause_seconds: u64,
    /// How long a sender may take over a body in all, in seconds.
    pub body_seconds: u64,
    /// How long a sender may take over a TLS handshake, over the header of a request, and between two requests of one
    /// connection, in seconds.
    pub header_seconds: u64,
    /// The largest header of a request, in bytes; at least 8192.
    pub max_header_bytes: usize,
    /// The most connections at a time. Beyond that, a few more wait: probes on them are answered at once, other requests when a
    /// connection below the limit ends.
    pub max_connections: usize,
    /// Events, or rows of files, that one token may send per second in the long run; unlimited if not set.
    pub events_per_second: Option<u32>,
    /// How many more than that it may send at once, after it has sent less for long enough.
    pub burst_events: u32,
    /// How long the broker may take to acknowledge a request, in seconds; after that the answer is 503.
    pub produce_seconds: u64,
    /// How far a sender's clock may be ahead of ours, in seconds.
    pub clock_skew_seconds: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_body_bytes: 16 << 20,
            max_inflated_bytes: 64 << 20,
            max_batch_events: 10_000,
            max_meter_days: 200_000,
            max_in_flight: 8,
            max_in_flight_per_token: None,
            max_wait_seconds: 2,
            body_pause_seconds: 20,
            body_seconds: 120,
            header_seconds: 30,
            max_header_bytes: 32 << 10,
            max_connections: 512,
            events_per_second: None,
            burst_events: 10_000,
            produce_seconds: 10,
            clock_skew_seconds: 120,
        }
    }
}

impl Limits {
    pub(crate) fn check(&self) -> Result<(), IngestError> {
        let wrong = [
            (
                self.max_header_bytes < Serving::LEAST_HEADER_BYTES,
                "max_header_bytes is at least 8192",
            ),
            (
                self.events_per_second == Some(0),
                "events_per_second is at least 1, or left out for no limit",
            ),
            (
                self.max_in_flight_per_token == Some(0),
                "max_in_flight_per_token is at least 1, or left out for half of max_in_flight",
            ),
            (self.burst_events == 0, "burst_events is at least 1"),
            (self.header_seconds == 0, "header_seconds is at least 1"),
            (self.body_seconds == 0, "body_seconds is at least 1"),
        ];
        match wrong.into_iter().find(|(is_wrong, _)| *is_wrong) {
            Some((_, rule)) => Err(IngestError::Limits(rule)),
            None => Ok(()),
        }
    }

    pub(crate) fn skew(&self) -> TimeDelta {
        TimeDelta::seconds(self.clock_skew_seconds.into())
    }

    /// How many requests one token may have in progress.
    pub(crate) fn share_in_flight(&self) -> usize {
        self.max_in_flight_per_token
            .unwrap_or(self.max_in_flight.div_ceil(2))
    }

    pub(crate) fn produce_bound(&self) -> Duration {
        Duration::from_secs(self.produce_seconds)
    }
}
