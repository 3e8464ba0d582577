//! Creates the topics, and checks them against the configuration.

use std::collections::BTreeMap;
use std::time::Duration;

use events::{Sharding, Topic};
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::types::RDKafkaErrorCode;

use super::config::KafkaConfig;
use crate::BusError;
use crate::kafka::auth_error::Refused;

const PATIENCE: Duration = Duration::from_secs(10);

/// Creates the topics that do not exist, and fails if the partition count of any topic differs from the configuration.
pub(crate) async fn ensure_topics(
    config: &KafkaConfig,
    sharding: Sharding,
) -> Result<(), BusError> {
    let mut counts = existing_topics(config).await?;
    let missing: Vec<Topic> = Topic::ALL
        .into_iter()
        .filter(|topic| !counts.contains_key(&config.topic(*topic)))
        .collect();
    if !missing.is_empty() {
        create_topics(config, sharding, &missing).await?;
        counts.extend(partition_counts(config, &missing).await?);
    }
    for topic in Topic::ALL {
        let name = config.topic(topic);
        let found = counts.get(&name).copied().unwrap_or_default();
        if found != sharding.partitions as usize {
            return Err(BusError::Partitions {
                topic: name,
                found,
                wanted: sharding.partitions,
            });
        }
    }
    Ok(())
}

/// The number of partitions of every topic there is.
async fn existing_topics(config: &KafkaConfig) -> Result<BTreeMap<String, usize>, BusError> {
    let auth_error = Refused::default();
    let client: BaseConsumer<Refused> = config
        .client()?
        .set("group.id", config.group("greenledger-look"))
        .create_with_context(auth_error.clone())
        .map_err(BusError::Client)?;
    let brokers = config.brokers.clone();
    let lookup = tokio::task::spawn_blocking(move || {
        let metadata = client.fetch_metadata(None, PATIENCE);
        let metadata = metadata.map_err(|source| match Refused::why(&client, &auth_error) {
            Some(why) => BusError::Refused { brokers, why },
            None => BusError::broker(format!("look at the topics at {brokers}"))(source),
        })?;
        let counts = metadata.topics().iter();
        let counts = counts.map(|topic| (topic.name().to_owned(), topic.partitions().len()));
        Ok(counts.filter(|(_, count)| *count > 0).collect())
    });
    lookup.await.unwrap_or(Err(BusError::Ended("metadata")))
}

/// Creates topics. A topic that another service created first is not an error.
async fn create_topics(
    config: &KafkaConfig,
    sharding: Sharding,
    topics: &[Topic],
) -> Result<(), BusError> {
    let partitions = i32::try_from(sharding.partitions).unwrap_or(i32::MAX);
    let names: Vec<String> = topics.iter().map(|topic| config.topic(*topic)).collect();
    let new = topics.iter().zip(&names).map(|(topic, name)| {
        let made = NewTopic::new(
            name,
            partitions,
            TopicReplication::Fixed(config.replication),
        );
        // Of three copies two must be written: one broker may fail without losing or refusing an event.
        let copies = (config.replication >= 3).then_some(&("min.insync.replicas", "2"));
        settings(*topic)
            .iter()
            .chain(copies)
            .fold(made, |topic, (name, value)| topic.set(name, value))
    });
    let new: Vec<_> = new.collect();
    let admin: AdminClient<DefaultClientContext> =
        config.client()?.create().map_err(BusError::Client)?;
    let options = AdminOptions::new()
        .request_timeout(Some(PATIENCE))
        .operation_timeout(Some(PATIENCE));
    let made = admin
        .create_topics(&new, &options)
        .await
        .map_err(BusError::broker(format!(
            "make the topics at {}",
            config.brokers
        )))?;
    for outcome in made {
        match outcome {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, code)) => {
                return Err(BusError::Broker {
                    action: format!("make topic {topic} at {}", config.brokers),
                    source: KafkaError::AdminOp(code),
                });
            }
        }
    }
    Ok(())
}

/// How long a topic keeps its records: events for 30 days, so that an aggregate may be away for weeks. `register` is kept for
/// ever: ingest reads from it which school owns a meter. The compacted topics are kept for ever, too.
fn settings(topic: Topic) -> &'static [(&'static str, &'static str)] {
    match topic {
        Topic::Readings | Topic::Withdrawals | Topic::Waste | Topic::Travel | Topic::Activity => {
            &[("cleanup.policy", "delete"), ("retention.ms", "2592000000")]
        }
        Topic::Register => &[("cleanup.policy", "delete"), ("retention.ms", "-1")],
        Topic::Footprints | Topic::Rejected | Topic::Grid => &[("cleanup.policy", "compact")],
    }
}

fn metadata_client(config: &KafkaConfig) -> Result<BaseConsumer, BusError> {
    config
        .client()?
        .set("group.id", config.group("greenledger-look"))
        .create()
        .map_err(BusError::Client)
}

/// The number of partitions of a topic. A new topic may take a moment to become visible.
pub(crate) async fn partition_count(config: &KafkaConfig, topic: Topic) -> Result<usize, BusError> {
    let counts = partition_counts(config, &[topic]).await?;
    Ok(counts.into_values().next().unwrap_or_default())
}

/// The same of several topics, by one client: to make and close one takes a sixth of a second.
async fn partition_counts(
    config: &KafkaConfig,
    topics: &[Topic],
) -> Result<BTreeMap<String, usize>, BusError> {
    let client = metadata_client(config)?;
    let (names, brokers) = (
        topics
            .iter()
            .map(|topic| config.topic(*topic))
            .collect::<Vec<_>>(),
        config.brokers.clone(),
    );
    let lookup = tokio::task::spawn_blocking(move || {
        let count = |name: String| {
            let action = format!("look at topic {name} at {brokers}");
            let count = visible_partitions(&client, &name).map_err(BusError::broker(action))?;
            Ok((name, count))
        };
        names.into_iter().map(count).collect()
    });
    lookup.await.unwrap_or(Err(BusError::Ended("metadata")))
}

fn visible_partitions(client: &BaseConsumer, name: &str) -> KafkaResult<usize> {
    let mut found = 0;
    for _ in 0..20 {
        let metadata = client.fetch_metadata(Some(name), PATIENCE)?;
        let topic = metadata.topics().first();
        found = topic.map_or(0, |topic| topic.partitions().len());
        if found > 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(found)
}
