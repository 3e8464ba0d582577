//! The thread that reads Kafka: polling and parsing, straight into rows. librdkafka's poll blocks, and parsing is most of
//! the work there is; both stay off the async workers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bus::{BusError, Change, GroupConsumer, Incoming, Polled};
use chassis::{Stop, failpoint};
use events::{Place, Sharding, Topic};
use tokio::sync::{mpsc, oneshot};

use crate::batch::Batch;
use crate::parse::{Parser, Row};

/// What the polling thread hands over, in the order it happened.
pub enum Arrival {
    /// Partitions came or go. When the sender has been used, or dropped, those that go are another's.
    Change(Change, oneshot::Sender<()>),
    /// Records came.
    Records(Arrived),
    /// Kafka cannot be read any more.
    Failed(BusError),
}

/// Rows by partition, and records that are no rows.
#[derive(Default)]
pub struct Arrived {
    pub batches: BTreeMap<i32, Batch>,
    pub poison: Vec<Poisoned>,
    rows: usize,
}

/// A record that is no row.
pub struct Poisoned {
    pub topic: Topic,
    pub place: Place,
    pub why: String,
    pub key: String,
    pub value: String,
}

const MOST_ROWS: usize = 5_000;
const LONGEST: Duration = Duration::from_millis(50);
/// Bytes kept of something that is no event.
const MOST_KEPT: usize = 64 << 10;
/// So many of them count as one more row.
const POISON_OF_A_ROW: usize = 1 << 10;
/// How long the next record is waited for, once there is one.
const WAIT: Duration = Duration::from_millis(20);
/// How long the first is. A change of partitions and a stop wait no longer than this.
const IDLE_WAIT: Duration = Duration::from_millis(200);

/// Polls until told to stop, or until nobody takes what arrives.
pub fn poll(
    consumer: &Arc<GroupConsumer>,
    sharding: Sharding,
    stop: &Stop,
    arrivals: &mpsc::Sender<Arrival>,
) {
    let mut parser = Parser::new(sharding);
    while !stop.is_cancelled() && !arrivals.is_closed() {
        let collected = collect(consumer, &mut parser, stop, arrivals);
        let arrival = match collected {
            Ok(arrived) if arrived.batches.is_empty() && arrived.poison.is_empty() => continue,
            Ok(arrived) => {
                failpoint!("aggregate.parsed");
                Arrival::Records(arrived)
            }
            Err(error) => Arrival::Failed(error),
        };
        if arrivals.blocking_send(arrival).is_err() {
            return;
        }
    }
}

/// Records until there are enough, or until the first has waited long enough. A change of ownership is handed over between
/// the records that came before it and those that come after it.
fn collect(
    consumer: &GroupConsumer,
    parser: &mut Parser,
    stop: &Stop,
    arrivals: &mpsc::Sender<Arrival>,
) -> Result<Arrived, BusError> {
    consumer.check()?;
    let mut arrived = Arrived::default();
    let mut first: Option<Instant> = None;
    while arrived.rows < MOST_ROWS
        && first.is_none_or(|first| first.elapsed() < LONGEST)
        && !stop.is_cancelled()
    {
        let wait = if first.is_none() { IDLE_WAIT } else { WAIT };
        let polled = consumer.poll(wait, |record| {
            failpoint!("aggregate.polled");
            arrived.take(parser, &record);
        })?;
        consumer.rebalance(|change| {
            let before = std::mem::take(&mut arrived);
            let _worker_gone = arrivals.blocking_send(Arrival::Records(before));
            hand_over(change, arrivals);
        })?;
        if polled == Polled::Nothing {
            break;
        }
        first.get_or_insert_with(Instant::now);
    }
    Ok(arrived)
}

/// Tells the worker of a change, and waits until it has let go of what goes: no other may have that before.
fn hand_over(change: Change, arrivals: &mpsc::Sender<Arrival>) {
    let goes = matches!(change, Change::Revoked { .. });
    let (given_up, waiting) = oneshot::channel();
    let _worker_gone = arrivals.blocking_send(Arrival::Change(change, given_up));
    if goes {
        let _worker_gone = waiting.blocking_recv();
    }
}

impl Arrived {
    fn take(&mut self, parser: &mut Parser, record: &Incoming<'_>) {
        let place = record.place();
        let batch = self.batches.entry(place.partition).or_default();
        batch.note_read(record.topic, place.offset);
        self.rows += 1;
        match parser.row(record) {
            Ok(Row::Reading(row)) => batch.readings.push(row),
            Ok(Row::Event(row)) => batch.events.push(row),
            Err(why) => {
                let poisoned = Poisoned {
                    topic: record.topic,
                    place,
                    why: why.to_string(),
                    key: kept(record.key()),
                    value: kept(record.payload().unwrap_or_default()),
                };
                // Thousands of records as large as the broker takes are not to be in memory at a time.
                self.rows += poisoned.value.len() / POISON_OF_A_ROW;
                self.poison.push(poisoned);
            }
        }
    }
}

/// The beginning of it as text; all of it, unless it is longer than anything ingest writes.
pub(crate) fn kept(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(MOST_KEPT)]).into_owned()
}
