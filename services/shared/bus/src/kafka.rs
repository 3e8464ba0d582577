//! The adapter for Apache Kafka.

mod auth_error;
mod cluster;
mod config;
mod follow;
mod group;
mod list_offsets;
mod member;
mod offsets;
mod producer;
mod reader;
mod statistics;
mod topics;

use events::{Place, Topic};
use rdkafka::message::{BorrowedMessage, Message};

pub use self::config::{KafkaConfig, Property};
pub(crate) use self::follow::follow;
pub(crate) use self::group::GroupConsumer;
pub use self::member::{GroupConfig, GroupProtocol};
pub(crate) use self::offsets::{commit, committed, ends, first, uncommitted};
pub(crate) use self::producer::Producer;
pub(crate) use self::reader::Reader;
pub(crate) use self::topics::ensure_topics;
use crate::Incoming;

/// A message of `topic` in the client's buffer.
fn incoming<'a>(topic: Topic, message: &'a BorrowedMessage<'a>) -> Incoming<'a> {
    let place = Place {
        partition: message.partition(),
        offset: message.offset(),
    };
    Incoming::of_kafka(topic, place, message)
}
