//! How to reach Kafka.

use std::collections::BTreeMap;

use rdkafka::ClientConfig;
use serde::Deserialize;

/// Where the brokers are, and anything librdkafka is to be told beside it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusConfig {
    /// `host:port`, several separated by commas.
    pub brokers: String,
    /// Replicas of topics that have to be made.
    #[serde(default = "one")]
    pub replication: i32,
    /// Properties of librdkafka, such as `security.protocol`.
    #[serde(default)]
    pub properties: BTreeMap<String, String>,
}

fn one() -> i32 {
    1
}

impl BusConfig {
    /// The brokers at `brokers`, with nothing else set.
    pub fn at(brokers: impl Into<String>) -> Self {
        BusConfig {
            brokers: brokers.into(),
            replication: 1,
            properties: BTreeMap::new(),
        }
    }

    pub(crate) fn client(&self) -> ClientConfig {
        let mut client = ClientConfig::new();
        client
            .set("bootstrap.servers", &self.brokers)
            .set("client.id", "greenledger")
            // A broker that was away is found again within a second, not within ten.
            .set("reconnect.backoff.max.ms", "1000");
        for (name, value) in &self.properties {
            client.set(name, value);
        }
        client
    }
}
