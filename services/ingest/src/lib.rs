//! Accepts events from outside and writes them to Kafka. Independent of polars, object stores and figures.

mod admission;
mod background;
mod concurrency;
mod config;
mod decode;
#[cfg(fuzzing)]
pub mod fuzzing;
mod http;
mod identity;
mod last_reads;
mod limits;
mod metrics;
mod mqtt;
mod payload_preview;
mod persist;
mod rate_limit;
mod records;
mod register;
mod rejected;
mod rules;
mod spool;
mod state;
#[cfg(test)]
mod testing;
mod tokens;

use std::time::Duration;

use bus::BusError;
use chassis::{Health, ServeError, Serving, Stop, TlsError};
use events::ShardingError;
use tokio::net::TcpListener;
use utoipa::openapi::OpenApi;

use crate::state::IngestState;

pub use crate::admission::Tally;
pub use crate::config::{Config, FilesConfig, ServicesConfig};
pub use crate::decode::files::{
    Cut, CutError, CutPart, DayOrder, DetectedTable, FormatError, Formats, Kind as FileKind,
    PartOf, Preview, PreviewedDay, PreviewedEvent, TextRow, TextTable, attachments, cut, decode,
    draft, is_old_office, is_scientific, kind as file_kind, sheets, tables,
};
pub use crate::decode::services::Services;
pub use crate::last_reads::LastReadsError;
pub use crate::limits::Limits;
pub use crate::mqtt::{MqttConfig, MqttConfigError, MqttError};
pub use crate::payload_preview::PayloadFault;
pub use crate::records::record_again;
pub use crate::rules::decimal;
pub use crate::spool::{SpoolConfig, SpoolError};
pub use crate::tokens::{Scope, Token, TokenError, token_label, token_sha256};

pub(crate) const EVENTS: &str = "/v1/events";
pub(crate) const FILES: &str = "/v1/files/{format}";
pub(crate) const ANY_FILE: &str = "/v1/files";
pub(crate) const GRID: &str = "/v1/grid";
pub(crate) const SERVICES: &str = "/v1/services/{name}";
pub(crate) const REJECTED: &str = "/v1/rejected";
pub(crate) const UPLOAD: &str = "/upload";
pub(crate) const SURVEY: &str = "/survey";
pub(crate) const REGISTER: &str = "/v1/register";

/// The routes as OpenAPI describes them.
pub fn openapi() -> OpenApi {
    let health = Health::default().routes();
    http::described().merge(health).into_openapi()
}

/// Why the service cannot continue.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// A token of the configuration cannot be used.
    #[error("cannot use the tokens")]
    Tokens(#[from] TokenError),
    /// A certificate, a key or a certificate authority cannot be used.
    #[error("cannot use [tls] of the configuration")]
    Tls(#[from] TlsError),
    /// A limit has an impossible value.
    #[error("cannot use [limits] of the configuration: {0}")]
    Limits(&'static str),
    /// Shards and partitions do not fit each other.
    #[error("cannot use [sharding] of the configuration")]
    Sharding(#[from] ShardingError),
    /// The spool cannot be used.
    #[error("cannot use [spool] of the configuration")]
    Spool(#[from] SpoolError),
    /// MQTT cannot be used.
    #[error("cannot use [mqtt] of the configuration")]
    Mqtt(#[from] MqttError),
    /// A format of files cannot be used.
    #[error("cannot use the formats of [files]")]
    Formats(#[from] FormatError),
    /// A description of a service's payloads cannot be used.
    #[error("cannot use the descriptions of [services]")]
    Services(#[source] FormatError),
    /// Kafka cannot be used, and waiting does not help.
    #[error("cannot use Kafka")]
    Kafka(#[from] BusError),
    /// The last reads of registers that come over HTTP cannot be used.
    #[error("cannot use last_reads of [services]")]
    LastReads(#[from] LastReadsError),
    /// A metric cannot be registered.
    #[error("cannot register the metrics")]
    Metrics(#[from] chassis::prometheus::Error),
    /// The HTTP server failed.
    #[error("cannot serve")]
    Serve(#[from] ServeError),
}

/// Accepts events until `stop`, then finishes the requests in progress. Waits for a broker that is away.
pub async fn run(config: Config, listener: TcpListener, stop: Stop) -> Result<(), IngestError> {
    config.check()?;
    let watched = crate::background::reload::watched(&config);
    let state = IngestState::new(config)?;
    background::begin(&state);
    let mqtt = background::mqtt::prepare(&state)?;
    // The first task to end stops the others.
    let ended = stop;
    let serve = async {
        let (serving, routes) = (serving(&state), http::routes(state.clone()));
        let served = chassis::serve_with(serving, listener, routes, ended.clone()).await;
        ended.cancel();
        served
    };
    let upkeep = async {
        let kept_up = background::run(&state, &ended).await;
        ended.cancel();
        kept_up
    };
    let gateways = async {
        let taken = background::mqtt::run(&state, mqtt, &ended).await;
        if taken.is_err() {
            ended.cancel();
        }
        taken
    };
    let renew = crate::background::reload::run(&state, watched, &ended);
    let watch = crate::background::health::run(&state, &ended);
    let (served, kept_up, taken, (), ()) = tokio::join!(serve, upkeep, gateways, renew, watch);
    state.producer.flush().await;
    kept_up?;
    taken?;
    Ok(served?)
}

fn serving(state: &IngestState) -> Serving {
    let limits = &state.config.limits;
    Serving {
        header: Duration::from_secs(limits.header_seconds),
        max_header_bytes: limits.max_header_bytes,
        max_connections: limits.max_connections,
        tls: state.tls.clone(),
        handshakes_failed: Some(state.metrics.handshakes_failed.clone()),
    }
}
