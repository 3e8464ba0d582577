//! Checks the offsets of arriving records: they show whether the log was recreated, or whether part of it is gone.

use lake::LogGap;

use super::Worker;
use crate::AggregateError;
use crate::batch::Batch;
use crate::gap::passed_over;
use crate::log_epoch::LOG_MADE_ANEW;

impl Worker {
    /// Begins a new log where a batch counts from 0 again, and reports the offsets that the batch skipped.
    pub(super) async fn check_offsets(
        &mut self,
        number: i32,
        batch: &Batch,
    ) -> Result<(), AggregateError> {
        let Some(owned) = self.partitions.get_mut(&number) else {
            return Ok(());
        };
        let made_anew = owned.state.went_back(batch);
        if !made_anew.is_empty() {
            let why = format!("topics were recreated while aggregate read them: {made_anew:?}");
            let log = self.lake.begin_log(number, owned.state.log, &why).await?;
            tracing::warn!(partition = number, log, why, "the log counts from 0 again");
            owned.state.begin(log, &made_anew);
            self.metrics
                .logs_begun
                .with_label_values(&[LOG_MADE_ANEW])
                .inc();
        }
        let gone = passed_over(number, &owned.state, batch);
        match gone.is_empty() {
            true => Ok(()),
            false => self.report_gaps(number, &gone).await,
        }
    }

    /// Stores gaps of a partition in the lake, and reports all open gaps.
    pub(super) async fn report_gaps(
        &self,
        number: i32,
        found: &[LogGap],
    ) -> Result<(), AggregateError> {
        for gap in found {
            tracing::error!(
                topic = gap.topic.name(),
                partition = number,
                records = gap.records(),
                from = gap.from,
                to = gap.to - 1,
                "gone from the log before they were merged; have them sent again, then acknowledge it by `greenledger \
                 acknowledge-gap`"
            );
            self.lake.note_gap(gap).await?;
        }
        self.gaps.add(number, self.lake.gaps(number).await?);
        self.gaps.report(&self.metrics, &self.health.readiness);
        Ok(())
    }
}
