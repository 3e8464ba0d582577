//! Writes to Kafka: figures to `footprints`, and rows and records that were put aside to `rejected`.

use std::time::Instant;

use chassis::{chain, failpoint};
use events::Topic;
use tokio::task::block_in_place;

use super::Worker;
use crate::AggregateError;
use crate::emit::emit;

impl Worker {
    pub(super) async fn emit(&mut self) -> Result<(), AggregateError> {
        let began = Instant::now();
        self.send_put_aside().await;
        let mut waiting = 0;
        for (number, owned) in &mut self.partitions {
            if owned.state.touched.is_empty() {
                continue;
            }
            let touched = owned.state.touched.keys().copied().collect();
            let fresh = owned.state.fresh.clone();
            let records =
                block_in_place(|| emit(&mut owned.state, *number, &self.method, self.as_of))?;
            let count = records.len() as u64;
            failpoint!("aggregate.emitting");
            match self.producer.send(records).await {
                Ok(places) => {
                    failpoint!("aggregate.emitted");
                    owned.foreign_writes.record_own(&places);
                    self.metrics.emitted.inc_by(count);
                }
                Err(error) => {
                    tracing::warn!(error = chain(&error), "footprints wait for the broker");
                    owned.state.not_emitted(touched, fresh);
                    waiting += count as usize;
                }
            }
        }
        self.report_waiting(Topic::Footprints, waiting);
        (self.emitted_at, self.emit_time) = (Instant::now(), began.elapsed());
        Ok(())
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
