//! The connection to the broker: subscribes, hands messages on in their order, and acknowledges those that are durable.

use std::sync::Arc;
use std::time::Duration;

use chassis::{Health, Stop, chain};
use chrono::{DateTime, Utc};
use rumqttc::{
    AsyncClient, Event, EventLoop, Incoming, MqttOptions, Outgoing, Publish, QoS, SubAck,
    SubscribeFilter, SubscribeReasonCode, TlsConfiguration, Transport,
};
use rustls::ClientConfig;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::{sleep, timeout};

use crate::metrics::MqttMetrics;
use crate::mqtt::config::{MqttConfig, MqttConfigError, Subscription};
use crate::mqtt::payload::Message;

/// The name in `/readyz` of the report on MQTT.
pub(crate) const MQTT: &str = "mqtt";

/// The pauses between two attempts to connect double from the shortest to the longest.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long the end of the session may take.
const LEAVING: Duration = Duration::from_secs(2);
/// A packet's number has 16 bits, so no more acknowledgements can wait.
const MOST_ACKNOWLEDGEMENTS: usize = u16::MAX as usize;
/// The largest message that the protocol knows. With a smaller limit a larger message would end the connection, and
/// the broker would send it again each time. A message that is too large is refused later, by itself.
const LARGEST_PACKET: usize = 268_435_455;

/// A message, and what acknowledges it.
pub(crate) struct Delivery {
    pub(crate) message: Message,
    pub(crate) receipt: Receipt,
}

/// What acknowledges a message, on the connection that brought it: on the next one, the same number may name another message.
pub(crate) struct Receipt {
    connection: u64,
    publish: Publish,
}

/// The broker as the connection knows it.
pub(crate) struct Connection<'a> {
    config: &'a MqttConfig,
    health: &'a Health,
    metrics: &'a MqttMetrics,
    clock: fn() -> DateTime<Utc>,
    client: AsyncClient,
    events: EventLoop,
    /// The number of the connection; the number of those that were lost.
    number: u64,
}

impl<'a> Connection<'a> {
    pub(crate) fn new(
        config: &'a MqttConfig,
        tls: Option<Arc<ClientConfig>>,
        (health, metrics): (&'a Health, &'a MqttMetrics),
        clock: fn() -> DateTime<Utc>,
    ) -> Result<Self, MqttConfigError> {
        let address = config.address()?;
        let mut options = MqttOptions::new(&config.client_id, address.host, address.port);
        options
            .set_keep_alive(Duration::from_secs(config.keep_alive_seconds.into()))
            .set_clean_session(false)
            .set_manual_acks(true)
            .set_max_packet_size(LARGEST_PACKET, LARGEST_PACKET);
        if let Some(tls) = tls {
            let tls = TlsConfiguration::Rustls(tls);
            options.set_transport(Transport::tls_with_config(tls));
        }
        if let Some((user, password)) = config.credentials()? {
            options.set_credentials(user, password);
        }
        let (client, events) = AsyncClient::new(options, MOST_ACKNOWLEDGEMENTS);
        Ok(Connection {
            config,
            health,
            metrics,
            clock,
            client,
            events,
            number: 0,
        })
    }

