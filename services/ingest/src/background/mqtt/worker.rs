//! Makes messages durable, in their order: first their events on Kafka or in the spool, then the last reads of registers, then
//! the acknowledgement. After a crash in between, the broker sends the messages again, and they give the same events.

use std::sync::Arc;
use std::time::Duration;

use chassis::{Stop, chain, failpoint};
use chrono::{DateTime, Utc};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use crate::admission::admit;
use crate::last_reads::{LastReads, LastReadsError};
use crate::mqtt::{Batch, Delivery, MqttConfig, OfToken, Reader, Receipt};
use crate::persist::PersistError;
use crate::rules::Bounds;
use crate::state::{Dependency, IngestState};
use crate::tokens::Authority;

/// The most messages that are made durable together.
const BATCH: usize = 256;
/// The interval between two retries.
const AGAIN: Duration = Duration::from_secs(1);

/// Why messages are not durable yet.
#[derive(Debug, thiserror::Error)]
enum NotYet {
    #[error("{0}")]
    Missing(String),
    #[error(transparent)]
    Persist(#[from] PersistError),
    #[error(transparent)]
    State(#[from] LastReadsError),
}

/// Makes messages durable, one batch after the other.
pub(super) struct Worker<'a> {
    pub(super) state: &'a Arc<IngestState>,
    pub(super) config: &'a MqttConfig,
    pub(super) last_reads: LastReads,
}

impl Worker<'_> {
    /// Runs until `stop`. The broker keeps the messages that are not acknowledged by then.
    pub(super) async fn run(
        mut self,
        mut deliveries: UnboundedReceiver<Delivery>,
        receipts: UnboundedSender<Receipt>,
        stop: &Stop,
    ) {
        loop {
            let mut taken = Vec::with_capacity(BATCH);
            let received = deliveries.recv_many(&mut taken, BATCH);
            match stop.run_until_cancelled(received).await {
                Some(count) if count > 0 => {}
                _ => return,
            }
            while let Err(why) = self.keep(&taken).await {
                tracing::warn!(why = chain(&why), "MQTT messages wait");
                let _stopped = stop.run_until_cancelled(tokio::time::sleep(AGAIN)).await;
                if stop.is_cancelled() {
                    return;
                }
            }
            failpoint!("ingest.mqtt-committed");
            for delivery in taken {
                let _stopping = receipts.send(delivery.receipt);
            }
        }
    }

    async fn keep(&mut self, taken: &[Delivery]) -> Result<(), NotYet> {
        let missing = self.state.missing(Dependency::Broker);
        if let Some(why) = missing.filter(|_| self.state.spool.is_none()) {
            return Err(NotYet::Missing(why));
        }
        let (now, limits) = ((self.state.clock)(), &self.state.config.limits);
        let reader = Reader {
            subscriptions: &self.config.subscriptions,
            services: &self.state.services,
            bounds: Bounds::new(limits, now),
            most_events: limits.max_batch_events,
        };
        let messages = taken.iter().map(|delivery| &delivery.message);
        let mut batch = reader.read(messages, self.last_reads.registers());
        for (token, of_token) in std::mem::take(&mut batch.by_token) {
            self.persist(&token, of_token, now).await?;
        }
        failpoint!("ingest.mqtt-persisted");
        self.commit(batch).await
    }

    /// Judges and keeps what one token's messages come to.
    async fn persist(
        &self,
        token: &str,
        of_token: OfToken,
        now: DateTime<Utc>,
    ) -> Result<(), NotYet> {
        let OfToken { items, refused } = of_token;
        let register_state = self.state.register_state();
        let authority = Authority::named(&self.state.tokens(), token);
        // Registrations are judged one request at a time, each by those before it.
        let registers = authority.token().is_ok_and(|token| token.may_register);
        let _registering = match registers {
            true => Some(self.state.registering.lock().await),
            false => None,
        };
        let mut outcome = self.state.judge(&authority, now, |context| {
            let texts: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
            admit(&texts, context)
        });
        if let Some(why) = outcome.unproven_by(&register_state) {
            return Err(NotYet::Missing(why.to_owned()));
        }
        for one in &mut outcome.refused {
            // An event that names neither its source nor its id is named by its topic.
            if let (None, Some(item)) = (&one.identity, items.get(one.index)) {
                let sha256 = one.sha256.take().unwrap_or_default();
                one.identity = Some((item.source.clone(), sha256));
            }
        }
        outcome.refused.extend(refused);
        Ok(self.state.persist(&mut outcome, token, now).await?)
    }

    /// Writes the last reads of registers.
    async fn commit(&mut self, batch: Batch) -> Result<(), NotYet> {
        let changed = self.last_reads.write(batch.changed).await?;
        let metrics = &self.state.metrics.mqtt;
        for (outcome, count) in batch.outcomes {
            metrics.message(outcome, count);
        }
        metrics.register_changes(&changed.changes);
        Ok(())
    }
}
