//! The progress of a group.

use events::{Place, Topic};

use crate::{Bus, BusError, kafka};

/// How far a partition of a topic is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The topic.
    pub topic: Topic,
    /// The next record to read.
    pub next: Place,
    /// A note of the committer; at most 4,096 bytes.
    pub note: String,
}

/// What `group` has committed for each topic in a partition, queried from outside the group.
pub async fn committed(
    bus: &Bus,
    group: &str,
    topics: &[Topic],
    partition: i32,
) -> Result<Vec<Commit>, BusError> {
    match bus {
        Bus::Kafka(config) => kafka::committed(config, group, topics, partition).await,
        Bus::Log(log) => Ok(log.committed(group, topics, partition)?),
        Bus::LogClient(client) => Ok(client.committed(group, topics, partition).await?),
    }
}

/// Commits for a group that has no member.
pub async fn commit(bus: &Bus, group: &str, commits: Vec<Commit>) -> Result<(), BusError> {
    match bus {
        Bus::Kafka(config) => kafka::commit(config, group, commits).await,
        Bus::Log(log) => {
            let (log, group) = (log.clone(), group.to_owned());
            let done = tokio::task::spawn_blocking(move || log.commit(&group, &commits)).await;
            Ok(done.map_err(|_| BusError::Ended("offsets"))??)
        }
        Bus::LogClient(_) => Err(BusError::InAnotherProcess),
    }
}

/// The first record that a partition of a topic still has, or the next if it has none.
pub async fn first(bus: &Bus, topic: Topic, partition: i32) -> Result<Place, BusError> {
    let offset = match bus {
        Bus::Kafka(config) => kafka::first(config, topic, partition).await?,
        Bus::Log(log) => log.first(topic, partition)?,
        Bus::LogClient(_) => return Err(BusError::InAnotherProcess),
    };
    Ok(Place { partition, offset })
}

/// The offset that the next record of every partition of these topics will have.
pub async fn ends(bus: &Bus, topics: &[Topic]) -> Result<Vec<(Topic, Place)>, BusError> {
    match bus {
        Bus::Kafka(config) => kafka::ends(config, topics).await,
        Bus::Log(log) => Ok(log.ends(topics)),
        Bus::LogClient(client) => Ok(client.ends(topics).await?),
    }
}

/// The number of records of `topics` that `group` has not committed. Zero means: everything that was in the topics is durable
/// elsewhere.
pub async fn uncommitted(bus: &Bus, group: &str, topics: &[Topic]) -> Result<i64, BusError> {
    match bus {
        Bus::Kafka(config) => kafka::uncommitted(config, group, topics).await,
        Bus::Log(log) => Ok(log.uncommitted(group, topics)?),
        Bus::LogClient(client) => Ok(client.uncommitted(group, topics).await?),
    }
}
