//! Keeps the number of objects small, in the background.

use tokio::task::JoinHandle;

use super::Worker;
use crate::AggregateError;
use crate::compact::{delete, merge};

impl Worker {
    /// Merges one folder at a time, and deletes merged objects whose grace period is over.
    pub(super) async fn merge_objects(&mut self) -> Result<(), AggregateError> {
        if self.merging.as_ref().is_some_and(JoinHandle::is_finished)
            && let Some(merging) = self.merging.take()
        {
            let merged = merging
                .await
                .map_err(|_| AggregateError::Ended("compaction"))??;
            self.metrics.objects_compacted.inc_by(merged.len() as u64);
            self.pending_deletes.add(merged, self.config.flush.grace());
        }
        if self.merging.is_none()
            && let Some(folder) = self.to_merge.pop_front()
        {
            let (lake, merge_at) = (self.lake.clone(), self.config.flush.merge_at);
            self.merging = Some(tokio::spawn(
                async move { merge(&lake, folder, merge_at).await },
            ));
        }
        if self.deleting.as_ref().is_some_and(JoinHandle::is_finished)
            && let Some(deleting) = self.deleting.take()
        {
            deleting
                .await
                .map_err(|_| AggregateError::Ended("deletion"))??;
        }
        if self.deleting.is_none() {
            let due = self.pending_deletes.due();
            self.deleting = (!due.is_empty()).then(|| tokio::spawn(delete(self.lake.clone(), due)));
        }
        Ok(())
    }
}
