//! Records to and from Kafka. The only place that names rdkafka; knows nothing of what a record says.

mod cluster;
mod config;
mod error;
mod follow;
mod group;
mod lag;
mod member;
mod produce;
mod reach;
mod reader;
mod record;
mod refused;
mod regroup;
mod topics;

pub use config::{BusConfig, Property};
pub use error::BusError;
pub use follow::{Followed, follow, follow_watched};
pub use group::{Change, Commit, GroupConsumer, Polled};
pub use lag::uncommitted;
pub use member::{GroupConfig, GroupProtocol};
pub use produce::Producer;
pub use reach::Reach;
pub use reader::Reader;
pub use record::{Incoming, Record, StoredRecord};
pub use regroup::free_group;
pub use topics::{await_topics, ensure_topics};
