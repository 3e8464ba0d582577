//! What every service stands on: configuration, logs, health, metrics, serving and stopping.
//! Knows nothing of what a service does.

mod config;
mod logs;
mod serve;
mod service;
mod stop;
mod vitals;

pub use config::{ConfigError, read_config};
pub use logs::{LogFormat, start_logs};
pub use serve::{ServeError, bind, serve};
pub use service::{ServiceConfig, print_chain, run_service};
pub use stop::{Stop, stop_on_signals};
pub use vitals::{Readiness, Vitals};

pub use prometheus;
