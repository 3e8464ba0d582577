//! Consumes as a member of a group: partitions are assigned and revoked, and only the caller commits offsets.

mod assignment;
mod changes;
pub(super) mod offsets;
mod rebalance;

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use events::Topic;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message;

use super::cluster::Cluster;
use super::config::KafkaConfig;
use super::incoming;
use super::member::GroupConfig;
use super::statistics::STATISTICS_EVERY_MS;
use crate::kafka::group::assignment::Assignment;
use crate::kafka::group::rebalance::{Context, warn_if_refused};
use crate::{BusError, Connectivity, Incoming, Polled};

/// How long the broker may hold a fetch that finds no records. After an assignment the first fetches are for topics without
/// any, and those for the others wait behind them: by librdkafka's default for half a second each.
const FETCH_WAIT: &str = "fetch.wait.max.ms";

/// One member of a consumer group.
pub(crate) struct GroupConsumer {
    config: KafkaConfig,
    client: BaseConsumer<Context>,
    /// Asks where topics begin and end on a connection of its own: on the one that fetches, each question would wait until the
    /// broker has answered a fetch, which takes half a second while nothing arrives.
    offsets: BaseConsumer,
    watch: Context,
    topics: Vec<Topic>,
    group: String,
    assignment: Mutex<Assignment>,
    cluster: Mutex<Cluster>,
}

/// After the drop no thread calls `rebalance` any more, so the changes that the group requests during the leave are made at
/// once.
impl Drop for GroupConsumer {
    fn drop(&mut self) {
        self.watch.0.closing.store(true, Ordering::Release);
        for rebalance in self.watch.take_pending() {
            warn_if_refused(rebalance.apply(&self.client));
        }
    }
}

impl GroupConsumer {
    /// Joins `group` on all of `topics`.
    pub(crate) fn join(
        config: &KafkaConfig,
        member: &GroupConfig,
        group: &str,
        topics: &[Topic],
    ) -> Result<Self, BusError> {
        let watch = Context::default();
        let mut settings = member.client(config)?;
        if settings.get(FETCH_WAIT).is_none() {
            settings.set(FETCH_WAIT, "100");
        }
        let client: BaseConsumer<Context> = settings
            .set("group.id", config.group(group))
            .set("enable.auto.commit", "false")
            .set("auto.offset.reset", "earliest")
            // A new owner that reads back years of ledger does not poll; its heartbeats show that it is alive.
            .set("max.poll.interval.ms", "1800000")
            // Limits on prefetched data: for the whole queue, and for what one fetch adds to it for a partition. The size is
            // counted before decompression: a mebibyte of repetitive data unpacks to hundreds.
            .set("queued.max.messages.kbytes", "16384")
            .set("fetch.message.max.bytes", "131072")
            // When the queue is full, fetching pauses for this long: a second, unless set, while the queue is empty again in a
            // tenth of that.
            .set("fetch.queue.backoff.ms", "20")
            .set("statistics.interval.ms", STATISTICS_EVERY_MS)
            .create_with_context(watch.clone())
            .map_err(BusError::Client)?;
        let offsets = config
            .client()?
            .set("group.id", config.group("greenledger-look"))
            .create()
            .map_err(BusError::Client)?;
        let consumer = GroupConsumer {
            config: config.clone(),
            client,
            offsets,
            watch,
            topics: topics.to_vec(),
            group: config.group(group),
            assignment: Mutex::new(Assignment::of(topics.len())),
            cluster: Mutex::default(),
        };
        // Assumed until the statistics show otherwise: the caller has just looked up the topics.
        consumer.watch.0.connectivity.set(true);
        consumer.subscribe()?;
        Ok(consumer)
    }

    fn subscribe(&self) -> Result<(), BusError> {
        let names = self.topics.iter().map(|topic| self.config.topic(*topic));
        let names: Vec<String> = names.collect();
        let listed: Vec<&str> = names.iter().map(String::as_str).collect();
        self.client
            .subscribe(&listed)
            .map_err(BusError::broker(format!(
                "subscribe to {}",
                listed.join(", ")
            )))
    }

    /// Leaves the group and joins it again, so that all assigned partitions are read from their current commits.
    pub(crate) fn rejoin(&self) -> Result<(), BusError> {
        self.client.unsubscribe();
        self.subscribe()
    }

    /// Waits at most `wait` for a record and passes it to `visit`.
    pub(crate) fn poll(
        &self,
        wait: Duration,
        visit: impl FnOnce(Incoming<'_>),
    ) -> Result<Polled, BusError> {
        match self.client.poll(wait) {
            None => Ok(Polled::Nothing),
            Some(Ok(message)) => {
                if let Some(topic) = self.config.topic_named(message.topic()) {
                    visit(incoming(topic, &message));
                }
                Ok(Polled::Record)
            }
            Some(Err(error)) if is_passing(&error) && !self.is_fatal() => {
                tracing::warn!(%error, "reading from Kafka; trying again");
                self.cluster().doubt();
                Ok(Polled::Nothing)
            }
            Some(Err(source)) => Err(self.ended(source)),
        }
    }

    fn cluster(&self) -> MutexGuard<'_, Cluster> {
        self.cluster.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether librdkafka has given up, whatever the code of the error that it returned.
    fn is_fatal(&self) -> bool {
        self.client.client().fatal_error().is_some()
    }

    fn ended(&self, source: KafkaError) -> BusError {
        use RDKafkaErrorCode::{FencedInstanceId, UnreleasedInstanceId};
        let Some((code, why)) = self.client.client().fatal_error() else {
            return BusError::Broker {
                action: "read from Kafka".to_owned(),
                source,
            };
        };
        let why = match code {
            FencedInstanceId => "another process has joined under this one's [group] instance; \
                                 give each a name of its own"
                .to_owned(),
            UnreleasedInstanceId => "another process is in it under this one's [group] instance, or was until it was \
                                     killed and the group has not missed it yet; give each a name of its own, or wait \
                                     for the broker's group.consumer.session.timeout.ms"
                .to_owned(),
            _ => why,
        };
        BusError::Member {
            group: self.group.clone(),
            why,
        }
    }

    /// Where each partition that this member reads ended some seconds ago.
    pub(crate) fn known_ends(&self) -> BTreeMap<(Topic, i32), i64> {
        let ends = self.watch.0.ends();
        let ends = ends.iter().filter_map(|((name, partition), end)| {
            let topic = self.config.topic_named(name)?;
            Some(((topic, *partition), *end))
        });
        ends.collect()
    }

    /// Whether any broker answers.
    pub(crate) fn connectivity(&self) -> &Connectivity {
        &self.watch.0.connectivity
    }
}

/// Whether librdkafka recovers from the error by itself.
fn is_passing(error: &KafkaError) -> bool {
    let fatal = matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::Fatal
                | RDKafkaErrorCode::TopicAuthorizationFailed
                | RDKafkaErrorCode::GroupAuthorizationFailed
                | RDKafkaErrorCode::SaslAuthenticationFailed
        )
    );
    !fatal
}
