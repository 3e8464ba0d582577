//! Reads from the ledger on behalf of readers: a few at a time, and with a timeout.

use std::time::Duration;

use lake::Lake;
use tokio::sync::Semaphore;

const PATIENCE: Duration = Duration::from_secs(10);
/// The most concurrent reads, so that a crawler does not flood the store.
const MOST_READS: usize = 4;

/// The lake, and the limit on concurrent reads.
pub(crate) struct Reads {
    lake: Lake,
    under_way: Semaphore,
}

impl Reads {
    pub(crate) fn new(lake: Lake) -> Self {
        Reads {
            lake,
            under_way: Semaphore::new(MOST_READS),
        }
    }

    pub(crate) fn lake(&self) -> &Lake {
        &self.lake
    }

    /// The result of a read; none if it is not done before the timeout.
    pub(crate) async fn in_time<T>(&self, reading: impl Future<Output = T>) -> Option<T> {
        let one_of_few = async {
            let _one_of_few = self.under_way.acquire().await;
            reading.await
        };
        tokio::time::timeout(PATIENCE, one_of_few).await.ok()
    }
}
