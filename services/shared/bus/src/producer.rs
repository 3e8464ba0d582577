//! Producing: durable when it returns, within a bound.

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
    /// A producer that gives a record up when Kafka has not acknowledged it within `bound`.
    pub fn new(bus: &Bus, bound: Duration) -> Result<Self, BusError> {
        Ok(Producer(match bus {
            Bus::Kafka(config) => Adapter::Kafka(kafka::Producer::new(config, bound)?),
            Bus::Log(log) => Adapter::Log(log.clone()),
            Bus::LogClient(client) => Adapter::LogClient(client.clone()),
        }))
    }

    /// Appends records in their order and waits until all are durable. On an error some may be there, and none is under way
    /// any more: sending them again is harmless, because readers know an event by its source and id.
    pub async fn send(&self, records: impl AsRef<[Record]>) -> Result<Vec<Place>, BusError> {
        let records = records.as_ref();
        match &self.0 {
            Adapter::Kafka(producer) => producer.send(records).await,
            Adapter::Log(log) => Ok(log.append(records).await?),
            Adapter::LogClient(client) => Ok(client.append(records).await?),
        }
    }

    /// Waits until nothing is under way any more, or the bound is over.
    pub async fn flush(&self) {
        match &self.0 {
            Adapter::Kafka(producer) => producer.flush().await,
            // What was sent is durable.
            Adapter::Log(_) | Adapter::LogClient(_) => {}
        }
    }
}
