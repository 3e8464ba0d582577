//! Produces records: idempotent, acknowledged by all in-sync replicas, within a bound.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use events::Place;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{DeliveryFuture, FutureProducer, FutureRecord, Producer as _};

use super::config::KafkaConfig;
use crate::{BusError, Record};

/// Sends records to Kafka. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Producer {
    config: KafkaConfig,
    /// Replaced after a fatal error: see [`Producer::renew`].
    client: Arc<Mutex<FutureProducer>>,
    bound: Duration,
}

impl Producer {
    /// A producer that gives up a record if it has not been acknowledged within `bound`.
    pub(crate) fn new(config: &KafkaConfig, bound: Duration) -> Result<Self, BusError> {
        Ok(Producer {
            config: config.clone(),
            client: Arc::new(Mutex::new(client(config, bound)?)),
            bound,
        })
    }

    fn client(&self) -> FutureProducer {
        let client = self.client.lock();
        client.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the client after a fatal error. A broker that was recreated, or has lost records, may not know the sequence
    /// numbers of an idempotent producer, and then rejects all its further records.
    fn renew(&self, failed: &FutureProducer) {
        let Some((_, why)) = failed.client().fatal_error() else {
            return;
        };
        let mut assignment = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if assignment.client().native_ptr() != failed.client().native_ptr() {
            return;
        }
        match client(&self.config, self.bound) {
            Ok(new) => {
                tracing::warn!(
                    why,
                    "the broker takes nothing of this producer again; a new one is made"
                );
                let old = std::mem::replace(&mut *assignment, new);
                // The drop waits for the client's own thread.
                tokio::task::spawn_blocking(move || drop(old));
            }
            Err(error) => tracing::warn!(%error, "no new producer can be made"),
        }
    }

    /// Sends records in their order and waits until the broker has them all. On an error some may be in the topic, and none is
    /// in flight any more. Sending them again is harmless, because readers identify an event by its source and id.
    pub(crate) async fn send(&self, records: &[Record]) -> Result<Vec<Place>, BusError> {
        let deadline = Instant::now() + self.bound;
        let client = self.client();
        let mut waiting = Vec::with_capacity(records.len());
        let mut failed = None;
        for record in records {
            match self.enqueue(&client, record, deadline).await {
                Ok(delivery) => waiting.push((record, delivery)),
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        let mut places = Vec::with_capacity(waiting.len());
        for (record, delivery) in waiting {
            let source = match delivery.await {
                Ok(Ok(sent)) => {
                    places.push(Place {
                        partition: sent.partition,
                        offset: sent.offset,
                    });
                    continue;
                }
                Ok(Err((error, _))) => Some(error),
                Err(_cancelled) => None,
            };
            failed.get_or_insert_with(|| self.undelivered(record, source));
        }
        if failed.is_some() {
            self.renew(&client);
        }
        failed.map_or(Ok(places), Err)
    }

    /// Puts a record into the client's queue, waiting for room while the queue is full.
    async fn enqueue(
        &self,
        client: &FutureProducer,
        record: &Record,
        deadline: Instant,
    ) -> Result<DeliveryFuture, BusError> {
        loop {
            let topic = self.config.topic(record.topic);
            match client.send_result(future_record(&topic, record)) {
                Ok(delivery) => return Ok(delivery),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), _))
                    if Instant::now() < deadline =>
                {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                Err((error, _)) => return Err(self.undelivered(record, Some(error))),
            }
        }
    }

    fn undelivered(&self, record: &Record, source: Option<KafkaError>) -> BusError {
        BusError::Delivery {
            topic: self.config.topic(record.topic),
            seconds: self.bound.as_secs(),
            source,
        }
    }

    /// Waits until the client's queue is empty, or the bound is over.
    pub(crate) async fn flush(&self) {
        let (client, bound) = (self.client(), self.bound);
        let _given_up = tokio::task::spawn_blocking(move || client.flush(bound)).await;
    }
}

fn client(config: &KafkaConfig, bound: Duration) -> Result<FutureProducer, BusError> {
    config
        .client()?
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("compression.type", "lz4")
        .set("linger.ms", "1")
        .set("queue.buffering.max.kbytes", "262144")
        .set("message.timeout.ms", bound.as_millis().to_string())
        .set("message.max.bytes", "4000000")
        .create()
        .map_err(BusError::Client)
}

fn future_record<'a>(topic: &'a str, record: &'a Record) -> FutureRecord<'a, String, Vec<u8>> {
    let headers = OwnedHeaders::new_with_capacity(record.headers.len());
    let headers = record
        .headers
        .iter()
        .fold(headers, |headers, (key, value)| {
            headers.insert(Header {
                key,
                value: Some(value),
            })
        });
    FutureRecord {
        topic,
        partition: record.partition,
        payload: record.payload.as_ref(),
        key: Some(&record.key),
        timestamp: None,
        headers: Some(headers),
    }
}
