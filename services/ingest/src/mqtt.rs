//! MQTT: messages of gateways in, events and refusals out, by the same rules as over HTTP. Registers that gateways read become
//! half-hours: see [`crate::last_reads`]. Independent of Kafka; `background::mqtt` makes what comes out durable.

mod batch;
mod config;
mod connection;
mod payload;
mod tls;
mod topic;

use chassis::TlsError;

use crate::last_reads::LastReadsError;

pub(crate) use batch::{Batch, OfToken, Reader};
#[cfg(fuzzing)]
pub(crate) use config::Subscription;
pub use config::{MqttConfig, MqttConfigError};
pub(crate) use connection::{Connection, Delivery, MQTT, Receipt};
#[cfg(fuzzing)]
pub(crate) use payload::Message;
pub(crate) use tls::client as tls_client;

/// Why MQTT cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MqttError {
    /// A setting cannot be used.
    #[error(transparent)]
    Config(#[from] MqttConfigError),
    /// The authority of the broker's certificate cannot be used.
    #[error("cannot use ca")]
    Tls(#[from] TlsError),
    /// The last reads of registers cannot be used.
    #[error(transparent)]
    State(#[from] LastReadsError),
}
