//! The base of every service: configuration, logs, routes, health, metrics, serving and stopping. Contains nothing that is
//! specific to one service.

mod broker;
mod config;
#[doc(hidden)]
pub mod failpoint;
mod file_watcher;
mod health;
mod logs;
pub mod private;
mod routes;
mod secret;
mod serve;
mod service;
mod stop;
mod store;
#[cfg(test)]
mod testing;
mod tls;
mod tokens;

pub use broker::{BrokerMetrics, WithoutBroker};
pub use config::{ConfigError, read_config};
pub use file_watcher::{Watched, keep_renewed};
pub use health::{
    Detail, Health, Readiness, ShownMetrics, healthz, metrics, readyz, report_every_second,
};
pub use logs::{LogFormat, start_logs};
pub use private::{PrivateError, Sensitivity};
pub use routes::{Endpoint, Routes, json, text};
pub use secret::{Secret, SecretError};
pub use serve::{ServeError, Serving, bind, serve, serve_with};
pub use service::{ServiceConfig, chain, print_chain, run_service};
pub use stop::{Stop, stop_on_signals, stop_seconds};
pub use store::StoreMetrics;
pub use tls::{Expiry, Tls, TlsConfig, TlsError};
pub use tokens::{
    TokenEntry, TokenError, Tokens, authorization, bearer, is_token_name, token_sha256,
};

pub use prometheus;

/// Every service and command has this allocator, because each links this crate: it gives back what a burst of events leaves
/// free. Building it takes a tenth of a first build, which the demo does not wait for.
#[cfg(feature = "jemalloc")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;
