//! The only place where a request becomes durable: on Kafka, or in the spool while the broker is away.

use bus::{BusError, Record};
use chassis::chain;
use chrono::{DateTime, Utc};
use events::{Event, Refusal};

use crate::admission::BatchOutcome;
use crate::metrics::TOPICS_OF_EVENTS;
use crate::records::{Stamp, of_event};
use crate::rejected::payload::RejectedPayload;
use crate::rejected::records::{key_number, rejected, resolved_rejections, tombstone};
use crate::spool::{SPOOL, SpoolError};
use crate::state::{Dependency, IngestState};

/// The source for bodies, which have no source.
const BODY: &str = "body";

/// The sender of registrations that came with no request.
const SERVICE: &str = "ingest";

/// A request is neither on Kafka nor in the spool.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PersistError {
    #[error("the broker did not keep this")]
    Bus(#[from] BusError),
    #[error("neither the broker nor the spool can keep this")]
    Spool(#[from] SpoolError),
}

impl IngestState {
    /// Keeps what was accepted and what was refused. On return, the broker or the spool has both, and the register has learned
    /// it.
    pub(crate) async fn persist(
        &self,
        outcome: &mut BatchOutcome,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), PersistError> {
        let mut records = std::mem::take(&mut outcome.records);
        let accepted: Vec<_> = TOPICS_OF_EVENTS
            .into_iter()
            .map(|topic| {
                (
                    topic,
                    records
                        .iter()
                        .filter(|record| record.topic == topic)
                        .count(),
                )
            })
            .collect();
        let mut refused = Vec::with_capacity(outcome.refused.len());
        for one in &outcome.refused {
            let identity = match &one.identity {
                Some((source, id)) => (source.as_str(), id.as_str()),
                None => (BODY, one.sha256.as_deref().unwrap_or_default()),
            };
            let record = rejected(identity, &one.refusals, &one.event, by, now);
            refused.push((one.index, key_number(&record.key)));
            records.push(record);
        }
        self.store(records).await?;
        self.learn(outcome.registrations.iter().map(|event| (event, now)));
        self.known_as_rejected(|keys| keys.extend(refused.iter().map(|(_, key)| *key)));
        for (topic, count) in accepted {
            self.metrics.accepted(topic, count as u64);
        }
        for one in &outcome.refused {
            if let Some(first) = one.refusals.first() {
                self.metrics.rejected(first.rule, one.count as u64);
            }
        }
        for (rule, count) in &outcome.bad_values {
            self.metrics.bad_values(*rule, *count);
        }
        for note in &outcome.notes {
            self.metrics.noted(note.about);
        }
        self.forget_refusals(outcome, &refused).await
    }

    /// Keeps a body that was refused as a whole.
    pub(crate) async fn persist_body(
        &self,
        refusal: &Refusal,
        sha256: &str,
        kept: RejectedPayload,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), PersistError> {
        let refusals = std::slice::from_ref(refusal);
        let record = rejected((BODY, sha256), refusals, &kept, by, now);
        let number = key_number(&record.key);
        self.store(vec![record]).await?;
        self.known_as_rejected(|keys| keys.extend([number]));
        self.metrics.rejected(refusal.rule, 1);
        Ok(())
    }

    /// Removes from `rejected` what was refused before and is accepted now; only after it is kept, so that it is never lost.
    async fn forget_refusals(
        &self,
        outcome: &BatchOutcome,
        refused: &[(usize, u128)],
    ) -> Result<(), PersistError> {
        let gone =
            self.known_as_rejected(|keys| resolved_rejections(&outcome.taken, refused, keys));
        if gone.is_empty() {
            return Ok(());
        }
        let tombstones = gone.iter().map(|(_, key)| tombstone(key.clone()));
        self.store(tombstones.collect()).await?;
        self.known_as_rejected(|keys| {
            for (number, _) in &gone {
                keys.remove(number);
            }
        });
        Ok(())
    }

    /// Writes records to Kafka; or into the spool, if there is one, while the broker is away or older records wait there.
    async fn store(&self, records: Vec<Record>) -> Result<(), PersistError> {
        if records.is_empty() {
            return Ok(());
        }
        let Some(spool) = &self.spool else {
            return Ok(self.send(&records).await?);
        };
        if spool.is_empty() && self.missing(Dependency::Broker).is_none() {
            match self.send(&records).await {
                Ok(()) => return Ok(()),
                Err(error) if error.is_of_the_record() => return Err(error.into()),
                Err(error) => tracing::warn!(why = chain(&error), "a request goes into the spool"),
            }
        }
        let pushed = spool.push(records, (self.clock)()).await;
        spool.report(&self.health.readiness);
        if let Err(error) = &pushed {
            self.health.readiness.wait(SPOOL, chain(error));
        }
        Ok(pushed?)
    }

    /// Sends records to Kafka, whatever waits in the spool.
    pub(crate) async fn send(&self, records: &[Record]) -> Result<(), BusError> {
        let sent = self.producer.send(records).await;
        if sent.is_err() {
            let reason = "the broker did not keep a request; looking for it";
            self.set_missing(Dependency::Broker, reason);
            self.lost.notify_one();
        }
        sent.map(|_| ())
    }

    /// Keeps registrations that came with no request.
    pub(crate) async fn add_registrations(&self, events: &[Event]) -> Result<(), PersistError> {
        let _registering = self.registering.lock().await;
        let now = (self.clock)();
        let stamp = Stamp {
            token: SERVICE,
            received: now,
            sharding: self.config.sharding,
        };
        let records = events.iter().filter_map(|event| of_event(&stamp, event));
        self.store(records.collect()).await?;
        self.learn(events.iter().map(|event| (event, now)));
        Ok(())
    }
}
