//! Reading the ledger for those who look at figures: a few at a time, and not for ever.

use std::time::Duration;

use lake::Lake;
use tokio::sync::Semaphore;

const PATIENCE: Duration = Duration::from_secs(10);
/// Reads under way at once: a crawler does not become a flood on the store.
const MOST_READS: usize = 4;

/// The lake, and how many read from it just now.
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

    /// What a reading comes to; none when it is not done in time.
    pub(crate) async fn in_time<T>(&self, reading: impl Future<Output = T>) -> Option<T> {
        let one_of_few = async {
            let _one_of_few = self.under_way.acquire().await;
            reading.await
        };
        tokio::time::timeout(PATIENCE, one_of_few).await.ok()
    }
}
