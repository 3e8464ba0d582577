//! What can go wrong with the topics, and with what.

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use crate::LogError;

/// The topics cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// A property names an environment variable that is not set.
    #[error("the environment variable {0} is not set, and the configuration takes a value from it")]
    Unset(String),
    /// A prefix that Kafka does not take in a topic's name.
    #[error(
        "topic_prefix = {0:?} under [kafka] cannot begin a topic's name: use at most 200 letters, digits, \".\", \"_\" and \"-\""
    )]
    TopicPrefix(String),
    /// The embedded log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// Only the process that has the embedded log may do this.
    #[error("this needs the process that has the log; stop it first")]
    InAnotherProcess,
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
    /// The broker does not let us in, or we do not trust it.
    #[error(
        "cannot log in to Kafka at {brokers}; check [kafka.properties] and the environment: {why}"
    )]
    Refused {
        /// Where it is.
        brokers: String,
        /// What librdkafka said; no password.
        why: String,
    },
    /// A record did not reach the broker within the bound.
    #[error("cannot deliver to topic {topic} within {seconds} s")]
    Delivery {
        /// Which topic.
        topic: String,
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
        topic: String,
        /// What it has.
        found: usize,
        /// What it should have.
        wanted: u32,
    },
    /// Kafka was made anew, or the address is another's.
    #[error(
        "another Kafka answers than the one this process knew; it has to be started again, to begin anew with this one"
    )]
    AnotherKafka,
    /// The group does not take this process, or not any more.
    #[error("cannot be in group {group}: {why}")]
    Member {
        /// Which group.
        group: String,
        /// What it says.
        why: String,
    },
    /// Some topics of a partition are this process's, and others another's.
    #[error(
        "partitions {0:?} of some topics came to this process and of others to another, so that neither has a school's whole \
         story; let every member share out by \"range\""
    )]
    Torn(Vec<i32>),
    /// A thread of the client ended.
    #[error("the thread that reads topic {0} ended")]
    Ended(&'static str),
}

impl BusError {
    /// Whether no waiting can mend it: the configuration is wrong, or what was known of Kafka is.
    pub fn is_configuration(&self) -> bool {
        matches!(
            self,
            BusError::Unset(_)
                | BusError::TopicPrefix(_)
                | BusError::Log(_)
                | BusError::InAnotherProcess
                | BusError::Client(_)
                | BusError::Partitions { .. }
                | BusError::AnotherKafka
        )
    }

    /// Whether a record is at fault and no broker would take it.
    pub fn is_of_the_record(&self) -> bool {
        use RDKafkaErrorCode::{InvalidMessage, InvalidRecord, MessageSizeTooLarge};
        let source = match self {
            BusError::Log(error) => return error.is_of_the_record(),
            BusError::Delivery { source, .. } => source,
            _ => return false,
        };
        let code = source.as_ref().and_then(KafkaError::rdkafka_error_code);
        matches!(
            code,
            Some(InvalidMessage | InvalidRecord | MessageSizeTooLarge)
        )
    }

    pub(crate) fn broker(action: impl Into<String>) -> impl FnOnce(KafkaError) -> BusError {
        let action = action.into();
        move |source| BusError::Broker { action, source }
    }
}
