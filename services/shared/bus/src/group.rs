//! Consuming as one of a group: partitions come and go, offsets are committed by the caller and by nobody else.

mod held;

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use events::{Place, Topic};
use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext, RebalanceProtocol};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::statistics::Statistics;
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{Offset, TopicPartitionList};

use self::held::{Held, Part};
use crate::cluster::Cluster;
use crate::member::GroupConfig;
use crate::reach::{Reach, TOLD_EVERY};
use crate::record::Incoming;
use crate::{BusConfig, BusError};

/// A change of what this member of the group owns. Partition numbers, because all topics share them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// These came.
    Assigned(Vec<i32>),
    /// These go: what is not committed is another's to read.
    Revoked {
        /// Which.
        partitions: Vec<i32>,
        /// They are gone already: the group took this member for dead, and takes no commit from it any more.
        lost: bool,
    },
}

/// A change that the group asks for.
enum Asked {
    Assign(TopicPartitionList),
    Revoke {
        list: TopicPartitionList,
        lost: bool,
    },
}

/// What one poll brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polled {
    /// A record, which was handed to the visitor.
    Record,
    /// Nothing within the wait.
    Nothing,
}

/// How far a partition of a topic is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The topic.
    pub topic: Topic,
    /// The next record to be read.
    pub next: Place,
    /// What its committer wants to be told again; empty where the broker keeps no such notes.
    pub note: String,
}

#[derive(Default)]
struct Watch {
    asked: Mutex<Vec<Asked>>,
    /// Whether nobody makes changes any more.
    closing: AtomicBool,
    lag: AtomicI64,
    reach: Reach,
}

#[derive(Clone, Default)]
struct Context(Arc<Watch>);

impl Context {
    fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.0.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ClientContext for Context {
    fn stats(&self, statistics: Statistics) {
        let lag: i64 = statistics
            .topics
            .values()
            .flat_map(|topic| topic.partitions.values())
            .map(|partition| partition.consumer_lag.max(0))
            .sum();
        self.0.lag.store(lag, Ordering::Relaxed);
        self.0.reach.learn(&statistics);
    }
}

impl ConsumerContext for Context {
    /// Only notes what is asked for: what goes is given up when its worker has let go of it, and not before.
    fn rebalance(
        &self,
        client: &BaseConsumer<Self>,
        asked: RDKafkaRespErr,
        list: &mut TopicPartitionList,
    ) {
        let list = list.clone();
        let asked = match asked {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => Asked::Assign(list),
            _ => Asked::Revoke {
                list,
                lost: client.assignment_lost(),
            },
        };
        if self.0.closing.load(Ordering::Acquire) {
            tell_refused(asked.make(client));
            return;
        }
        self.0
            .asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(asked);
    }
}

impl Asked {
    /// What the consumer protocol asks for is a part of all there is, what the classic one asks for is all.
    fn make(&self, client: &BaseConsumer<Context>) -> KafkaResult<()> {
        let in_parts = matches!(client.rebalance_protocol(), RebalanceProtocol::Cooperative);
        match self {
            Asked::Assign(list) if in_parts => client.incremental_assign(list),
            Asked::Assign(list) => client.assign(list),
            Asked::Revoke { list, .. } if in_parts => client.incremental_unassign(list),
            Asked::Revoke { .. } => client.unassign(),
        }
    }
}

/// librdkafka refuses a change that something else has overtaken, and asks for what is to be done instead.
fn tell_refused(made: KafkaResult<()>) {
    if let Err(error) = made {
        tracing::warn!(%error, "a change of partitions was overtaken");
    }
}

fn parts(list: &TopicPartitionList) -> Vec<Part> {
    let elements = list.elements();
    let parts = elements.iter();
    parts
        .map(|element| (element.topic().to_owned(), element.partition()))
        .collect()
}

fn list(parts: &[Part]) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    for (topic, partition) in parts {
        list.add_partition(topic, *partition);
    }
    list
}

