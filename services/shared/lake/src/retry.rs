//! Retries operations that a store refused. The store's own client retries after 429 and 5xx, for minutes. It does not retry
//! after 403 (keys being changed), nor when the answer to a put broke off or never came, because it cannot know that our puts
//! may be repeated.

use std::time::Duration;

use object_store::Error;
use tokio::time::{Instant, sleep};

/// How long a failed operation is retried, counted from its first try.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

const FIRST_WAIT: Duration = Duration::from_millis(20);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// The tries of one operation so far.
pub(crate) struct Tries {
    until: Instant,
    wait: Duration,
}

impl Tries {
    pub(crate) fn new(patience: Duration) -> Self {
        Tries {
            until: Instant::now() + patience,
            wait: FIRST_WAIT,
        }
    }

    /// Waits a little, twice as long each time, and returns whether to try again.
    pub(crate) async fn again(&mut self) -> bool {
        if Instant::now() + self.wait > self.until {
            return false;
        }
        sleep(self.wait).await;
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        true
    }

    /// The same, but only for an `error` that may be temporary.
    pub(crate) async fn after(&mut self, error: &Error) -> bool {
        passes(error) && self.again().await
    }
}

/// Whether a retry may help. The client reports any 409 as "exists already", for example "another operation is under way";
/// where an object may really exist, the caller checks that first.
fn passes(error: &Error) -> bool {
    matches!(
        error,
        Error::Generic { .. }
            | Error::AlreadyExists { .. }
            | Error::PermissionDenied { .. }
            | Error::Unauthenticated { .. }
            | Error::JoinError { .. }
    )
}
