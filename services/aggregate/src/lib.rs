//! Reads events; writes the ledger and footprints. Aggregates form a consumer group: each partition, and with it each shard of
//! the lake, has one owner at a time. Two owners for a short while do no harm.

mod adopt;
mod batch;
mod compact;
mod config;
mod emit;
mod error;
mod flush;
mod foreign_writes;
#[cfg(fuzzing)]
pub mod fuzzing;
mod gap;
mod health;
mod load;
mod log_epoch;
mod metrics;
mod parse;
mod partition;
mod poll;
mod rejected;
mod row_cache;
mod row_to_event;
mod run;
mod step;
mod worker;

pub use crate::batch::Batch;
pub use crate::step::{Found, Stepped, step, wanted};
pub use adopt::adopt;
pub use compact::{delete, merge};
pub use config::{Config, FactorConfig, FigureConfig, FlushConfig};
pub use error::AggregateError;
pub use flush::write;
pub use gap::acknowledge_gaps;
pub use load::{load_partition, load_rows, look_up, read_events, read_readings};
pub use partition::{Partition, Tail};
pub use row_cache::SchoolDay;
pub use row_to_event::event_of;
pub use run::{GROUP, rebuild, run};
