//! Produces records: they are durable when the call returns, and the call ends within a bound.

use std::time::Duration;

use events::Place;

use crate::{Bus, BusError, Log, LogClient, Record, kafka};

/// Appends records to topics. Cheap to clone.
#[derive(Clone)]
pub struct Producer(Adapter);

#[derive(Clone)]
enum Adapter {
    Kafka(kafka::Producer),
    Log(Log),
    LogClient(LogClient),
}

impl Producer {
    /// A producer that gives up a record if Kafka has not acknowledged it within `bound`.
    pub fn new(bus: &Bus, bound: Duration) -> Result<Self, BusError> {
        Ok(Producer(match bus {
            Bus::Kafka(config) => Adapter::Kafka(kafka::Producer::new(config, bound)?),
            Bus::Log(log) => Adapter::Log(log.clone()),
            Bus::LogClient(client) => Adapter::LogClient(client.clone()),
        }))
    }

    /// Appends records in their order and waits until all are durable. On an error some may be in the topic, and none is in
    /// flight any more. Sending them again is harmless, because readers identify an event by its source and id.
    pub async fn send(&self, records: impl AsRef<[Record]>) -> Result<Vec<Place>, BusError> {
        let records = records.as_ref();
        match &self.0 {
            Adapter::Kafka(producer) => producer.send(records).await,
            Adapter::Log(log) => Ok(log.append(records).await?),
            Adapter::LogClient(client) => Ok(client.append(records).await?),
        }
    }

    /// Waits until nothing is in flight any more, or the bound is over.
    pub async fn flush(&self) {
        match &self.0 {
            Adapter::Kafka(producer) => producer.flush().await,
            // Everything sent is durable already.
            Adapter::Log(_) | Adapter::LogClient(_) => {}
        }
    }
}
