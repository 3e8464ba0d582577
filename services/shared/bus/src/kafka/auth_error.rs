//! Why a broker rejects our login. librdkafka passes the reason only to its error callback; the caller of a request sees only
//! that no broker answered.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// The last reason from the error callback. Clones share one state.
#[derive(Clone, Default)]
pub(crate) struct Refused(Arc<Mutex<Option<String>>>);

impl Refused {
    /// Why the broker rejected a client that got no answer; `None` if it did not reject the client.
    pub(crate) fn why(client: &BaseConsumer<Refused>, context: &Refused) -> Option<String> {
        // The client delivers errors only when it is polled, like records. A client without partitions gets no records.
        for _ in 0..AT_MOST {
            let _error = client.poll(Duration::ZERO);
        }
        let reason = context.0.lock().unwrap_or_else(PoisonError::into_inner);
        reason.clone()
    }
}

const AT_MOST: usize = 100;

impl ClientContext for Refused {
    fn error(&self, error: KafkaError, reason: &str) {
        use RDKafkaErrorCode::{Authentication, SSL};
        tracing::warn!(%error, reason, "librdkafka");
        if matches!(error.rdkafka_error_code(), Some(Authentication | SSL)) {
            let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *last = Some(reason.to_owned());
        }
    }
}

impl ConsumerContext for Refused {}