    /// Runs until no more receipts can come. Connects again after every loss.
    pub(crate) async fn run(
        mut self,
        deliveries: UnboundedSender<Delivery>,
        mut receipts: UnboundedReceiver<Receipt>,
        stop: &Stop,
    ) {
        let mut pause = SHORTEST_PAUSE;
        loop {
            let polled = {
                let (client, number) = (&self.client, self.number);
                // Kept while receipts come: a poll that is dropped may lose half of what it wrote.
                let poll = std::pin::pin!(self.events.poll());
                let acknowledging = acknowledge(client, number, &mut receipts);
                let acknowledging = std::pin::pin!(acknowledging);
                tokio::select! {
                    polled = poll => Some(polled),
                    () = acknowledging => None,
                }
            };
            match polled {
                None => return self.leave().await,
                Some(Ok(event)) => {
                    if let Event::Incoming(Incoming::ConnAck(_)) = event {
                        pause = SHORTEST_PAUSE;
                    }
                    self.take(event, &deliveries);
                }
                Some(Err(error)) => {
                    self.number += 1;
                    // The messages of the lost connection come again on the next one, and may have other numbers there.
                    self.events.state.events.clear();
                    self.lost(chain(&error));
                    // Receipts that come in the meantime are of the lost connection.
                    let _stopped = stop.run_until_cancelled(sleep(pause)).await;
                    if stop.is_cancelled() {
                        return;
                    }
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    fn take(&self, event: Event, deliveries: &UnboundedSender<Delivery>) {
        match event {
            Event::Incoming(Incoming::ConnAck(_)) => self.connected(),
            Event::Incoming(Incoming::SubAck(granted)) => self.subscribed(&granted),
            Event::Incoming(Incoming::Publish(publish)) => {
                let message = Message {
                    topic: publish.topic.clone(),
                    payload: publish.payload.to_vec(),
                    retained: publish.retain,
                    arrived: (self.clock)(),
                };
                let receipt = Receipt {
                    connection: self.number,
                    publish,
                };
                // Fails when the service stops; the broker keeps what is not acknowledged.
                let _stopping = deliveries.send(Delivery { message, receipt });
            }
            _ => {}
        }
    }

    /// Subscribes again although the broker may have kept the session: the configuration may be another one.
    fn connected(&self) {
        tracing::info!(broker = self.config.url, "connected to MQTT");
        let filters = self.config.subscriptions.iter().map(filter);
        if let Err(error) = self.client.try_subscribe_many(filters) {
            self.lost(chain(&error));
        }
    }

    fn subscribed(&self, granted: &SubAck) {
        let codes = granted.return_codes.iter();
        let pairs = self.config.subscriptions.iter().zip(codes);
        let refused = pairs.filter(|(_, code)| **code == SubscribeReasonCode::Failure);
        let refused: Vec<_> = refused.map(|(one, _)| one.topic.as_str()).collect();
        self.metrics.connected.set(1);
        if refused.is_empty() {
            return self.health.readiness.recovered(MQTT);
        }
        let why = format!(
            "the broker refuses a subscription to {}: let its user read there",
            refused.join(", ")
        );
        tracing::warn!(why, "MQTT");
        self.health.readiness.degraded(MQTT, why);
    }

    fn lost(&self, why: String) {
        tracing::warn!(broker = self.config.url, why, "no connection to MQTT");
        self.metrics.connected.set(0);
        let why = format!("no connection to {}: {why}", self.config.url);
        self.health.readiness.degraded(MQTT, why);
    }

    /// Sends the last acknowledgements, and ends the connection. The broker keeps the session.
    async fn leave(mut self) {
        let left = async {
            if self.metrics.connected.get() == 0 || self.client.try_disconnect().is_err() {
                return;
            }
            while let Ok(event) = self.events.poll().await {
                if event == Event::Outgoing(Outgoing::Disconnect) {
                    return;
                }
            }
        };
        let _in_time = timeout(LEAVING, left).await;
        self.metrics.connected.set(0);
    }
}

/// Acknowledges messages, until no more receipts can come. A receipt of another connection is left out.
async fn acknowledge(
    client: &AsyncClient,
    connection: u64,
    receipts: &mut UnboundedReceiver<Receipt>,
) {
    while let Some(receipt) = receipts.recv().await {
        // Never full: its room is for as many as a connection can have.
        if receipt.connection == connection && client.try_ack(&receipt.publish).is_err() {
            tracing::warn!("an MQTT message is not acknowledged; the broker will send it again");
        }
    }
}

/// A message without a time is of the time when it arrives. The broker keeps no messages of quality of service 0 for a client
/// that is away.
fn filter(subscription: &Subscription) -> SubscribeFilter {
    let qos = match subscription.payload.has_time() {
        true => QoS::AtLeastOnce,
        false => QoS::AtMostOnce,
    };
    SubscribeFilter::new(subscription.topic.clone(), qos)
}
