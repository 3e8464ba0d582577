//! The carbon intensity of the grid, followed from its topic, and a school's electricity by it. It is for running a school: no
//! footprint, report, result or gauge uses it.

mod report;

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use bus::{Bus, BusError, Followed, StoredRecord, follow};
use chassis::chain;
use chrono::{DateTime, NaiveDate, Utc};
use events::{GridIntensity, GridRegion, Topic, Written};
use footprint::Footprint;
use footprint::grid::Intensities;

use crate::half_hours::HalfHours;

pub(crate) use report::{GridLack, GridReport};

/// The pause before following the topic is retried.
const AGAIN: Duration = Duration::from_secs(1);

/// The intensities of all regions.
#[derive(Debug, Default)]
pub(crate) struct Grid(RwLock<Intensities>);

impl Grid {
    /// Follows the topic for ever; returns only on an error that waiting cannot mend. Reading it again from its beginning does no
    /// harm, because merging is a union.
    pub(crate) async fn follow(&self, bus: &Bus) -> Result<(), BusError> {
        loop {
            match follow(bus, Topic::Grid).await {
                Err(error) if error.is_configuration() => return Err(error),
                Err(error) => tracing::warn!(why = chain(&error), "waiting for topic grid"),
                Ok(mut followed) => {
                    while let Some(followed) = followed.recv().await {
                        match followed {
                            Followed::Records(records) => self.take(&records),
                            Followed::CaughtUp => {}
                            Followed::Failed(error) if error.is_configuration() => {
                                return Err(error);
                            }
                            Followed::Failed(error) => {
                                tracing::warn!(why = chain(&error), "following grid anew");
                            }
                        }
                    }
                }
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    fn take(&self, records: &[StoredRecord]) {
        let read: Vec<_> = records.iter().filter_map(read).collect();
        let mut known = self.write();
        for (event, issued) in read {
            known.merge(&event, issued);
        }
    }

    /// Whether no intensity was ever sent.
    pub(crate) fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    /// The first and the last day in UTC with intensities of a school's region.
    pub(crate) fn days(&self, school: &Footprint) -> Option<(NaiveDate, NaiveDate)> {
        self.read().days(region(school))
    }

    /// A school's electricity on the days of `found` by the intensity of its region.
    pub(crate) fn report(&self, school: &Footprint, found: &HalfHours) -> GridReport {
        GridReport::new(school, found, &self.read())
    }

    /// Adds an event that was issued at its end.
    #[cfg(test)]
    pub(crate) fn merge(&self, event: &GridIntensity) {
        self.write().merge(event, event.ends());
    }

    fn read(&self) -> RwLockReadGuard<'_, Intensities> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Intensities> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The region of a school: Great Britain if it registers none, because a postcode near a border would be a guess.
fn region(school: &Footprint) -> GridRegion {
    school.grid_region.unwrap_or(GridRegion::GREAT_BRITAIN)
}

/// The event of a record, and when it was issued; none, with a log line, if it cannot be read.
fn read(record: &StoredRecord) -> Option<(GridIntensity, DateTime<Utc>)> {
    let payload = record.payload.as_deref()?;
    let issued = record.header("ce_time").and_then(Written::read);
    let event = serde_json::from_slice(payload);
    match (event, issued) {
        (Ok(event), Some(issued)) => Some((event, issued)),
        _ => {
            tracing::warn!(key = record.key, place = ?record.place, "an intensity of the grid cannot be read");
            None
        }
    }
}

#[cfg(test)]
mod tests;
