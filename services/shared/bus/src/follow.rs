//! Follows a topic: yields every record from the start, then every new one, outside any group.

use events::Topic;
use tokio::sync::mpsc;

use crate::{Bus, BusError, Connectivity, StoredRecord, kafka};

/// What following a topic yields.
#[derive(Debug)]
pub enum Followed {
    /// Records, in the order of each partition.
    Records(Vec<StoredRecord>),
    /// Every record that was in the topic at the start has been yielded. Occurs once.
    CaughtUp,
    /// No more records will come. Follow the topic again, unless the error is one of configuration.
    Failed(BusError),
}

/// Follows a topic until the receiver is dropped.
pub async fn follow(bus: &Bus, topic: Topic) -> Result<mpsc::Receiver<Followed>, BusError> {
    follow_watched(bus, topic, Connectivity::default()).await
}

/// Like [`follow()`], and keeps `connectivity` up to date.
pub async fn follow_watched(
    bus: &Bus,
    topic: Topic,
    connectivity: Connectivity,
) -> Result<mpsc::Receiver<Followed>, BusError> {
    match bus {
        Bus::Kafka(config) => kafka::follow(config, topic, connectivity).await,
        Bus::Log(log) => Ok(log.follow(topic, connectivity)),
        Bus::LogClient(_) => Err(BusError::InAnotherProcess),
    }
}

/// Every record that is in a topic now, in the order of each partition.
pub async fn snapshot(bus: &Bus, topic: Topic) -> Result<Vec<StoredRecord>, BusError> {
    if let Bus::LogClient(client) = bus {
        return Ok(client.snapshot(topic).await?);
    }
    let mut followed = follow(bus, topic).await?;
    let mut all = Vec::new();
    loop {
        match followed.recv().await {
            Some(Followed::Records(records)) => all.extend(records),
            Some(Followed::CaughtUp) => return Ok(all),
            Some(Followed::Failed(error)) => return Err(error),
            None => return Err(BusError::Ended(topic.name())),
        }
    }
}
