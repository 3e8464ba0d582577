//! The register's entry for one meter.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, DurationRound, NaiveDate, TimeDelta, Utc};
use events::{DayRun, Event, MeterRegistered, Quantity, Unit, Urn, both, day_run, in_turn};

use crate::rules::ceiling;

/// The source of registrations that this service adds.
pub(crate) const SETTLER: &str = "greenledger/ingest";

/// The time and the issuer of a statement: of two statements about the same thing the greater one stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Issued {
    pub(super) time: DateTime<Utc>,
    pub(super) source: String,
    pub(super) id: String,
}

impl Issued {
    pub(crate) fn by(event: &Event) -> Self {
        // Truncated like the ledger's times: both have to agree on which of two registrations stands.
        let time = event.time.duration_trunc(TimeDelta::microseconds(1));
        Issued {
            time: time.unwrap_or(event.time),
            source: event.source.clone(),
            id: event.id.clone(),
        }
    }
}

/// A meter and its registrations: one for each school and first day.
#[derive(Debug, Clone, Default)]
pub(crate) struct MeterEntry {
    pub(super) registrations: Vec<Registration>,
}

/// A meter at one school from one day on.
#[derive(Debug, Clone)]
pub(super) struct Registration {
    pub(super) urn: Urn,
    /// The registration issued last.
    pub(super) stands: Arc<Stated>,
    /// The last registration issued by a sender, without the changes that this service made.
    requested: Option<Arc<Stated>>,
}

/// A registration, with its issuer and time.
#[derive(Debug)]
pub(super) struct Stated {
    pub(super) issued: Issued,
    pub(super) meter: MeterRegistered,
}

impl Stated {
    /// Whether `day` is not after the registration's last day.
    pub(super) fn runs_to(&self, day: NaiveDate) -> bool {
        self.meter.to.is_none_or(|to| day <= to)
    }
}

/// The days of a registration.
pub(crate) fn meter_days(meter: &MeterRegistered) -> DayRun {
    day_run(meter.from, meter.to)
}

impl Registration {
    /// The registration as its sender requested it, before it was reconciled with other schools' registrations.
    pub(super) fn requested(&self) -> &Stated {
        self.requested.as_ref().unwrap_or(&self.stands)
    }

    /// Applies a statement. The same source and id again, even with other content, changes nothing: the first in the log
    /// stands.
    fn take(&mut self, new: &Arc<Stated>, is_requested: bool) {
        if self.stands.issued < new.issued {
            self.stands = new.clone();
        }
        let is_later = |last: &Arc<Stated>| last.issued < new.issued;
        if is_requested && self.requested.as_ref().is_none_or(is_later) {
            self.requested = Some(new.clone());
        }
    }
}

impl MeterEntry {
    pub(crate) fn apply(&mut self, urn: Urn, issued: Issued, meter: &MeterRegistered) {
        let is_requested = issued.source != SETTLER;
        let meter_from = meter.from;
        let meter = meter.clone();
        let new = Arc::new(Stated { issued, meter });
        match self.registration_mut(urn, meter_from) {
            Some(known) => known.take(&new, is_requested),
            None => self.registrations.push(Registration {
                urn,
                requested: is_requested.then(|| new.clone()),
                stands: new,
            }),
        }
    }

    fn registration(&self, urn: Urn, from: NaiveDate) -> Option<&Registration> {
        let is_it = |known: &&Registration| (known.urn, known.stands.meter.from) == (urn, from);
        self.registrations.iter().find(is_it)
    }

    fn registration_mut(&mut self, urn: Urn, from: NaiveDate) -> Option<&mut Registration> {
        let is_it = |known: &&mut Registration| (known.urn, known.stands.meter.from) == (urn, from);
        self.registrations.iter_mut().find(is_it)
    }

    /// The standing registrations of the meter at a school, each with its days, in their order.
    pub(super) fn standing(&self, urn: Urn) -> Vec<(DayRun, &Registration)> {
        let of_school = self.registrations.iter().filter(|known| known.urn == urn);
        in_turn(of_school, |known| &known.stands.meter)
    }

