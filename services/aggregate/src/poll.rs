//! The thread that reads Kafka: polling and parsing, straight into rows. librdkafka's poll blocks, and parsing is most of
//! the work there is; both stay off the async workers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bus::{BusError, Change, GroupConsumer, Incoming, Polled};
use chassis::Stop;
use events::{Place, Topic};
use tokio::sync::mpsc;

use crate::parse::{Parser, Row};
use crate::step::Batch;

/// What the polling thread hands over, in the order it happened.
pub enum Arrival {
    /// Partitions came or went.
    Change(Change),
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
const WAIT: Duration = Duration::from_millis(20);

/// Polls until told to stop, or until nobody takes what arrives.
pub fn poll(consumer: &Arc<GroupConsumer>, stop: &Stop, arrivals: &mpsc::Sender<Arrival>) {
    let mut parser = Parser::default();
    while !stop.is_cancelled() && !arrivals.is_closed() {
        let collected = collect(consumer, &mut parser, stop, arrivals);
        let arrival = match collected {
            Ok(arrived) if arrived.batches.is_empty() && arrived.poison.is_empty() => continue,
            Ok(arrived) => Arrival::Records(arrived),
            Err(error) => Arrival::Failed(error),
        };
        if arrivals.blocking_send(arrival).is_err() {
            return;
        }
    }
}

/// Records until there are enough, or until the first has waited long enough. A change of ownership is handed over before
/// any record that came after it.
fn collect(
    consumer: &GroupConsumer,
    parser: &mut Parser,
    stop: &Stop,
    arrivals: &mpsc::Sender<Arrival>,
) -> Result<Arrived, BusError> {
    let mut arrived = Arrived::default();
    let started = Instant::now();
    while arrived.rows < MOST_ROWS && started.elapsed() < LONGEST && !stop.is_cancelled() {
        let polled = consumer.poll(WAIT, |record| {
            changed(&mut arrived, consumer.changes(), arrivals);
            arrived.take(parser, &record);
        })?;
        if polled == Polled::Nothing {
            changed(&mut arrived, consumer.changes(), arrivals);
            if arrived.rows > 0 {
                break;
            }
        }
    }
    Ok(arrived)
}

fn changed(arrived: &mut Arrived, changes: Vec<Change>, arrivals: &mpsc::Sender<Arrival>) {
    if changes.is_empty() {
        return;
    }
    let before = std::mem::take(arrived);
    let _worker_gone = arrivals.blocking_send(Arrival::Records(before));
    for change in changes {
        let _worker_gone = arrivals.blocking_send(Arrival::Change(change));
    }
}

impl Arrived {
    fn take(&mut self, parser: &mut Parser, record: &Incoming<'_>) {
        let place = record.place();
        let batch = self.batches.entry(place.partition).or_default();
        batch.position.insert(record.topic, place.offset + 1);
        self.rows += 1;
        match parser.row(record) {
            Ok(Row::Reading(row)) => batch.readings.push(row),
            Ok(Row::Event(row)) => batch.events.push(row),
            Err(why) => self.poison.push(Poisoned {
                topic: record.topic,
                place,
                why: why.to_string(),
                key: String::from_utf8_lossy(record.key()).into_owned(),
                value: String::from_utf8_lossy(record.payload().unwrap_or_default()).into_owned(),
            }),
        }
    }
}
