//! The demo's trust: fifteen schools that do not exist, with meters, bins, surveys and evidence to fill every page.
//! A day's data is the same whenever it is requested: everything follows from a seed, the meter and the day.

mod activity;
mod calendar;
mod chance;
mod day;
mod evidence;
mod faults;
mod grid;
mod initiatives;
mod measured;
mod meters;
mod mpan;
mod profile;
mod readings;
mod register;
mod schools;
mod supplier;
mod surveys;
mod travel;
mod waste;
mod weather;

#[cfg(test)]
mod tests;

use std::iter;

use chrono::{DateTime, NaiveDate, Utc};
use events::{Data, Event, Urn};
use ingest::token_sha256;

use self::chance::Chance;
use self::meters::Meter;
use self::profile::Weights;
use self::schools::School;

pub use self::supplier::SUPPLIER_FORMAT;

/// The trust's id.
pub const TRUST_ID: &str = "calder-vale";

/// The trust's name.
pub const TRUST_NAME: &str = "Calder Vale Learning Trust";

/// The meter that stopped, so that a reading sent by hand is visible.
pub const STOPPED_METER: &str = "mpan:2399999909024";

/// Raised whenever an event other than a registration says something else under the same source, id and time.
const VERSION: u32 = 1;

/// The most events in one request.
pub const BATCH: usize = 1000;

/// Calder Vale Learning Trust: three secondaries and twelve primaries. All of it is invented: the URNs, MPANs and MPRNs
/// are in blocks that are never issued.
#[derive(Debug, Clone)]
pub struct MadeUpTrust {
    chance: Chance,
    started: NaiveDate,
    weights: Weights,
    schools: Vec<School>,
    meters: Vec<Meter>,
}

impl MadeUpTrust {
    /// The trust for `seed`. `started` is the day the demo's data folder was created: the dates of the stopped meter and
    /// of the fortnight that came as a file depend on it, so that a later start with the same folder gives the same data.
    pub fn new(seed: u64, started: NaiveDate) -> Self {
        let chance = Chance::new(seed);
        let weights = Weights::of(chance);
        let schools = schools::all();
        let meters = meters::meters(&schools, &weights);
        MadeUpTrust {
            chance,
            started,
            weights,
            schools,
            meters,
        }
    }

    /// What tells this data from that of a version that says other things under the same names: a hash of the registrations of the
    /// day the folder was created, and a number for everything else.
    pub fn fingerprint(&self) -> String {
        // Not of the JSON, whose order of keys is not the same in every build.
        let registered = format!("{:?}", self.register(self.started));
        let hash = token_sha256(&registered);
        format!("{VERSION}-{}", hash.get(..16).unwrap_or(&hash))
    }

    /// How many meter-days one day has if nothing is missing.
    pub fn meter_days_a_day(&self) -> usize {
        self.meters.iter().map(|meter| meter.channels.len()).sum()
    }
}

/// Cuts events into requests of at most [`BATCH`].
pub fn in_batches(events: impl IntoIterator<Item = Event>) -> impl Iterator<Item = Vec<Event>> {
    let mut events = events.into_iter();
    iter::from_fn(move || {
        let batch: Vec<_> = events.by_ref().take(BATCH).collect();
        (!batch.is_empty()).then_some(batch)
    })
}

/// An event of the trust; `feed` names the sender that issued it.
fn event(feed: &str, id: String, time: DateTime<Utc>, subject: Option<Urn>, data: Data) -> Event {
    Event {
        id,
        source: format!("{TRUST_ID}/{feed}"),
        time,
        subject,
        data,
    }
}

/// The days from `from` up to, not including, `to`.
fn days(from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    from.iter_days().take_while(move |day| *day < to)
}
