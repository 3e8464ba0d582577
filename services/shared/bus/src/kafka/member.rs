//! Configures the membership of a process in its group.

use rdkafka::ClientConfig;
use serde::Deserialize;

use super::config::{KafkaConfig, Property};
use crate::BusError;

/// The Kafka protocol that distributes the partitions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupProtocol {
    /// The members distribute them: at every change each member gives up all its partitions. Every broker supports it.
    #[default]
    Classic,
    /// The broker distributes them, and moves only the partitions that have to move (KIP-848). Apache Kafka supports it from
    /// 4.0 on.
    Consumer,
}

/// The membership of a process in its group.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GroupConfig {
    /// The protocol that distributes partitions. During a rolling change of members, both may be in one group.
    pub protocol: GroupProtocol,
    /// A name that only this process has, which makes it a static member: if it restarts within the session, it takes over its
    /// partitions again, and no other process has them meanwhile.
    pub instance: Option<Property>,
    /// Seconds without a heartbeat after which the group takes a member for dead. Applies to the classic protocol; with the
    /// other protocol the broker decides, by `group.consumer.session.timeout.ms`.
    pub session_seconds: u64,
}

impl Default for GroupConfig {
    fn default() -> Self {
        GroupConfig {
            protocol: GroupProtocol::Classic,
            instance: None,
            session_seconds: 10,
        }
    }
}

const SESSION: &str = "session.timeout.ms";
/// The longest interval between heartbeats, in milliseconds: librdkafka's default.
const MOST_BETWEEN_SIGNS: u64 = 3_000;

impl GroupConfig {
    pub(crate) fn client(&self, config: &KafkaConfig) -> Result<ClientConfig, BusError> {
        let mut client = config.client()?;
        match self.protocol {
            // Range gives one member the same partition of every topic, and so a school's whole history.
            GroupProtocol::Classic => {
                client.set("partition.assignment.strategy", "range");
                // [kafka.properties] may have set it already.
                if client.get(SESSION).is_none() {
                    let session = self.session_seconds.saturating_mul(1_000);
                    let between_signs = (session / 3).clamp(1, MOST_BETWEEN_SIGNS);
                    client
                        .set(SESSION, session.to_string())
                        .set("heartbeat.interval.ms", between_signs.to_string());
                }
            }
            GroupProtocol::Consumer => {
                client
                    .set("group.protocol", "consumer")
                    .set("group.remote.assignor", "range");
            }
        }
        if let Some(instance) = &self.instance {
            client.set("group.instance.id", instance.value()?);
        }
        Ok(client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(group: &GroupConfig) -> ClientConfig {
        group.client(&KafkaConfig::at("127.0.0.1:9092")).unwrap()
    }

    #[test]
    fn a_classic_member_shows_three_signs_of_life_in_its_session() {
        let group = GroupConfig {
            session_seconds: 6,
            ..GroupConfig::default()
        };
        let client = of(&group);
        assert_eq!(client.get(SESSION), Some("6000"));
        assert_eq!(client.get("heartbeat.interval.ms"), Some("2000"));
        assert_eq!(client.get("partition.assignment.strategy"), Some("range"));
        assert_eq!(client.get("group.instance.id"), None);
    }

    #[test]
    fn with_the_consumer_protocol_settings_of_the_broker_are_not_set() {
        let group = GroupConfig {
            protocol: GroupProtocol::Consumer,
            instance: Some(Property::Text("aggregate-0".to_owned())),
            ..GroupConfig::default()
        };
        let client = of(&group);
        assert_eq!(client.get("group.protocol"), Some("consumer"));
        assert_eq!(client.get("group.remote.assignor"), Some("range"));
        assert_eq!(client.get("group.instance.id"), Some("aggregate-0"));
        for theirs in [
            SESSION,
            "heartbeat.interval.ms",
            "partition.assignment.strategy",
        ] {
            assert_eq!(client.get(theirs), None);
        }
    }
}
