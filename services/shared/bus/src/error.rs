//! What can go wrong with Kafka, and with what.

use rdkafka::error::KafkaError;

/// Kafka cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// A property names an environment variable that is not set.
    #[error("the environment variable {0} is not set; [kafka.properties] takes a value from it")]
    Unset(String),
    /// A client cannot be made of the configuration.
    #[error("cannot make a Kafka client; check the properties in [kafka]")]
    Client(#[source] KafkaError),
    /// The broker does not answer, or refuses.
    #[error("cannot {action}")]
    Broker {
        /// What was tried, on what.
        action: String,
        /// What librdkafka said.
        #[source]
        source: KafkaError,
    },
    /// A record did not reach the broker within the bound.
    #[error("cannot deliver to topic {topic} within {seconds} s")]
    Delivery {
        /// Which topic.
        topic: &'static str,
        /// The bound.
        seconds: u64,
        /// What librdkafka said.
        #[source]
        source: Option<KafkaError>,
    },
    /// A topic is not what the configuration says.
    #[error(
        "topic {topic} has {found} partitions and the configuration says {wanted}; \
         events of one school would move, so make the two agree"
    )]
    Partitions {
        /// Which topic.
        topic: &'static str,
        /// What it has.
        found: usize,
        /// What it should have.
        wanted: u32,
    },
    /// A thread of the client ended.
    #[error("the thread that reads topic {0} ended")]
    Ended(&'static str),
}

impl BusError {
    /// Whether no waiting can mend it: the configuration is wrong.
    pub fn is_configuration(&self) -> bool {
        matches!(
            self,
            BusError::Unset(_) | BusError::Client(_) | BusError::Partitions { .. }
        )
    }

    pub(crate) fn broker(action: impl Into<String>) -> impl FnOnce(KafkaError) -> BusError {
        let action = action.into();
        move |source| BusError::Broker { action, source }
    }
}
