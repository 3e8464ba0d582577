//! Trying again what a store refused for a while. The store's own client tries again after 429 and 5xx, for minutes; not after
//! 403 (keys being changed), nor after an answer that broke off or never came for a put, because it cannot know that our
//! puts may be repeated.

use std::time::Duration;

use object_store::Error;
use tokio::time::{Instant, sleep};

/// How long an operation that failed is tried again, counted from its first try.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

const FIRST_WAIT: Duration = Duration::from_millis(20);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// The tries of one operation.
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

    /// Waits a little, twice as long each time, and says whether to try again.
    pub(crate) async fn again(&mut self) -> bool {
        if Instant::now() + self.wait > self.until {
            return false;
        }
        sleep(self.wait).await;
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        true
    }

    /// The same, for what `error` says may pass.
    pub(crate) async fn after(&mut self, error: &Error) -> bool {
        passes(error) && self.again().await
    }
}

/// Whether trying again may help. "Exists already" is what the client makes of any 409, such as "another operation is under
/// way"; where an object may really exist, that is asked before.
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
