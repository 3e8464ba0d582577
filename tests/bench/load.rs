//! The topic that all programs read: a day of every meter, then the next day.

use std::io::{BufWriter, Write};
use std::time::Duration;

use bus::{Producer, Record, ensure_topics};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use events::{
    Channel, Data, Event, Fuel, MeterId, MeterReadings, MeterRegistered, Sent, SettlementDay,
    Sharding, Topic, Urn,
};
use tempfile::NamedTempFile;

use crate::broker::Broker;

/// What is in the topic.
pub struct Load {
    /// The number of events, which hold a whole meter-day each unless `half_hours` is set.
    pub meter_days: u64,
    pub schools: u32,
    pub meters: u64,
    pub sharding: Sharding,
    /// Whether an event holds one half-hour.
    pub half_hours: bool,
}

/// The shards of the lake, unless an option names another number.
const SHARDS: u32 = 8;
/// The partitions of each topic, unless an option names another number.
const PARTITIONS: u32 = 4;

/// The schools of a load, and how they are spread.
#[derive(Debug, clap::Args)]
pub struct Spread {
    /// Schools.
    #[arg(long, default_value_t = 2_000)]
    schools: u32,
    /// Meters of all schools: without it a meter for each school, and 2,000 at least.
    #[arg(long)]
    meters: Option<u64>,
    /// Partitions of each topic.
    #[arg(long, default_value_t = PARTITIONS)]
    partitions: u32,
    /// Shards of the lake: a multiple of the partitions.
    #[arg(long, default_value_t = SHARDS)]
    shards: u32,
    /// Sends half-hours one by one: so many events with one half-hour each. Only the floor and aggregate take them.
    #[arg(long)]
    half_hours: bool,
}

impl Spread {
    /// So many meter-days of these schools.
    pub fn load(&self, meter_days: u64) -> Load {
        Load {
            meter_days,
            schools: self.schools,
            meters: self.meters.unwrap_or_else(|| usual_meters(self.schools)),
            half_hours: self.half_hours,
            sharding: Sharding {
                shards: self.shards,
                partitions: self.partitions,
            },
        }
    }
}

/// The fewest meters: few schools have several each, or their days would run into the next century.
const METERS: u64 = 2_000;
/// The trust of all schools.
pub const TRUST: &str = "bench";
const FIRST_URN: u32 = 100_000;
const AT_ONCE: u64 = 20_000;
const BOUND: Duration = Duration::from_secs(60);

impl Load {
    /// So many meter-days of so many schools, spread as usual.
    pub fn of(meter_days: u64, schools: u32) -> Self {
        let spread = Spread {
            schools,
            meters: None,
            partitions: PARTITIONS,
            shards: SHARDS,
            half_hours: false,
        };
        spread.load(meter_days)
    }

    /// Creates the topics.
    pub async fn create_topics(&self, broker: &Broker) {
        let created = ensure_topics(&broker.bus(), self.sharding).await;
        created.expect("the topics");
    }

    /// Creates the topics and writes the load as ingest writes it.
    pub async fn write(&self, broker: &Broker) {
        self.create_topics(broker).await;
        let producer = Producer::new(&broker.bus(), BOUND).expect("a producer");
        let mut from = 0;
        while from < self.meter_days {
            let to = self.meter_days.min(from + AT_ONCE);
            let records: Vec<Record> = (from..to).map(|at| self.record(&self.event(at))).collect();
            producer.send(&records).await.expect("records in the topic");
            from = to;
        }
    }

    /// The name of the topic.
    pub fn topic(&self) -> &'static str {
        Topic::Readings.name()
    }

    /// Writes the same events to a file, one on each line, as their sender sends them.
    pub fn write_file(&self) -> NamedTempFile {
        let file = NamedTempFile::new().expect("a temporary file");
        let mut lines = BufWriter::new(file.as_file());
        for at in 0..self.meter_days {
            let line = self.event(at).to_json().expect("JSON");
            writeln!(lines, "{line}").expect("a line");
        }
        lines.flush().expect("the last lines");
        drop(lines);
        file
    }

    /// Registers the schools and their meters, without which ingest accepts no readings.
    pub async fn register(&self, broker: &Broker) {
        let schools = (0..u64::from(self.schools)).map(school);
        let meters = (0..self.meters).map(|number| meter_of(number, self.school_of(number)));
        let records: Vec<Record> = schools
            .chain(meters)
            .map(|event| self.record(&event))
            .collect();
        let producer = Producer::new(&broker.bus(), BOUND).expect("a producer");
        producer.send(&records).await.expect("records in the topic");
    }

    /// The school of a meter, by their numbers.
    fn school_of(&self, meter: u64) -> u64 {
        meter % u64::from(self.schools)
    }

    fn record(&self, event: &Event) -> Record {
        ingest::record_again(event, instant(), "bench", self.sharding).expect("a record")
    }

    /// The event at this place: a day or a half-hour of every meter, then the next.
    pub fn event(&self, at: u64) -> Event {
        let (number, at) = (at % self.meters, at / self.meters);
        let school = self.school_of(number);
        match self.half_hours {
            true => half_hour_of(number, school, at),
            false => day_of(number, school, at),
        }
    }
}

/// A meter for each school, and no fewer than the least.
pub fn usual_meters(schools: u32) -> u64 {
    METERS.max(u64::from(schools))
}

/// A day of a school's meter, as the event that its sender sends. Days are counted from the first.
pub fn day_of(number: u64, school: u64, day: u64) -> Event {
    let day = first_day() + Days::new(day);
    let data = Data::MeterReadings(readings(number, day));
    event(school, &format!("{number}-{day}"), data)
}

/// A half-hour of a school's meter, counted from the first, as ingest passes it on: a day in which only it is known.
fn half_hour_of(number: u64, school: u64, at: u64) -> Event {
    const SLOTS: u64 = 46;
    let (day, slot) = (first_day() + Days::new(at / SLOTS), at % SLOTS);
    let mut half_hour = readings(number, day);
    for (other, value) in half_hour.values.iter_mut().enumerate() {
        if other as u64 != slot {
            *value = None;
        }
    }
    let data = Data::MeterReadings(half_hour);
    event(school, &format!("{number}-{day}-{slot}"), data)
}

fn event(school: u64, id: &str, data: Data) -> Event {
    Event {
        id: id.to_owned(),
        source: "urn:greenledger:bench".to_owned(),
        time: instant(),
        subject: Some(urn(school)),
        data,
    }
}

fn school(number: u64) -> Event {
    let school = footprint::fixtures::registered(TRUST, first_day());
    event(
        number,
        &format!("school-{number}"),
        Data::SchoolRegistered(school),
    )
}

fn meter_of(number: u64, school: u64) -> Event {
    let meter = MeterRegistered::new(meter(number), Fuel::Electricity, first_day());
    event(
        school,
        &format!("meter-{number}"),
        Data::MeterRegistered(meter),
    )
}

/// The URN of a school.
pub fn urn(number: u64) -> Urn {
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
        quarters: Vec::new(),
        register: None,
        issue_stated: true,
        as_registered: false,
    }
}

fn meter(number: u64) -> MeterId {
    format!("serial:BENCH-{number}").parse().expect("a meter")
}
