//! The outside comes in, events go to Kafka. Knows no polars, no object store and no figure.

mod admit;
mod answer;
mod bad_values;
mod body;
mod config;
mod doubt;
mod files;
#[cfg(fuzzing)]
pub mod fuzzing;
mod http;
mod intake;
mod items;
mod kept;
mod meter_day;
mod metrics;
mod normalise;
mod notes;
mod rates;
mod read_as;
mod records;
mod register;
mod rejections;
mod renew;
mod request;
mod rules;
mod schema;
mod scope;
mod spool;
#[cfg(test)]
mod testing;
mod tokens;
mod turns;
mod upkeep;
mod watch;
mod work;

use std::time::Duration;

use bus::BusError;
use chassis::{ServeError, Serving, Stop, TlsError};
use events::ShardingError;
use tokio::net::TcpListener;

use crate::intake::Intake;

pub use crate::config::{Config, Limits};
pub use crate::records::record_again;
pub use crate::spool::{SpoolConfig, SpoolError};
pub use crate::tokens::{Scope, Token, TokenError, token_label, token_sha256};

pub(crate) const EVENTS: &str = "/v1/events";
pub(crate) const FILES: &str = "/v1/files/{format}";
pub(crate) const REJECTED: &str = "/v1/rejected";

/// Every route, by method and path.
pub const ROUTES: &[(&str, &str)] = &[
    ("POST", EVENTS),
    ("POST", FILES),
    ("GET", REJECTED),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
];

/// Why the service cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// A token of the configuration cannot be used.
    #[error("cannot use the tokens")]
    Tokens(#[from] TokenError),
    /// A certificate, a key or an authority cannot be used.
    #[error("cannot use [tls] of the configuration")]
    Tls(#[from] TlsError),
    /// A limit says what cannot be.
    #[error("cannot use [limits] of the configuration: {0}")]
    Limits(&'static str),
    /// Shards and partitions do not fit each other.
    #[error("cannot use [sharding] of the configuration")]
    Sharding(#[from] ShardingError),
    /// The spool cannot be used.
    #[error("cannot use [spool] of the configuration")]
    Spool(#[from] SpoolError),
    /// Kafka cannot be used, however long one waits.
    #[error("cannot use Kafka")]
    Kafka(#[from] BusError),
    /// A metric cannot be registered.
    #[error("cannot register the metrics")]
    Metrics(#[from] chassis::prometheus::Error),
    /// The HTTP server failed.
    #[error("cannot serve")]
    Serve(#[from] ServeError),
}

/// Takes events in until `stop`; then requests under way are finished. A broker that is away is waited for.
pub async fn run(config: Config, listener: TcpListener, stop: Stop) -> Result<(), IngestError> {
    config.check()?;
    let watched = renew::watched(&config);
    let intake = Intake::new(config)?;
    upkeep::begin(&intake);
    // Whoever ends first ends the others.
    let ended = stop;
    let serve = async {
        let (serving, routes) = (serving(&intake), http::routes(intake.clone()));
        let served = chassis::serve_with(serving, listener, routes, ended.clone()).await;
        ended.cancel();
        served
    };
    let upkeep = async {
        let kept_up = upkeep::run(&intake, &ended).await;
        ended.cancel();
        kept_up
    };
    let renew = renew::run(&intake, watched, &ended);
    let watch = watch::run(&intake, &ended);
    let (served, kept_up, (), ()) = tokio::join!(serve, upkeep, renew, watch);
    intake.producer.flush().await;
    kept_up?;
    Ok(served?)
}

fn serving(intake: &Intake) -> Serving {
    let limits = &intake.config.limits;
    Serving {
        header: Duration::from_secs(limits.header_seconds),
        max_header_bytes: limits.max_header_bytes,
        max_connections: limits.max_connections,
        tls: intake.tls.clone(),
        handshakes_failed: Some(intake.metrics.handshakes_failed.clone()),
    }
}
