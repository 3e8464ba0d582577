//! The connection to Kafka.

use std::collections::BTreeMap;
use std::fmt;

use events::Topic;
use rdkafka::ClientConfig;
use serde::Deserialize;

use crate::BusError;

/// The addresses of the brokers, and further settings for librdkafka.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KafkaConfig {
    /// `host:port`, several separated by commas.
    pub brokers: String,
    /// The replication factor for topics that this service creates.
    #[serde(default = "one")]
    pub replication: i32,
    /// The prefix of the names of topics and consumer groups, so that several installations can share a cluster: letters,
    /// digits, `.`, `_` and `-`.
    #[serde(default)]
    pub topic_prefix: String,
    /// Properties of librdkafka, such as `security.protocol`.
    #[serde(default)]
    pub properties: BTreeMap<String, Property>,
}

/// A property's value: in plain text, or in an environment variable, so that no file holds a password.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum Property {
    /// The value in plain text.
    Text(String),
    /// The value of an environment variable.
    Env {
        /// The name of the variable.
        env: String,
    },
}

/// Omits the value: it may be a password.
impl fmt::Debug for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Property::Text(_) => f.write_str("Text(…)"),
            Property::Env { env } => f.debug_struct("Env").field("env", env).finish(),
        }
    }
}

impl Property {
    pub(crate) fn value(&self) -> Result<String, BusError> {
        match self {
            Property::Text(text) => Ok(text.clone()),
            Property::Env { env } => std::env::var(env).map_err(|_| BusError::Unset(env.clone())),
        }
    }
}

/// Keeps topic names within Kafka's limit of 249 characters.
const LONGEST_PREFIX: usize = 200;

fn one() -> i32 {
    1
}

impl KafkaConfig {
    /// The brokers at `brokers`, with nothing else set.
    pub fn at(brokers: impl Into<String>) -> Self {
        KafkaConfig {
            brokers: brokers.into(),
            replication: 1,
            topic_prefix: String::new(),
            properties: BTreeMap::new(),
        }
    }

    /// A topic's name in this Kafka.
    pub(crate) fn topic(&self, topic: Topic) -> String {
        format!("{}{}", self.topic_prefix, topic.name())
    }

    /// The topic with this name in this Kafka, if it belongs to this installation.
    pub(crate) fn topic_named(&self, name: &str) -> Option<Topic> {
        Topic::parse(name.strip_prefix(self.topic_prefix.as_str())?)
    }

    /// A consumer group's name in this Kafka.
    pub(crate) fn group(&self, group: &str) -> String {
        format!("{}{group}", self.topic_prefix)
    }

    /// Checks what can be checked without a broker.
    pub fn check(&self) -> Result<(), BusError> {
        let is_legal = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        let fits =
            self.topic_prefix.len() <= LONGEST_PREFIX && self.topic_prefix.chars().all(is_legal);
        match fits {
            true => Ok(()),
            false => Err(BusError::TopicPrefix(self.topic_prefix.clone())),
        }
    }

    /// Whether a property holds a secret in plain text instead of the name of an environment variable.
    pub fn holds_password(&self) -> bool {
        let secret = |name: &str| {
            ["password", "secret", ".pem"]
                .iter()
                .any(|word| name.contains(word))
        };
        let mut properties = self.properties.iter();
        properties.any(|(name, value)| secret(name) && matches!(value, Property::Text(_)))
    }

    pub(crate) fn client(&self) -> Result<ClientConfig, BusError> {
        self.check()?;
        let mut client = ClientConfig::new();
        client
            .set("bootstrap.servers", &self.brokers)
            .set("client.id", "greenledger")
            // Reconnects within a second after a broker was away, not within ten.
            .set("reconnect.backoff.max.ms", "1000")
            // Finds recreated topics within ten seconds, not within five minutes.
            .set("topic.metadata.refresh.interval.ms", "10000");
        for (name, value) in &self.properties {
            client.set(name, value.value()?);
        }
        Ok(client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_the_file_is_distinguished_from_one_in_the_environment() {
        let check = |name: &str, value: Property, wanted| {
            let mut config = KafkaConfig::at("127.0.0.1:9092");
            config.properties = [(name.to_owned(), value)].into();
            assert_eq!(config.holds_password(), wanted, "{name}");
        };
        let text = || Property::Text("x".to_owned());
        let env = || Property::Env {
            env: "X".to_owned(),
        };
        check("sasl.password", text(), true);
        check("ssl.key.pem", text(), true);
        check("sasl.oauthbearer.client.secret", text(), true);
        check("sasl.password", env(), false);
        check("sasl.username", text(), false);
        check("ssl.ca.location", text(), false);
    }
}
