//! The configuration of the service.

use std::path::PathBuf;
use std::time::Duration;

use bus::Bus;
use chassis::{LogFormat, Sensitivity, Serving, TlsConfig};
use chrono::TimeDelta;
use events::Sharding;
use serde::Deserialize;

use crate::IngestError;
use crate::spool::{SpoolConfig, SpoolError};
use crate::tokens::{Token, Tokens, token_label};

/// Everything `ingest` is told.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where it listens, such as `127.0.0.1:8080`.
    pub listen: String,
    /// How log lines are written.
    #[serde(default)]
    pub log_format: LogFormat,
    /// How many seconds stopping may take; after that the process ends with code 1.
    #[serde(default = "chassis::stop_seconds")]
    pub stop_seconds: u64,
    /// How to reach Kafka.
    pub kafka: Bus,
    /// How schools are spread over shards and partitions: the same for every service of one lake.
    pub sharding: Sharding,
    /// What is too much.
    #[serde(default)]
    pub limits: Limits,
    /// Who may send, and what for. Without any nobody can.
    #[serde(default)]
    pub tokens: Vec<Token>,
    /// A file with more of them, which is read again when it changes.
    #[serde(default)]
    pub tokens_file: Option<PathBuf>,
    /// TLS, whose files are read again when they change; without it HTTP is spoken in the clear.
    #[serde(default)]
    pub tls: Option<TlsConfig>,
    /// Where to keep what is accepted while the broker is away; without it the answer is 503 then.
    #[serde(default)]
    pub spool: Option<SpoolConfig>,
}

impl Config {
    /// What the shape alone cannot say: whether the tokens, the files, the limits and the sharding can be used.
    pub fn check(&self) -> Result<(), IngestError> {
        self.all_tokens()?;
        self.tls.as_ref().map_or(Ok(()), TlsConfig::check)?;
        self.limits.check()?;
        if let Some(wrong) = self.spool.as_ref().and_then(SpoolConfig::wrong) {
            return Err(SpoolError::Config(wrong).into());
        }
        self.spool
            .as_ref()
            .map_or(Ok(()), SpoolConfig::check_private)?;
        Sharding::new(self.sharding.shards, self.sharding.partitions)?;
        Ok(())
    }

    /// The name of every token, and what it is called in metrics, which name none.
    pub fn token_labels(&self) -> Result<Vec<(String, String)>, IngestError> {
        let tokens = self.all_tokens()?;
        let labelled = |name: &str| (name.to_owned(), token_label(name));
        Ok(tokens.names().map(labelled).collect())
    }

    /// The tokens of the configuration and those of the file, as it is now.
    pub(crate) fn all_tokens(&self) -> Result<Tokens, IngestError> {
        Ok(Tokens::load(&self.tokens, self.tokens_file.as_deref())?)
    }
}

impl chassis::ServiceConfig for Config {
    fn listen(&self) -> &str {
        &self.listen
    }

    fn log_format(&self) -> LogFormat {
        self.log_format
    }

    fn stop_seconds(&self) -> u64 {
        self.stop_seconds
    }

    fn sensitivity(&self) -> Sensitivity {
        Sensitivity::of(!self.tokens.is_empty(), self.kafka.holds_password())
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
    /// How many of them one token may have under way; half of them, rounded up, unless it is said.
    pub max_in_flight_per_token: Option<usize>,
    /// How long a request waits for its turn before it is sent away with 429, in seconds.
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
    /// The most connections at a time. Beyond, a few wait: probes are answered on them at once, other requests when one of
    /// those below the limit ends.
    pub max_connections: usize,
    /// Events, or rows of files, that one token may send a second for ever; without it as many as it likes.
    pub events_per_second: Option<u32>,
    /// How many more than that it may send at once, after it has sent less for long enough.
    pub burst_events: u32,
    /// How long the broker may take to keep a request, in seconds; then the answer is 503.
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
    fn check(&self) -> Result<(), IngestError> {
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

    /// How many requests one token may have under way.
    pub(crate) fn share_in_flight(&self) -> usize {
        self.max_in_flight_per_token
            .unwrap_or(self.max_in_flight.div_ceil(2))
    }

    pub(crate) fn produce_bound(&self) -> Duration {
        Duration::from_secs(self.produce_seconds)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use chassis::chain;

    /// What `validate` says of a configuration that ends like this.
    fn check(end: &str, wanted: &str) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ingest.toml");
        let file_of = |name: &str, mode| {
            let path = folder.path().join(name);
            std::fs::write(&path, "").unwrap();
            std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            path.display().to_string()
        };
        let end = end.replace("EMPTY", &file_of("empty.toml", 0o600));
        let end = end.replace("SHARED", &file_of("shared.toml", 0o644));
        let begin =
            "listen = \"\"\nkafka.brokers = \"\"\nsharding = { shards = 8, partitions = 4 }\n";
        std::fs::write(&file, format!("{begin}{end}")).unwrap();
        let config: Config = chassis::read_config(&file).unwrap();
        let said = config.check().err().map(|error| chain(&error));
        let said = said.unwrap_or_default();
        match wanted {
            "" => assert_eq!(said, ""),
            _ => assert!(said.contains(wanted), "{said}"),
        }
    }

    #[test]
    fn what_cannot_be_used_is_named_before_it_is_used() {
        check("", "");
        check("tokens_file = \"EMPTY\"", "empty.toml holds no token");
        check("tokens_file = \"nowhere.toml\"", "cannot read nowhere.toml");
        let tls = "[tls]\ncertificate = \"EMPTY\"\nkey = \"EMPTY\"\n";
        check(tls, "empty.toml holds no certificate");
        check(
            &format!("{tls}client_ca = \"no.pem\""),
            "cannot read no.pem",
        );
        check("limits.events_per_second = 0", "events_per_second");
        check("limits.burst_events = 0", "burst_events");
        check(
            "limits.max_in_flight_per_token = 0",
            "max_in_flight_per_token",
        );
        check("spool.path = \"no/folder/spool\"", "no folder no/folder");
        check("spool = { path = \"EMPTY\", max_bytes = 0 }", "max_bytes");
        check("spool.path = \"SHARED\"", "shared.toml has mode 0644");
        check("spool.path = \"spool\"", "");
        check("limits.max_header_bytes = 8191", "max_header_bytes");
        check("limits.events_per_second = 1", "");
    }
}
