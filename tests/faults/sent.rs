//! The events that are sent while faults happen: days of twelve meters, some of them refused, repeated or contradicting.

use chrono::{Days, NaiveDate};
use events::{Data, Event, MeterId};
use footprint::fixtures::collected;

use super::oracle::Left;
use crate::flow::deployment::{Deployment, Embedded};
use crate::flow::files;
use crate::servers::Waiting;

/// The number of days that can be sent: later ones would end after the day of the tests.
pub const MOST_DAYS: u32 = 2_900;

/// Waits a quarter of a second between two days, because every day costs each pipeline, and the run without faults, some
/// work. Returns false when the patience is over.
pub async fn pace(waiting: &mut Waiting) -> bool {
    for _ in 0..5 {
        if !waiting.once_more().await {
            return false;
        }
    }
    true
}

/// The issue time of all events.
const TIME: &str = "2026-11-01T00:00:00Z";
/// A meter without a registration.
const STRANGER: &str = "2200012767323";

/// The events of day `number`: a day of each of twelve meters and a school's waste. Every fifth time also a day of an
/// unknown meter, which ingest refuses; yesterday's waste and first meter again, which add nothing; and yesterday's second
/// meter with the same id and other values, which aggregate rejects.
pub fn day(number: u32) -> Vec<Event> {
    let mut events: Vec<Event> = (0..12).map(|meter| reading(meter, number, 0)).collect();
    events.push(collection(number));
    if number % 5 == 4 {
        let mut stranger = reading(0, number, 0);
        stranger.id.push_str("-stranger");
        if let Data::MeterReadings(readings) = &mut stranger.data {
            readings.meter = MeterId::mpan(STRANGER).expect("an MPAN");
        }
        events.extend([
            stranger,
            collection(number - 1),
            reading(0, number - 1, 0),
            reading(1, number - 1, 1),
        ]);
    }
    events
}

fn on(number: u32) -> NaiveDate {
    let first: NaiveDate = "2018-09-01".parse().expect("a date");
    first + Days::new(u64::from(number))
}

/// Data counted per event, which would count twice.
fn collection(number: u32) -> Event {
    Event {
        id: format!("bin-{}", on(number)),
        source: "contractor".to_owned(),
        time: TIME.parse().expect("a time"),
        subject: Some(files::urn(number % 12)),
        data: Data::WasteCollected(collected(on(number), "200301", 40.5, "R1")),
    }
}

fn reading(meter: u32, number: u32, more: u32) -> Event {
    let on = on(number);
    let value = |slot: u32| f64::from(slot * (meter + 1) + number % 90 + more) / 8.0;
    let (id, mpan) = (format!("{meter}-{on}"), files::mpan(meter as usize));
    let values = (0..48).map(value).collect();
    files::readings(&id, "meters", TIME, &mpan, (&on.to_string(), values))
}

/// The run without faults: one process that gets the same days.
pub struct Undisturbed {
    world: Embedded,
    days: u32,
}

impl Undisturbed {
    pub async fn start() -> Self {
        let world = Embedded::start().await;
        files::register(&world).await;
        Undisturbed { world, days: 0 }
    }

    /// The data of this run after the first `days` days.
    pub async fn after(&mut self, days: u32) -> Left {
        // One request a day, as in the run with faults: an event that contradicts another of its own request is refused
        // there.
        let client = self.world.client();
        for number in self.days..days {
            client.send(&day(number)).await.expect("an answer");
        }
        self.days = days;
        Left::read(&self.world).await
    }
}