/// How long some topics of a partition may be another's before it is taken for a mistake.
const TORN_AT_MOST: Duration = Duration::from_secs(30);

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
            .set("queued.max.messages.kbytes", "65536")
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

    /// Makes the changes that the group has asked for since the last call, in their order; for the thread that polls. `tell`
    /// hears of what came before any record of it is polled, and of what goes before another can have it: when `tell`
    /// returns, it is given up.
    pub fn rebalance(&self, mut tell: impl FnMut(Change)) -> Result<(), BusError> {
        let asked = self.watch.take_asked();
        if asked.is_empty() {
            return Ok(());
        }
        let mut held = self.held();
        for asked in asked {
            match &asked {
                Asked::Assign(came) => {
                    let torn = held.torn();
                    let came = held.take_up(parts(came));
                    asked
                        .make(&self.client)
                        .map_err(BusError::broker("take partitions up"))?;
                    self.hold_back(&held, &torn)?;
                    tell(Change::Assigned(came));
                }
                Asked::Revoke { list, lost } => {
                    let parts = parts(list);
                    let go = held.whole_of(&parts);
                    tell(Change::Revoked {
                        partitions: go.clone(),
                        lost: *lost,
                    });
                    held.give_up(&parts);
                    tell_refused(asked.make(&self.client));
                    // What stays of them was read further than what was written of it may reach.
                    if held.torn().iter().any(|torn| go.contains(torn)) {
                        return Err(BusError::Torn(held.torn()));
                    }
                }
            }
        }
        Ok(())
    }

    /// Fails when this member cannot go on: another Kafka answers, or it has a part of a partition only. To be asked now and
    /// then.
    pub fn check(&self) -> Result<(), BusError> {
        self.cluster().check(&self.client)?;
        let held = self.held();
        match held.torn_for(TORN_AT_MOST) {
            true => Err(BusError::Torn(held.torn())),
            false => Ok(()),
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads nothing of partitions of which some topics are missing, and again what was missing some and is not any more.
    fn hold_back(&self, held: &Held, torn_before: &[i32]) -> Result<(), BusError> {
        let torn = held.torn();
        let whole: Vec<i32> = torn_before
            .iter()
            .filter(|number| !torn.contains(number))
            .copied()
            .collect();
        let paused = self.client.pause(&list(&held.parts(&torn)));
        let resumed = paused.and_then(|()| self.client.resume(&list(&held.parts(&whole))));
        resumed.map_err(BusError::broker("hold partitions back"))
    }

    /// Records in Kafka that this member owns and has not read, as of some seconds ago.
    pub fn lag(&self) -> i64 {
        self.watch.0.lag.load(Ordering::Relaxed)
    }

    /// Whether any broker answers.
    pub fn reach(&self) -> &Reach {
        &self.watch.0.reach
    }

    /// What is committed of each topic in a partition. Topics of which nothing is are left out.
    pub fn committed(&self, topics: &[Topic], partition: i32) -> Result<Vec<Commit>, BusError> {
        let mut list = TopicPartitionList::new();
        for topic in topics {
            list.add_partition(topic.name(), partition);
        }
        let found = self
            .client
            .committed_offsets(list, Duration::from_secs(10))
            .map_err(BusError::broker("ask for committed offsets"))?;
        Ok(found
            .elements()
            .iter()
            .filter_map(|element| match element.offset() {
                Offset::Offset(offset) => Some(Commit {
                    topic: Topic::parse(element.topic())?,
                    next: Place { partition, offset },
                    note: element.metadata().to_owned(),
                }),
                _ => None,
            })
            .collect())
    }

    /// The first record that a partition of a topic still has, or the next if it has none.
    pub fn first(&self, topic: Topic, partition: i32) -> Result<Place, BusError> {
        let marks = self
            .client
            .fetch_watermarks(topic.name(), partition, Duration::from_secs(10));
        let (offset, _end) = marks.map_err(BusError::broker(format!(
            "ask where topic {} begins",
            topic.name()
        )))?;
        Ok(Place { partition, offset })
    }

    /// Commits the places up to which everything is durable. Blocks for the answer.
    pub fn commit(&self, commits: &[Commit]) -> Result<(), BusError> {
        let mut list = TopicPartitionList::new();
        for Commit { topic, next, note } in commits {
            let mut element = list.add_partition(topic.name(), next.partition);
            element.set_metadata(note);
            element
                .set_offset(Offset::Offset(next.offset))
                .map_err(BusError::broker("commit offsets"))?;
        }
        self.client
            .commit(&list, CommitMode::Sync)
            .map_err(BusError::broker("commit offsets"))
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
