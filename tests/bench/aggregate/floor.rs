//! The floor: rdkafka and serde_json on one thread, integers summed per meter, nothing deduplicated, kept or written.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use events::micro_from_decimal;
use rdkafka::consumer::Consumer;
use rdkafka::message::Message;
use serde::Deserialize;

use crate::broker::Broker;
use crate::load::Load;
use crate::process::own_cpu;

use super::run::{Run, Sums};

#[derive(Deserialize)]
struct MeterDay<'a> {
    meter: &'a str,
    values: Vec<Option<f64>>,
}

const PATIENCE: Duration = Duration::from_secs(60);

/// Reads the topic once, from its first record to its last.
pub fn run(broker: &Broker, load: &Load) -> Run {
    let (cpu, began) = (own_cpu(), Instant::now());
    let consumer = broker.client("floor");
    let mut partitions = rdkafka::TopicPartitionList::new();
    for partition in 0..load.sharding.partitions as i32 {
        partitions
            .add_partition_offset(load.topic(), partition, rdkafka::Offset::Beginning)
            .expect("a partition");
    }
    consumer.assign(&partitions).expect("an assignment");
    let mut sums: HashMap<String, i64> = HashMap::new();
    for _ in 0..load.meter_days {
        let message = consumer.poll(PATIENCE).expect("a record in time");
        let message = message.expect("a record");
        let day: MeterDay<'_> =
            serde_json::from_slice(message.payload().unwrap_or_default()).expect("a meter-day");
        let values = day.values.into_iter().flatten();
        let energy: i64 = values
            .map(|value| micro_from_decimal(value).expect("a value"))
            .sum();
        match sums.get_mut(day.meter) {
            Some(sum) => *sum += energy,
            None => drop(sums.insert(day.meter.to_owned(), energy)),
        }
    }
    Run {
        wall: began.elapsed(),
        cpu: own_cpu() - cpu,
        peak_bytes: None,
        sums: Sums::from_iter(sums),
    }
}
