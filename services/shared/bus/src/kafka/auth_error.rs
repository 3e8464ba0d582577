//! Why a broker does not let us in. librdkafka tells only whoever listens to its errors; whoever asks is told that nobody
//! answered.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// What was heard last. Every copy is the same one.
#[derive(Clone, Default)]
pub(crate) struct Refused(Arc<Mutex<Option<String>>>);

impl Refused {
    /// Why a client that got no answer was refused; none if it was not.
    pub(crate) fn why(client: &BaseConsumer<Refused>, heard: &Refused) -> Option<String> {
        // Errors wait to be fetched, as records do; a client that owns nothing gets none of these.
        for _ in 0..AT_MOST {
            let _error = client.poll(Duration::ZERO);
        }
        let heard = heard.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.clone()
    }
}

const AT_MOST: usize = 100;

impl ClientContext for Refused {
    fn error(&self, error: KafkaError, reason: &str) {
        use RDKafkaErrorCode::{Authentication, SSL};
        tracing::warn!(%error, reason, "librdkafka");
        if matches!(error.rdkafka_error_code(), Some(Authentication | SSL)) {
            let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *heard = Some(reason.to_owned());
        }
    }
}

impl ConsumerContext for Refused {}
