//! What every service stands on: configuration, logs, health, metrics, serving and stopping.
//! Knows nothing of what a service does.

mod config;
mod logs;
mod main_parts;
mod serve;
mod stop;
mod vitals;

pub use config::{ConfigError, Secret, read_config};
pub use logs::{LogFormat, start_logs};
pub use main_parts::{UsageError, config_argument, print_chain};
pub use serve::{ServeError, bind, serve};
pub use stop::{Stop, stop_on_signals};
pub use vitals::{Readiness, Vitals};

pub use prometheus;
