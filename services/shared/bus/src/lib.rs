//! Records to and from Kafka. The only place that names rdkafka; knows nothing of what a record says.

mod config;
mod error;
mod follow;
mod group;
mod lag;
mod produce;
mod record;
mod regroup;
mod topics;

pub use config::{BusConfig, Property};
pub use error::BusError;
pub use follow::{Followed, follow};
pub use group::{Change, GroupConsumer, Polled};
pub use lag::uncommitted;
pub use produce::Producer;
pub use record::{Incoming, Record, StoredRecord};
pub use regroup::free_group;
pub use topics::{await_topics, ensure_topics};
