//! The thread that reads Kafka: it polls and parses records directly into rows. librdkafka's poll blocks, and parsing is most
//! of the work; both stay off the async workers.

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
    /// Partitions are assigned or revoked. Once the worker uses or drops the sender, revoked partitions belong to another
    /// owner.
    Change(Change, oneshot::Sender<()>),
    /// Records arrived.
    Records(Arrived),
    /// Kafka can no longer be read.
    Failed(BusError),
}

/// Rows by partition, and records that cannot become rows.
#[derive(Default)]
pub struct Arrived {
    pub batches: BTreeMap<i32, Batch>,
    pub poison: Vec<Poisoned>,
    rows: usize,
}

/// A record that cannot become a row.
pub struct Poisoned {
    pub topic: Topic,
    pub place: Place,
    pub why: String,
    pub key: String,
    pub value: String,
}

const MOST_ROWS: usize = 5_000;
const LONGEST: Duration = Duration::from_millis(50);
/// The most bytes kept of a record that is not an event.
const MOST_KEPT: usize = 64 << 10;
/// Bytes of such records that count as one more row.
const POISON_OF_A_ROW: usize = 1 << 10;
/// How long to wait for the next record after the first.
const WAIT: Duration = Duration::from_millis(20);
/// How long to wait for the first record. A change of partitions and a stop wait no longer than this.
const IDLE_WAIT: Duration = Duration::from_millis(200);

/// Polls until the stop signal, or until the worker no longer takes what arrives.
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

/// Collects records until there are enough, or until the first has waited long enough. A change of ownership is handed over
/// between the records before it and the records after it.
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

/// Sends a change to the worker, and waits until the worker has released the revoked partitions: no other process may own them
/// before.
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
                    key: quoted(record.key()),
                    value: quoted(record.payload().unwrap_or_default()),
                };
                // Limits memory: thousands of records of the broker's maximum size must not be in memory at the same time.
                self.rows += poisoned.value.len() / POISON_OF_A_ROW;
                self.poison.push(poisoned);
            }
        }
    }
}

/// The beginning of the bytes as text; the whole text, unless it is longer than anything ingest writes.
pub(crate) fn quoted(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(MOST_KEPT)]).into_owned()
}
