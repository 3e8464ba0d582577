//! Gives up revoked partitions.

use std::time::Duration;

use super::{NO_PARTITION, Worker};
use crate::AggregateError;

/// How long the other members wait for unwritten rows. After that they read the rows again, which is slower but not wrong.
const WRITTEN_WITHIN: Duration = Duration::from_secs(20);

impl Worker {
    /// Gives up partitions: writes and commits what waits, and forgets them. When it returns, another owner may have them, and
    /// nothing of them is emitted or committed here any more. Unwritten rows are dropped, because they were not committed
    /// either.
    pub(super) async fn give_up(
        &mut self,
        partitions: &[i32],
        lost: bool,
    ) -> Result<(), AggregateError> {
        if lost {
            self.metrics.partitions_lost.inc_by(partitions.len() as u64);
            tracing::warn!(
                ?partitions,
                "the group considered this process dead; its partitions went to another"
            );
        } else {
            let written = tokio::time::timeout(WRITTEN_WITHIN, self.write_out()).await;
            let in_time = written.is_ok();
            written.unwrap_or(Ok(()))?;
            tracing::info!(?partitions, in_time, "partitions go to another");
        }
        let mut cancelled = false;
        for partition in partitions {
            cancelled |= self.loads.cancel(*partition);
            self.partitions.remove(partition);
            self.gaps.remove(*partition);
        }
        self.gaps.report(&self.metrics, &self.health.readiness);
        self.owned_changed();
        if self.partitions.is_empty() {
            self.health.readiness.wait("group", NO_PARTITION);
        } else if cancelled && self.loads.is_empty() {
            self.all_loaded().await?;
        }
        Ok(())
    }

    async fn write_out(&mut self) -> Result<(), AggregateError> {
        self.finish_writing().await?;
        self.send_put_aside().await;
        self.start_writing();
        self.finish_writing().await
    }
}
