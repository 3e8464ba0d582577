//! Chooses the adapter that carries the records.

use std::fmt;

use serde::Deserialize;

use crate::{BusError, KafkaConfig, Log, LogClient};

/// The location of the topics. A service receives one of these and does not depend on which it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "KafkaConfig")]
pub enum Bus {
    /// In Apache Kafka.
    Kafka(KafkaConfig),
    /// In the embedded log of this process.
    Log(Log),
    /// In the embedded log of another process on this machine, for a command that runs beside it.
    LogClient(LogClient),
}

impl Bus {
    /// The Kafka at `brokers`, with nothing else set.
    pub fn kafka(brokers: impl Into<String>) -> Self {
        Bus::Kafka(KafkaConfig::at(brokers))
    }

    /// Whether the configuration holds a secret in plain text.
    pub fn holds_password(&self) -> bool {
        matches!(self, Bus::Kafka(config) if config.holds_password())
    }

    /// Checks what can be checked without a connection.
    pub fn check(&self) -> Result<(), BusError> {
        match self {
            Bus::Kafka(config) => config.check(),
            Bus::Log(_) | Bus::LogClient(_) => Ok(()),
        }
    }
}

impl From<KafkaConfig> for Bus {
    fn from(config: KafkaConfig) -> Self {
        Bus::Kafka(config)
    }
}

/// Shows the location, for messages.
impl fmt::Display for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bus::Kafka(config) => write!(f, "Kafka at {}", config.brokers),
            Bus::Log(log) => write!(f, "the log {}", log.path().display()),
            Bus::LogClient(client) => write!(f, "the log behind {}", client.socket().display()),
        }
    }
}