    /// The school that the meter belongs to on a day, with its registration for that day; if two schools claim the day, the one
    /// registered later.
    pub(crate) fn on(&self, day: NaiveDate) -> Option<(Urn, &MeterRegistered)> {
        let stated = match self.registrations.as_slice() {
            // Nearly every meter has only one registration: there is nothing to compare.
            [only] => covers(&only.stands.meter, day).then_some(only)?,
            _ => self
                .claimants(day)
                .max_by(|a, b| a.stands.issued.cmp(&b.stands.issued))?,
        };
        Some((stated.urn, &stated.stands.meter))
    }

    fn claimants(&self, day: NaiveDate) -> impl Iterator<Item = &Registration> {
        let standing = self
            .schools()
            .into_iter()
            .flat_map(|urn| self.standing(urn));
        let on_day = standing.filter(move |(run, _)| run.contains(&day));
        on_day.map(|(_, known)| known)
    }

    /// The school that the meter belongs to on a day; if two claim the day, the one registered later.
    pub(crate) fn owner(&self, day: NaiveDate) -> Option<Urn> {
        self.on(day).map(|(urn, _)| urn)
    }

    /// The other schools that claim any of these days, and which of them.
    pub(crate) fn claims_beside(
        &self,
        urn: Urn,
        days: &DayRun,
    ) -> impl Iterator<Item = (Urn, DayRun)> {
        let others = self
            .schools()
            .into_iter()
            .filter(move |other| *other != urn);
        let shared = |(other, run): (Urn, DayRun)| (other, both(&run, days));
        others
            .flat_map(|other| {
                self.standing(other)
                    .into_iter()
                    .map(move |(run, _)| (other, run))
            })
            .map(shared)
            .filter(|(_, shared)| !shared.is_empty())
    }

    /// The most one of its half-hours can hold, by the registration with the highest limit: a meter measures the same at every
    /// school.
    pub(crate) fn ceiling(&self, unit: Unit) -> Option<Quantity> {
        let registrations = self.registrations.iter();
        let ceilings = registrations.map(|known| ceiling(&known.stands.meter, unit));
        ceilings.max()
    }

    /// The standing registrations of the meter at a school, each with its days, in their order.
    pub(crate) fn at(&self, urn: Urn) -> Vec<(DayRun, &MeterRegistered)> {
        let standing = self.standing(urn).into_iter();
        standing
            .map(|(run, known)| (run, &known.stands.meter))
            .collect()
    }

    /// Like [`MeterEntry::at`], with `meter` registered there too.
    pub(crate) fn at_with<'a>(
        &'a self,
        urn: Urn,
        meter: &'a MeterRegistered,
    ) -> Vec<(DayRun, &'a MeterRegistered)> {
        let of_school = self.registrations.iter().filter(|known| known.urn == urn);
        let others = of_school
            .map(|known| &known.stands.meter)
            .filter(|stands| stands.from != meter.from);
        in_turn(others.chain([meter]), |one| one)
    }

    /// The schools that have or had it, each once.
    pub(crate) fn schools(&self) -> BTreeSet<Urn> {
        self.registrations.iter().map(|known| known.urn).collect()
    }

    /// When the last of its registrations was issued.
    pub(crate) fn last_issued(&self) -> Option<DateTime<Utc>> {
        let registrations = self.registrations.iter();
        let issued =
            registrations.map(|known| known.stands.issued.time.max(known.requested().issued.time));
        issued.max()
    }

    /// Whether it was registered more than once: at several schools, or from several days on.
    pub(crate) fn is_registered_anew(&self) -> bool {
        self.registrations.len() > 1
    }

    /// Another standing registration that says that the meter measures something else.
    pub(crate) fn of_another_fuel(
        &self,
        urn: Urn,
        meter: &MeterRegistered,
    ) -> Option<(Urn, &MeterRegistered)> {
        let others = self.registrations.iter();
        others
            .filter(|known| (known.urn, known.stands.meter.from) != (urn, meter.from))
            .map(|known| (known.urn, &known.stands.meter))
            .find(|(_, other)| !other.is_taken_back() && other.fuel != meter.fuel)
    }

    /// Whether a registration at this school would change nothing: a later statement about the meter from the same day on
    /// stands, or this statement itself.
    pub(crate) fn is_outdated(&self, urn: Urn, from: NaiveDate, issued: &Issued) -> bool {
        self.registration(urn, from)
            .and_then(|known| known.requested.as_ref())
            .is_some_and(|last| last.issued >= *issued)
    }
}

fn covers(meter: &MeterRegistered, day: NaiveDate) -> bool {
    meter_days(meter).contains(&day)
}
