//! The state of the service, and the one place where a request becomes durable.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use bus::{BusError, Producer, Reach, Record};
use chassis::{Tls, Vitals, chain};
use chrono::{DateTime, Utc};
use events::{Event, Refusal, Topic, rejected_key};
use serde::Serialize;
use tokio::sync::Notify;

use crate::IngestError;
use crate::admit::{Admitted, Court};
use crate::config::Config;
use crate::doubt::Doubt;
use crate::kept::Kept;
use crate::metrics::Metrics;
use crate::rates::Rates;
use crate::records::{Stamp, of_event, received};
use crate::register::Register;
use crate::rules::Bounds;
use crate::spool::{SPOOL, Spool, SpoolError};
use crate::tokens::{Token, Tokens};
use crate::turns::Turns;

/// The part of readiness that says whether the broker answers.
pub(crate) const BROKER: &str = "broker";

/// Who brings what no request brought.
const SERVICE: &str = "ingest";

/// A request is neither on Kafka nor in the spool.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotKept {
    #[error("the broker did not keep this")]
    Bus(#[from] BusError),
    #[error("neither the broker nor the spool can keep this")]
    Spool(#[from] SpoolError),
}

/// Everything the handlers share.
pub(crate) struct Intake {
    pub(crate) config: Config,
    tokens: RwLock<Arc<Tokens>>,
    pub(crate) rates: Rates,
    pub(crate) tls: Option<Tls>,
    pub(crate) vitals: Vitals,
    pub(crate) metrics: Metrics,
    pub(crate) register: RwLock<Register>,
    /// The keys that stand in `rejected`.
    pub(crate) rejected: Mutex<HashSet<u128>>,
    pub(crate) turns: Turns,
    /// Where requests wait while the broker is away, if they may.
    pub(crate) spool: Option<Spool>,
    /// The time of day; tests have their own.
    pub(crate) clock: fn() -> DateTime<Utc>,
    /// Told when the broker failed us, so that somebody looks for it.
    pub(crate) lost: Notify,
    /// Whether those who follow `register` reach a broker.
    pub(crate) reach: Reach,
    pub(crate) producer: Producer,
}

impl Intake {
    pub(crate) fn new(config: Config) -> Result<Arc<Self>, IngestError> {
        events::Sharding::new(config.sharding.shards, config.sharding.partitions)?;
        let vitals = Vitals::default();
        let metrics = Metrics::new(&vitals.registry)?;
        let spool = config.spool.as_ref();
        let spool = spool
            .map(|spool| Spool::open(spool, &metrics.spool))
            .transpose()?;
        let intake = Intake {
            tokens: RwLock::new(Arc::new(config.all_tokens()?)),
            rates: Rates::new(&config.limits),
            tls: config.tls.as_ref().map(Tls::load).transpose()?,
            metrics,
            register: RwLock::default(),
            rejected: Mutex::default(),
            turns: Turns::new(&config.limits),
            spool,
            clock: Utc::now,
            lost: Notify::new(),
            reach: Reach::default(),
            producer: Producer::new(&config.kafka, config.limits.produce_bound())?,
            vitals,
            config,
        };
        intake.metrics.tokens(&intake.tokens());
        if let Some(spool) = &intake.spool {
            intake.learn(&spool.register()?);
            spool.tell(&intake.vitals.readiness);
        }
        Ok(Arc::new(intake))
    }

    /// The tokens as they are now.
    pub(crate) fn tokens(&self) -> Arc<Tokens> {
        let tokens = self.tokens.read();
        tokens.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the tokens again. If they cannot be used, those before still are.
    pub(crate) fn renew_tokens(&self) -> Result<(), IngestError> {
        let tokens = Arc::new(self.config.all_tokens()?);
        self.metrics.tokens(&tokens);
        self.rates.forget_all_but(&tokens);
        self.turns.forget_all_but(&tokens);
        *self.tokens.write().unwrap_or_else(PoisonError::into_inner) = tokens;
        Ok(())
    }

    /// Judges with the register as it is now.
    pub(crate) fn judge<T>(
        &self,
        token: &Token,
        now: DateTime<Utc>,
        by: impl FnOnce(&Court<'_>) -> T,
    ) -> T {
        self.known_register(|register| {
            by(&Court {
                token,
                register,
                sharding: self.config.sharding,
                bounds: Bounds::new(&self.config.limits, now),
                now,
            })
        })
    }

    /// Keeps what was accepted and what was refused. When it returns, the broker or the spool has both, and the register knows.
    pub(crate) async fn keep(
        &self,
        admitted: &mut Admitted,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), NotKept> {
        let mut records = std::mem::take(&mut admitted.records);
        let accepted: Vec<_> = Topic::LEDGER
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
        let mut refused = Vec::with_capacity(admitted.refused.len());
        for one in &admitted.refused {
            let (source, id) = match &one.identity {
                Some((source, id)) => (source.as_str(), id.clone()),
                None => ("body", one.sha256.clone().unwrap_or_default()),
            };
            let key = rejected_key(source, &id);
            refused.push((one.index, key_number(&key)));
            records.push(rejected(key, &one.refusals, &one.event, by, now));
        }
        self.store(records).await?;
        self.learn(&admitted.registrations);
        self.known_as_rejected(|keys| keys.extend(refused.iter().map(|(_, key)| *key)));
        for (topic, count) in accepted {
            self.metrics.accepted(topic, count as u64);
        }
        for one in &admitted.refused {
            if let Some(first) = one.refusals.first() {
                self.metrics.rejected(first.rule, one.count as u64);
            }
        }
        for note in &admitted.notes {
            self.metrics.noted(note.about);
        }
        self.forget_refusals(admitted, &refused).await
    }

    /// Keeps a body that was refused as a whole.
    pub(crate) async fn keep_body(
        &self,
        refusal: &Refusal,
        sha256: &str,
        kept: Kept,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), NotKept> {
        let key = rejected_key("body", sha256);
        let number = key_number(&key);
        self.store(vec![rejected(
            key,
            std::slice::from_ref(refusal),
            &kept,
            by,
            now,
        )])
        .await?;
        self.known_as_rejected(|keys| keys.extend([number]));
        self.metrics.rejected(refusal.rule, 1);
        Ok(())
    }

    /// What was refused before and is taken in now leaves `rejected`; only once it is kept, so that it is never nowhere.
    async fn forget_refusals(
        &self,
        admitted: &Admitted,
        refused: &[(usize, u128)],
    ) -> Result<(), NotKept> {
        let mut gone = Vec::new();
        self.known_as_rejected(|keys| {
            if keys.is_empty() {
                return;
            }
            for (index, (source, id)) in &admitted.taken {
                let key = rejected_key(source, id);
                let number = key_number(&key);
                let refused_later = || {
                    refused
                        .iter()
                        .any(|(at, refused)| *refused == number && at > index)
                };
                if keys.contains(&number) && !refused_later() {
                    gone.push((number, key));
                }
            }
        });
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

    /// Puts records on Kafka; into the spool, if there is one, while the broker is away or older ones wait there.
    async fn store(&self, records: Vec<Record>) -> Result<(), NotKept> {
        if records.is_empty() {
            return Ok(());
        }
        let Some(spool) = &self.spool else {
            return Ok(self.send(&records).await?);
        };
        if spool.is_empty() && self.lacks(BROKER).is_none() {
            match self.send(&records).await {
                Ok(()) => return Ok(()),
                Err(error) if error.is_of_the_record() => return Err(error.into()),
                Err(error) => tracing::warn!(why = chain(&error), "a request goes into the spool"),
            }
        }
        let pushed = spool.push(records, (self.clock)()).await;
        spool.tell(&self.vitals.readiness);
        if let Err(error) = &pushed {
            self.vitals.readiness.wait(SPOOL, chain(error));
        }
        Ok(pushed?)
    }

    /// Sends records to Kafka, whatever waits in the spool.
    pub(crate) async fn send(&self, records: &[Record]) -> Result<(), BusError> {
        let sent = self.producer.send(records).await;
        if sent.is_err() {
            self.lacking(BROKER, "the broker did not keep a request; looking for it");
            self.lost.notify_one();
        }
        sent.map(|_| ())
    }

    /// `part` is not there. With a spool that is no reason to turn senders away, unless there is nothing to judge them by.
    pub(crate) fn lacking(&self, part: &'static str, why: impl Into<String>) {
        let readiness = &self.vitals.readiness;
        let stands_in = |spool: &Spool| part != Topic::Register.name() || spool.knows_register();
        match self.spool.as_ref().is_some_and(stands_in) {
            true => readiness.amiss(part, why),
            false => readiness.wait(part, why),
        }
    }

    /// `part` is there.
    pub(crate) fn there_is(&self, part: &'static str) {
        self.vitals.readiness.ready(part);
        self.vitals.readiness.mended(part);
    }

    /// Why `part` is not there, if it is not.
    pub(crate) fn lacks(&self, part: &str) -> Option<String> {
        self.vitals.readiness.said_of(part)
    }

    /// Why the register may not say everything.
    pub(crate) fn doubt(&self) -> Option<Doubt> {
        let Some(spool) = &self.spool else {
            return self.vitals.readiness.waiting().map(Doubt::Unread);
        };
        let why = self.lacks(Topic::Register.name())?;
        Some(match spool.knows_register() {
            true => Doubt::Copied(why),
            false => Doubt::Unread(why),
        })
    }

    /// Keeps registrations that no request brought.
    pub(crate) async fn add_registrations(&self, events: &[Event]) -> Result<(), NotKept> {
        let stamp = Stamp {
            token: SERVICE,
            received: received((self.clock)()),
            sharding: self.config.sharding,
        };
        let records = events.iter().filter_map(|event| of_event(&stamp, event));
        self.store(records.collect()).await?;
        self.learn(events);
        Ok(())
    }

    /// Lets the register know of registrations that stand on Kafka.
    pub(crate) fn learn(&self, registrations: &[Event]) {
        if registrations.is_empty() {
            return;
        }
        let mut register = self
            .register
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        registrations.iter().for_each(|event| register.apply(event));
        self.metrics.register_meters.set(register.meters() as i64);
    }

    /// What is asked of the register as it is now.
    pub(crate) fn known_register<T>(&self, ask: impl FnOnce(&Register) -> T) -> T {
        ask(&self.register.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn known_as_rejected<T>(&self, with: impl FnOnce(&mut HashSet<u128>) -> T) -> T {
        with(&mut self.rejected.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A key of `rejected` as a number: half the memory of its text, and there may be millions.
pub(crate) fn key_number(key: &str) -> u128 {
    u128::from_str_radix(key, 16).unwrap_or_default()
}

/// The record that takes a key out of `rejected`.
pub(crate) fn tombstone(key: String) -> Record {
    Record {
        topic: Topic::Rejected,
        partition: None,
        key,
        headers: Vec::new(),
        payload: None,
    }
}

/// The record of [`events::RejectedEvent`], with the event as it came and not as it would be written again.
fn rejected(
    key: String,
    refusals: &[Refusal],
    event: &Kept,
    by: &str,
    now: DateTime<Utc>,
) -> Record {
    #[derive(Serialize)]
    struct Rejected<'a> {
        refusals: &'a [Refusal],
        received: DateTime<Utc>,
        by: &'a str,
        event: &'a Kept,
    }
    let payload = serde_json::to_vec(&Rejected {
        refusals,
        received: now,
        by,
        event,
    });
    Record {
        topic: Topic::Rejected,
        partition: None,
        key,
        headers: vec![("content-type", "application/json".to_owned())],
        // Nothing here can fail to be written; were it none, it would delete what it is to record.
        payload: Some(payload.unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kept;
    use crate::testing::now;

    #[test]
    fn what_was_refused_is_kept_as_it_came() {
        let check = |kept: Kept, wanted: &str| {
            let record = rejected(rejected_key("s", "1"), &[], &kept, "tester", now());
            let payload = record.payload.unwrap();
            let read: events::RejectedEvent = serde_json::from_slice(&payload).unwrap();
            assert_eq!(
                (read.event.to_string(), read.received),
                (wanted.to_owned(), now())
            );
        };
        check(
            kept::event(r#"{ "b": 1.50, "a": null }"#),
            r#"{"a":null,"b":1.5}"#,
        );
        check(kept::event("{not"), r#""{not""#);
        check(kept::event(r#"{"a":1e999}"#), r#""{\"a\":1e999}""#);
        check(kept::event(r#"["\ud800"]"#), r#""[\"\\ud800\"]""#);
        let deepest = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        check(kept::event(&deepest(126)), &deepest(126));
        check(kept::event(&deepest(127)), &format!("\"{}\"", deepest(127)));
        check(kept::bytes(b"a\xffb"), r#""a\\xffb""#);
        let long = "x".repeat(kept::LONGEST_TEXT + 1);
        check(kept::event(&long), &format!("\"{}\"", &long[1..]));
    }
}
