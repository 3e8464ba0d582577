//! Errors of the topics, with the topic, broker or group concerned.

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
    /// The embedded log failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// Only the process that holds the embedded log may do this.
    #[error("this needs the process that has the log; stop it first")]
    InAnotherProcess,
    /// The configuration does not give a working client.
    #[error("cannot make a Kafka client; check the properties in [kafka]")]
    Client(#[source] KafkaError),
    /// The broker does not answer, or refuses.
    #[error("cannot {action}")]
    Broker {
        /// The attempted action and its target.
        action: String,
        /// The error of librdkafka.
        #[source]
        source: KafkaError,
    },
    /// The broker rejects our login, or we do not trust the broker.
    #[error(
        "cannot log in to Kafka at {brokers}; check [kafka.properties] and the environment: {why}"
    )]
    Refused {
        /// The addresses of the brokers.
        brokers: String,
        /// The error of librdkafka; contains no password.
        why: String,
    },
    /// A record did not reach the broker within the bound.
    #[error("cannot deliver to topic {topic} within {seconds} s")]
    Delivery {
        /// The name of the topic.
        topic: String,
        /// The bound, in seconds.
        seconds: u64,
        /// The error of librdkafka.
        #[source]
        source: Option<KafkaError>,
    },
    /// A topic does not match the configuration.
    #[error(
        "topic {topic} has {found} partitions and the configuration says {wanted}; \
         events of one school would move, so make the two agree"
    )]
    Partitions {
        /// The name of the topic.
        topic: String,
        /// The number of partitions it has.
        found: usize,
        /// The number of partitions it should have.
        wanted: u32,
    },
    /// Kafka was recreated, or another Kafka has the address.
    #[error(
        "another Kafka answers than the one this process knew; it has to be started again, to begin anew with this one"
    )]
    AnotherKafka,
    /// The group does not accept this process as a member, or no longer does.
    #[error("cannot be in group {group}: {why}")]
    Member {
        /// The name of the group.
        group: String,
        /// The reason that the group gives.
        why: String,
    },
    /// This process owns some topics of a partition, and another process owns the others.
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
    /// Whether waiting cannot help: the configuration is wrong, or Kafka is not the one that was known.
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

    /// Whether the record is the cause, and no broker would accept it.
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
