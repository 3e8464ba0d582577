//! Consuming as one of a group: partitions come and go, offsets are committed by the caller and by nobody else.

mod asked;
mod changes;
mod held;
mod offsets;

use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use events::Topic;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use self::asked::{Context, tell_refused};
pub use self::changes::Change;
use self::held::Held;
pub use self::offsets::Commit;
use crate::cluster::Cluster;
use crate::member::GroupConfig;
use crate::reach::{Reach, TOLD_EVERY};
use crate::record::Incoming;
use crate::{BusConfig, BusError};

/// What one poll brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polled {
    /// A record, which was handed to the visitor.
    Record,
    /// Nothing within the wait.
    Nothing,
}

/// One member of a consumer group.
pub struct GroupConsumer {
    client: BaseConsumer<Context>,
    watch: Context,
    topics: Vec<Topic>,
    group: String,
    held: Mutex<Held>,
    cluster: Mutex<Cluster>,
}

/// Nobody makes changes any more: what the group asks for while it is being left is done at once.
impl Drop for GroupConsumer {
    fn drop(&mut self) {
        self.watch.0.closing.store(true, Ordering::Release);
        for asked in self.watch.take_asked() {
            tell_refused(asked.make(&self.client));
        }
    }
}

impl GroupConsumer {
    /// Joins `group` on all of `topics`.
    pub fn join(
        config: &BusConfig,
        member: &GroupConfig,
        group: &str,
        topics: &[Topic],
    ) -> Result<Self, BusError> {
        let watch = Context::default();
        let client: BaseConsumer<Context> = member
            .client(config)?
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .set("auto.offset.reset", "earliest")
            // Reading years of ledger back, a new owner does not poll; that it is alive its heartbeats say.
            .set("max.poll.interval.ms", "1800000")
            // What is fetched ahead, and what one answer adds to it of a partition. That is counted before it is unpacked: of
            // what repeats itself, a mebibyte is hundreds.
            .set("queued.max.messages.kbytes", "16384")
            .set("fetch.message.max.bytes", "131072")
            .set("statistics.interval.ms", TOLD_EVERY)
            .create_with_context(watch.clone())
            .map_err(BusError::Client)?;
        let consumer = GroupConsumer {
            client,
            watch,
            topics: topics.to_vec(),
            group: group.to_owned(),
            held: Mutex::new(Held::of(topics.len())),
            cluster: Mutex::default(),
        };
        // Until it is known better: whoever joins has just looked for the topics.
        consumer.watch.0.reach.set(true);
        consumer.subscribe()?;
        Ok(consumer)
    }

    fn subscribe(&self) -> Result<(), BusError> {
        let names: Vec<_> = self.topics.iter().map(|topic| topic.name()).collect();
        self.client
            .subscribe(&names)
            .map_err(BusError::broker(format!(
                "subscribe to {}",
                names.join(", ")
            )))
    }

    /// Leaves the group and joins it again, so that everything assigned is read from where it is committed now.
    pub fn rejoin(&self) -> Result<(), BusError> {
        self.client.unsubscribe();
        self.subscribe()
    }

    /// A client that may ask what `group` committed, without joining it.
    pub fn look(config: &BusConfig, group: &str) -> Result<Self, BusError> {
        let watch = Context::default();
        let client = config
            .client()?
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .create_with_context(watch.clone())
            .map_err(BusError::Client)?;
        Ok(GroupConsumer {
            client,
            watch,
            topics: Vec::new(),
            group: group.to_owned(),
            held: Mutex::default(),
            cluster: Mutex::default(),
        })
    }

    /// Waits at most `wait` for a record and shows it to `visit`.
    pub fn poll(
        &self,
        wait: Duration,
        visit: impl FnOnce(Incoming<'_>),
    ) -> Result<Polled, BusError> {
        match self.client.poll(wait) {
            None => Ok(Polled::Nothing),
            Some(Ok(message)) => {
                if let Some(record) = Incoming::new(&message) {
                    visit(record);
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

    /// Whether librdkafka has given up, under whichever name the error came.
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

    /// Records in Kafka that this member owns and has not read, as of some seconds ago.
    pub fn lag(&self) -> i64 {
        self.watch.0.lag.load(Ordering::Relaxed)
    }

    /// Whether any broker answers.
    pub fn reach(&self) -> &Reach {
        &self.watch.0.reach
    }
}

/// What librdkafka recovers from by itself.
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
