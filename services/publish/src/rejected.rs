//! Recent rejections that name a school or a meter: counted, for the page of the school. The sender asks ingest for the
//! reasons.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bus::{Bus, BusError, Followed, StoredRecord, follow};
use chassis::chain;
use chrono::{DateTime, TimeDelta, Utc};
use events::{RejectedEvent, Rule, Topic, Urn};
use footprint::{Footprint, Period};
use serde_json::Value;

use crate::rollup::passed;

/// How many days back a rejection counts as recent.
pub(crate) const LATELY_DAYS: i64 = 30;

/// The most rejections that are kept; the newest are kept.
const MOST: usize = 100_000;

/// The pause before following the topic is retried.
const AGAIN: Duration = Duration::from_secs(1);

/// How many recently rejected events name a school or one of its meters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RejectedLately {
    /// Not known: the topic is not read yet.
    Unknown,
    /// Exactly this many.
    Count(usize),
    /// This many and perhaps more: there were too many rejections over all schools to keep each.
    AtLeast(usize),
}

/// The recent rejections, of all schools.
#[derive(Debug, Default)]
pub(crate) struct Rejected(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    by_key: BTreeMap<String, Rejection>,
    by_time: BTreeSet<(DateTime<Utc>, String)>,
    /// When the newest rejection that was dropped, because there were too many, was received.
    forgotten: Option<DateTime<Utc>>,
    caught_up: bool,
}

#[derive(Debug)]
struct Rejection {
    received: DateTime<Utc>,
    school: Option<Urn>,
    meter: Option<String>,
}

impl Rejected {
    /// Follows the topic for ever; returns only on an error that waiting cannot mend.
    pub(crate) async fn follow(&self, bus: &Bus) -> Result<(), BusError> {
        loop {
            match follow(bus, Topic::Rejected).await {
                Err(error) if error.is_configuration() => return Err(error),
                Err(error) => tracing::warn!(why = chain(&error), "waiting for topic rejected"),
                Ok(mut followed) => {
                    while let Some(followed) = followed.recv().await {
                        match followed {
                            Followed::Records(records) => {
                                let now = Utc::now();
                                let mut known = self.known();
                                records
                                    .iter()
                                    .for_each(|record| known.take(record, now, MOST));
                            }
                            Followed::CaughtUp => self.known().caught_up = true,
                            Followed::Failed(error) if error.is_configuration() => {
                                return Err(error);
                            }
                            Followed::Failed(error) => {
                                tracing::warn!(why = chain(&error), "following rejected anew");
                            }
                        }
                    }
                }
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// The recent rejections of a school; none if the page shows other days, or a trust that the school has left.
    pub(crate) fn for_school(
        &self,
        school: &Footprint,
        now: DateTime<Utc>,
    ) -> Option<RejectedLately> {
        let is_now = matches!(school.period, Period::Trailing { .. })
            && school.member.contains(passed(school.period).to);
        let meters = school.meters.iter().map(|meter| meter.meter.to_string());
        is_now.then(|| self.known().about(school.urn, &meters.collect(), now))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn take(&mut self, record: &StoredRecord, now: DateTime<Utc>, most: usize) {
        self.remove(&record.key);
        let rejected = record.payload.as_deref().and_then(read);
        if let Some(rejection) = rejected.filter(|rejection| rejection.received >= lately(now)) {
            self.by_time
                .insert((rejection.received, record.key.clone()));
            self.by_key.insert(record.key.clone(), rejection);
        }
        while let Some((received, key)) = self.by_time.first().cloned() {
            let is_too_many = self.by_time.len() > most;
            if is_too_many {
                self.forgotten = self.forgotten.max(Some(received));
            } else if received >= lately(now) {
                return;
            }
            self.remove(&key);
        }
    }

    fn remove(&mut self, key: &str) {
        if let Some(rejection) = self.by_key.remove(key) {
            self.by_time.remove(&(rejection.received, key.to_owned()));
        }
    }

    fn about(&self, school: Urn, meters: &BTreeSet<String>, now: DateTime<Utc>) -> RejectedLately {
        if !self.caught_up {
            return RejectedLately::Unknown;
        }
        let since = lately(now);
        let names = |rejection: &&Rejection| {
            let is_its_meter = rejection
                .meter
                .as_ref()
                .is_some_and(|meter| meters.contains(meter));
            rejection.received >= since && (rejection.school == Some(school) || is_its_meter)
        };
        let count = self.by_key.values().filter(names).count();
        match self.forgotten.is_some_and(|newest| newest >= since) {
            true => RejectedLately::AtLeast(count),
            false => RejectedLately::Count(count),
        }
    }
}

fn lately(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(LATELY_DAYS)
}

/// The school and meter that a record names. An event outside its sender's scope does not count for the school.
fn read(payload: &[u8]) -> Option<Rejection> {
    let rejected: RejectedEvent = serde_json::from_slice(payload).ok()?;
    if rejected
        .refusals
        .iter()
        .any(|why| why.rule == Rule::OutOfScope)
    {
        return None;
    }
    let text = |pointer: &str| rejected.event.pointer(pointer).and_then(Value::as_str);
    let school = text("/subject").and_then(|urn| urn.parse().ok());
    let meter = text("/data/meter").map(str::to_owned);
    (school.is_some() || meter.is_some()).then_some(Rejection {
        received: rejected.received,
        school,
        meter,
    })
}

#[cfg(test)]
mod tests;
