//! Writes to Kafka: figures to `footprints`, and rows and records that were put aside to `rejected`.

use std::collections::VecDeque;
use std::time::Instant;

use bus::BusError;
use chassis::{chain, failpoint};
use events::{Place, Topic};
use tokio::task::{JoinHandle, block_in_place};

use super::Worker;
use crate::AggregateError;
use crate::emit::{Emission, emit};

/// How many emissions are on their way to the broker while the next is computed.
const ON_THE_WAY: usize = 2;

/// An emission on its way to the broker, with the partition it is of.
type Sending = JoinHandle<(i32, Emission, Result<Vec<Place>, BusError>)>;

impl Worker {
    /// Emits the figures of all touched schools.
    pub(super) async fn emit(&mut self) -> Result<(), AggregateError> {
        let numbers = self.partitions.keys().copied().collect();
        self.emit_of(numbers, usize::MAX).await
    }

    /// Emits the figures of the next touched schools, of the partition that has most.
    pub(super) async fn emit_some(&mut self) -> Result<(), AggregateError> {
        let owned = self.partitions.iter();
        let most = owned.max_by_key(|(_, owned)| owned.state.touched.len());
        let numbers = most.map(|(number, _)| *number).into_iter().collect();
        self.emit_of(numbers, 1).await
    }

    /// Emits so many emissions at most.
    async fn emit_of(
        &mut self,
        numbers: Vec<i32>,
        mut emissions: usize,
    ) -> Result<(), AggregateError> {
        let began = Instant::now();
        self.send_put_aside().await;
        let mut sending: VecDeque<Sending> = VecDeque::new();
        let mut waiting = 0;
        'all: for number in numbers {
            while emissions > 0
                && let Some(emission) = self.compute(number)?
            {
                emissions -= 1;
                failpoint!("aggregate.emitting");
                let producer = self.producer.clone();
                sending.push_back(tokio::spawn(async move {
                    let sent = producer.send(&emission.records).await;
                    (number, emission, sent)
                }));
                if sending.len() == ON_THE_WAY
                    && let Some(oldest) = sending.pop_front()
                {
                    waiting += self.sent(oldest).await?;
                }
                if waiting > 0 {
                    break 'all;
                }
            }
        }
        for sending in sending {
            waiting += self.sent(sending).await?;
        }
        self.report_waiting(Topic::Footprints, waiting);
        (self.emitted_at, self.emit_time) = (Instant::now(), began.elapsed());
        Ok(())
    }

    fn compute(&mut self, number: i32) -> Result<Option<Emission>, AggregateError> {
        let Some(owned) = self.partitions.get_mut(&number) else {
            return Ok(None);
        };
        let computed = block_in_place(|| emit(&mut owned.state, number, &self.method, self.as_of))?;
        Ok(computed)
    }

    /// Waits until the broker has an emission, or has it computed again. Returns how many records wait for the broker.
    async fn sent(&mut self, sending: Sending) -> Result<usize, AggregateError> {
        let (number, emission, sent) = sending
            .await
            .map_err(|_| AggregateError::Ended("emitting"))?;
        let Some(owned) = self.partitions.get_mut(&number) else {
            return Ok(0);
        };
        match sent {
            Ok(places) => {
                failpoint!("aggregate.emitted");
                owned.foreign_writes.record_own(&places);
                self.metrics.emitted.inc_by(emission.records.len() as u64);
                Ok(0)
            }
            Err(error) => {
                tracing::warn!(error = chain(&error), "footprints wait for the broker");
                owned.state.not_emitted(emission.schools, emission.fresh);
                Ok(emission.records.len())
            }
        }
    }

    fn report_waiting(&self, topic: Topic, records: usize) {
        let readiness = &self.health.readiness;
        self.metrics.waiting(topic, records);
        match records {
            0 => readiness.recovered(topic.name()),
            _ => readiness.degraded(topic.name(), format!("{records} wait for the broker")),
        }
    }

    /// Sends what was put aside to `rejected`. Until the broker takes it, nothing is committed.
    pub(super) async fn send_put_aside(&mut self) {
        if self.put_aside.is_empty() {
            return;
        }
        match self.producer.send(self.put_aside.clone()).await {
            Ok(_) => {
                failpoint!("aggregate.put-aside");
                self.put_aside.clear();
            }
            Err(error) => {
                tracing::warn!(
                    error = chain(&error),
                    "what was put aside waits for the broker"
                );
            }
        }
        self.report_waiting(Topic::Rejected, self.put_aside.len());
    }
}
