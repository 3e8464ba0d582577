//! Carries records to and from the topics of the pipeline: a port with two adapters, Apache Kafka and an embedded log in one
//! file. The only crate that names rdkafka; it does not interpret the content of records.

mod bus;
mod connectivity;
mod consumer;
mod error;
mod follow;
mod kafka;
mod log;
mod offsets;
mod producer;
mod reader;
mod record;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod topics;

pub use crate::bus::Bus;
pub use crate::connectivity::Connectivity;
pub use crate::consumer::{Change, GroupConsumer, Polled};
pub use crate::error::BusError;
pub use crate::follow::{Followed, follow, follow_watched, snapshot};
pub use crate::kafka::{GroupConfig, GroupProtocol, KafkaConfig, Property};
pub use crate::log::{Log, LogClient, LogError, LogServer};
pub use crate::offsets::{Commit, commit, committed, ends, first, uncommitted};
pub use crate::producer::Producer;
pub use crate::reader::Reader;
pub use crate::record::{Incoming, Record, StoredRecord};
pub use crate::topics::{await_topics, ensure_topics};
