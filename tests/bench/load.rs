//! The topic that all programs read: a day of every meter, then the next day.

use std::time::Duration;

use bus::{Producer, Record, ensure_topics};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use events::{
    Channel, Data, Event, MeterId, MeterReadings, Sent, SettlementDay, Sharding, Topic, Urn,
};

use super::broker::Broker;

/// What is in the topic.
pub struct Load {
    pub meter_days: u64,
    pub schools: u32,
    pub sharding: Sharding,
}

const FIRST_URN: u32 = 100_000;
const AT_ONCE: u64 = 20_000;
const BOUND: Duration = Duration::from_secs(60);

impl Load {
    /// Creates the topics and writes the load as ingest writes it.
    pub async fn write(&self, broker: &Broker) {
        let bus = broker.bus();
        ensure_topics(&bus, self.sharding)
            .await
            .expect("the topics");
        let producer = Producer::new(&bus, BOUND).expect("a producer");
        let mut from = 0;
        while from < self.meter_days {
            let to = self.meter_days.min(from + AT_ONCE);
            let records: Vec<Record> = (from..to).map(|at| self.record(at)).collect();
            producer.send(&records).await.expect("records in the topic");
            from = to;
        }
    }

    /// The name of the topic.
    pub fn topic(&self) -> &'static str {
        Topic::Readings.name()
    }

    fn record(&self, at: u64) -> Record {
        let schools = u64::from(self.schools);
        let (number, day) = (at % schools, at / schools);
        let day = first_day() + Days::new(day);
        let event = Event {
            id: format!("{number}-{day}"),
            source: "urn:greenledger:bench".to_owned(),
            time: instant(),
            subject: Some(urn(number)),
            data: Data::MeterReadings(readings(number, day)),
        };
        ingest::record_again(&event, instant(), "bench", self.sharding).expect("a record")
    }
}

fn urn(number: u64) -> Urn {
    let urn = FIRST_URN + u32::try_from(number).expect("fewer schools");
    urn.try_into().expect("a URN")
}

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2022, 9, 1).expect("a date")
}

fn instant() -> DateTime<Utc> {
    "2026-11-01T00:00:00Z".parse().expect("an instant")
}

/// Values with three decimals, as meters send them.
fn readings(number: u64, day: NaiveDate) -> MeterReadings {
    let slots = SettlementDay(day).slots() as u64;
    let value = |slot: u64| {
        let seed =
            number * 7_919 + slot * 104_729 + u64::from(day.num_days_from_ce().unsigned_abs());
        Some((seed % 9_000) as f64 / 1_000.0)
    };
    MeterReadings {
        meter: meter(number),
        channel: Channel::AI,
        unit: Sent::KWh,
        interval: Default::default(),
        day: Some(day),
        start: None,
        values: (0..slots).map(value).collect(),
        quality: None,
        register: None,
        issue_stated: true,
        as_registered: false,
    }
}

fn meter(number: u64) -> MeterId {
    format!("serial:BENCH-{number}").parse().expect("a meter")
}
