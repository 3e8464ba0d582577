//! Takes messages from the MQTT broker.
//!
//! A message is acknowledged only when what it comes to is durable.

mod worker;

use std::sync::Arc;

use chassis::Stop;
use tokio::sync::mpsc::unbounded_channel;

use crate::last_reads::LastReads;
use crate::mqtt::{Connection, MQTT, MqttConfig, MqttError, tls_client};
use crate::state::IngestState;

use worker::Worker;

/// What is needed of files, before anything runs.
pub(crate) struct Prepared {
    config: MqttConfig,
    tls: Option<Arc<rustls::ClientConfig>>,
    last_reads: LastReads,
}

/// Opens the files that MQTT needs; none without a configuration of it.
pub(crate) fn prepare(state: &IngestState) -> Result<Option<Prepared>, MqttError> {
    let Some(config) = &state.config.mqtt else {
        return Ok(None);
    };
    let tls = match config.address()?.tls {
        true => Some(tls_client(config.ca.as_deref())?),
        false => None,
    };
    if config.exposes_password() {
        tracing::warn!(
            url = config.url,
            "the password for MQTT travels in the clear; use mqtts://"
        );
    }
    let last_reads = LastReads::open(&config.state, (state.clock)())?;
    let reason = format!("not reached yet: {}", config.url);
    state.health.readiness.degraded(MQTT, reason);
    let subscriptions = config.subscriptions.len();
    state.metrics.mqtt.subscriptions.set(subscriptions as i64);
    Ok(Some(Prepared {
        config: config.clone(),
        tls,
        last_reads,
    }))
}

/// Takes messages until `stop`. A broker that is away is waited for.
pub(crate) async fn run(
    state: &Arc<IngestState>,
    prepared: Option<Prepared>,
    stop: &Stop,
) -> Result<(), MqttError> {
    let Some(prepared) = prepared else {
        return Ok(());
    };
    let Prepared {
        config,
        tls,
        last_reads,
    } = prepared;
    let told = (&state.health, &state.metrics.mqtt);
    let connection = Connection::new(&config, tls, told, state.clock)?;
    let (deliver, deliveries) = unbounded_channel();
    let (acknowledge, receipts) = unbounded_channel();
    let worker = Worker {
        state,
        config: &config,
        last_reads,
    };
    // The worker ends first, and with it the receipts.
    tokio::join!(
        worker.run(deliveries, acknowledge, stop),
        connection.run(deliver, receipts, stop),
    );
    Ok(())
}
