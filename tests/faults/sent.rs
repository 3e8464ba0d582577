//! What is sent while something fails: days of twelve meters, and among them what is refused, repeated or contradicts what
//! came before.

use chrono::{Days, NaiveDate};
use events::{Data, Event, MeterId};
use footprint::fixtures::collected;

use super::oracle::Left;
use crate::flow::deployment::{Deployment, Embedded};
use crate::flow::files;
use crate::servers::Waiting;

/// So many days, from the first on, can be sent: later ones would not have ended on the day the tests stand at.
pub const MOST_DAYS: u32 = 2_900;

/// Waits a quarter of a second between two days: every day costs each pipeline, and the one without faults, some work. False
/// once patience is over.
pub async fn pace(waiting: &mut Waiting) -> bool {
    for _ in 0..5 {
        if !waiting.once_more().await {
            return false;
        }
    }
    true
}

/// When everything is issued.
const TIME: &str = "2026-11-01T00:00:00Z";
/// A meter that nobody registered.
const STRANGER: &str = "2200012767323";

/// What is sent of day `number`: a day of each of twelve meters and a school's waste; every fifth time beside it a day of a
/// meter that nobody knows, which ingest refuses, yesterday's waste and first meter once more, which add nothing, and
/// yesterday's second meter under its name but with other values, which aggregate puts aside.
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

/// What counts by the event, and so would count twice.
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

/// The run without faults: one process, sent the same days.
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

    /// What it has left when it was sent the first `days` days.
    pub async fn after(&mut self, days: u32) -> Left {
        // A request a day, as in the run with faults: what contradicts something of its own request is refused there.
        let client = self.world.client();
        for number in self.days..days {
            client.send(&day(number)).await.expect("an answer");
        }
        self.days = days;
        Left::by(&self.world).await
    }
}
