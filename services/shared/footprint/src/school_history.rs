//! A school's whole history, as far as figures need it: a summary of every meter-day, and every other event.

mod meter;
mod register;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use events::{Channel, Data, EventType, Memberships, MeterId, Statement, Unit};

use crate::changed::{Changed, of_day_sum};
use crate::ledger::{DayKey, DaySum, Identity, LedgerEvent, Origin};
use crate::view::{Contradictions, DayView, Withdrawals};

pub use meter::{DatedRegistration, OwnedMeter};
pub use register::{Membership, Register};

/// Everything that aggregate remembers about one school. Additions may come in any order and any number of times.
#[derive(Debug, Clone, Default)]
pub struct SchoolHistory {
    series: BTreeMap<(MeterId, Channel), Series>,
    /// The revisions of each event, by their times, which differ: the last one counts. Nearly all events have one.
    school_events: BTreeMap<Identity, Vec<SchoolEvent>>,
    withdrawals: Withdrawals,
}

/// One meter's channel: a sum per day, by month.
#[derive(Debug, Clone, Default)]
pub struct Series {
    /// Boxed, because a node of the map has room for eleven values.
    months: BTreeMap<NaiveDate, Box<[Option<DaySum>; 31]>>,
    /// Contradictions, for the few days that have any.
    contradictions: BTreeMap<NaiveDate, Contradictions>,
}

/// An event of any topic except readings.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolEvent {
    /// The day it is about.
    pub day: NaiveDate,
    /// When it was issued, in microseconds since 1970.
    pub issued: i64,
    /// Its origin.
    pub origin: Origin,
    /// Its data.
    pub data: Data,
}

/// The result of adding a fact.
#[derive(Debug, PartialEq)]
pub enum Added {
    /// Its name and time were new.
    New,
    /// It was already known.
    Known,
    /// It was already known, but this copy was received first: the event's time of receipt is now that of this copy.
    Earlier,
    /// Its name and time were known with other content. This copy is lower in the log, so it counts and the other no longer
    /// does.
    Displaced(Box<SchoolEvent>),
    /// Its name and time were known with other content, which is lower in the log and still counts.
    Refused,
}

impl SchoolHistory {
    /// Sets the value that counts for a meter-day.
    pub fn set_day(&mut self, key: &DayKey, sum: DaySum) {
        self.series_of(key).set_day(key.day, sum);
    }

    fn series_of(&mut self, key: &DayKey) -> &mut Series {
        let name = (key.meter.clone(), key.channel);
        self.series.entry(name).or_default()
    }

    /// Sets the value that counts for a meter-day, and its contradictions. Returns what that changes.
    pub fn set_view(&mut self, key: &DayKey, view: DayView) -> Changed {
        let sum = view.sum();
        let known = self.series.len();
        let series = self.series_of(key);
        let before = series.set_day(key.day, sum);
        let is_contradicted = match view.contradictions.is_empty() {
            true => series.contradictions.remove(&key.day).is_some(),
            false => {
                series.contradictions.insert(key.day, view.contradictions);
                true
            }
        };
        // The first import or export of a meter decides by which channel it reports, and its first day of export from when on
        // export is expected.
        let is_first = self.series.len() > known;
        match is_first || is_contradicted || key.channel != Channel::AI {
            true => Changed::Everything,
            false => of_day_sum(key.day, before, &sum),
        }
    }

    /// What the sums of meter-days take in memory, in bytes.
    pub fn sum_bytes(&self) -> usize {
        let months = self.series.values().map(|series| series.months.len());
        months.sum::<usize>() * size_of::<[Option<DaySum>; 31]>()
    }

    /// The value that counts for a meter-day.
    pub fn day(&self, key: &DayKey) -> Option<DaySum> {
        let series = self.series.get(&(key.meter.clone(), key.channel))?;
        series.day(key.day)
    }

    /// The contradictions of a meter-day's value; none if there are none.
    pub fn contradictions(&self, key: &DayKey) -> Option<&Contradictions> {
        let series = self.series(&key.meter, key.channel)?;
        series.contradictions.get(&key.day)
    }

    /// Adds an event.
    pub fn add(&mut self, identity: Identity, school_event: SchoolEvent) -> Added {
        let revisions = self.school_events.entry(identity.clone()).or_default();
        let added = match revisions.binary_search_by_key(&school_event.issued, |known| known.issued)
        {
            Err(at) => {
                revisions.insert(at, school_event);
                Added::New
            }
            Ok(at) => revisions
                .get_mut(at)
                .map_or(Added::Known, |known| known.repeated_by(school_event)),
        };
        if let Some(stands) = revisions.last()
            && let Data::ReadingsWithdrawn(data) = &stands.data
        {
            let received = stands.origin.received;
            self.withdrawals.add(identity, received, data);
        }
        added
    }

    /// The event with a name; of its revisions the one issued last.
    pub fn school_event(&self, identity: &Identity) -> Option<&SchoolEvent> {
        self.school_events.get(identity)?.last()
    }

    /// The withdrawals of the school's readings.
    pub fn withdrawals(&self) -> &Withdrawals {
        &self.withdrawals
    }

    /// Every event, in the order of its identity; of its revisions the one issued last.
    pub fn school_events(&self) -> impl Iterator<Item = (&Identity, &SchoolEvent)> {
        let last = |(identity, revisions)| Some((identity, <[SchoolEvent]>::last(revisions)?));
        self.school_events
            .iter()
            .filter_map(move |(identity, revisions)| last((identity, revisions.as_slice())))
    }

    /// Every event that counts, in the order of its identity: all except those that a later event of the same source replaces, and
    /// collections that are taken back.
    /// An event on one trust's days never replaces one on another trust's days.
    pub fn counted(&self) -> impl Iterator<Item = (&Identity, &SchoolEvent)> {
        let mut replaced: BTreeMap<(&str, &str), Vec<NaiveDate>> = BTreeMap::new();
        for (identity, school_event) in self.school_events() {
            if let Some(id) = school_event.replaces() {
                let days = replaced.entry((identity.source.as_ref(), id)).or_default();
                days.push(school_event.day);
            }
        }
        let memberships = match replaced.is_empty() {
            true => Memberships::default(),
            false => self.memberships(),
        };
        self.school_events()
            .filter(move |(identity, school_event)| {
                let by = replaced.get(&(identity.source.as_ref(), identity.id.as_ref()));
                let of_one_trust = |day: &NaiveDate| {
                    memberships.trust_on(*day) == memberships.trust_on(school_event.day)
                };
                !school_event.is_withdrawn()
                    && !by.is_some_and(|days| days.iter().any(of_one_trust))
            })
    }

    /// The trust that the school belongs to on each day, from every revision of its registrations.
    pub fn memberships(&self) -> Memberships {
        let statement =
            |(identity, school_event): (&Identity, &SchoolEvent)| match &school_event.data {
                Data::SchoolRegistered(school) => Some(Statement::of(
                    school,
                    school_event.origin.received,
                    school_event.issued,
                    &identity.source,
                    &identity.id,
                )),
                _ => None,
            };
        let statements: Vec<Statement> = self.revisions().filter_map(statement).collect();
        Memberships::of(&statements)
    }

    /// Every revision of every event.
    pub(crate) fn revisions(&self) -> impl Iterator<Item = (&Identity, &SchoolEvent)> {
        self.school_events.iter().flat_map(|(identity, revisions)| {
            revisions
                .iter()
                .map(move |school_event| (identity, school_event))
        })
    }

    /// One meter's channel.
    pub fn series(&self, meter: &MeterId, channel: Channel) -> Option<&Series> {
        self.series.get(&(meter.clone(), channel))
    }

    /// The runs of days with figures, once per month of readings and once per event. An award or a piece of evidence is valid
    /// long after its date, so it does not make a year of figures.
    pub(crate) fn days_touched(&self) -> impl Iterator<Item = crate::Days> {
        self.days_of(SchoolEvent::is_measured)
    }

    /// The first day of any measured data except travel surveys. Surveys of earlier years do not make figures for those years,
    /// about which nothing else would be known: later surveys are compared with them.
    pub(crate) fn first_day_beside_surveys(&self) -> Option<NaiveDate> {
        let others = self.days_of(|school_event| {
            school_event.is_measured() && school_event.data.kind() != EventType::TravelSurveyed
        });
        others.map(|days| days.from).min()
    }

    fn days_of(&self, counts: fn(&SchoolEvent) -> bool) -> impl Iterator<Item = crate::Days> {
        let on = |day| crate::Days { from: day, to: day };
        let of_meters = self
            .series
            .values()
            .flat_map(|series| series.months.keys().copied());
        let school_events = self.school_events().map(|(_, school_event)| school_event);
        let of_facts = school_events.filter(move |school_event| counts(school_event));
        of_meters
            .map(on)
            .chain(of_facts.map(move |school_event| match &school_event.data {
                Data::ActivityRecorded(activity) => crate::Days {
                    from: activity.from,
                    to: activity.to,
                },
                _ => on(school_event.day),
            }))
    }
}

impl SchoolEvent {
    /// The fact in a row of the ledger.
    pub fn of(row: &LedgerEvent) -> Result<Self, events::ShapeError> {
        Ok(SchoolEvent {
            day: row.day,
            issued: row.issued,
            origin: row.origin.clone(),
            data: Data::parse(row.kind, &row.data)?,
        })
    }

    /// Merges another copy with the same name and time: of two that differ, the one lower in the log counts.
    fn repeated_by(&mut self, other: SchoolEvent) -> Added {
        if self.data != other.data {
            return match other.origin < self.origin {
                true => Added::Displaced(Box::new(std::mem::replace(self, other))),
                false => Added::Refused,
            };
        }
        // The owner of a disputed day depends on when an event was first received, whichever copy was read first.
        if other.origin < self.origin {
            self.origin = other.origin;
            return Added::Earlier;
        }
        Added::Known
    }

    fn replaces(&self) -> Option<&str> {
        match &self.data {
            Data::WasteCollected(waste) => waste.replaces.as_deref(),
            Data::ActivityRecorded(activity) => activity.replaces.as_deref(),
            _ => None,
        }
    }

    fn is_withdrawn(&self) -> bool {
        matches!(&self.data, Data::WasteCollected(waste) if waste.withdrawn)
    }

    fn is_measured(&self) -> bool {
        matches!(
            self.data.kind(),
            EventType::WasteCollected
                | EventType::TravelSurveyed
                | EventType::TravelInitiative
                | EventType::ActivityRecorded
        )
    }
}

impl Series {
    /// The days with values that contradict the ones that count, in order.
    pub(crate) fn contradictions(&self) -> &BTreeMap<NaiveDate, Contradictions> {
        &self.contradictions
    }

    /// Sets the value that counts for a day, and returns the one that counted before.
    fn set_day(&mut self, day: NaiveDate, sum: DaySum) -> Option<DaySum> {
        let month = self.months.entry(first_of_month(day));
        let month = month.or_insert_with(|| Box::new([None; 31]));
        month[day.day0() as usize].replace(sum)
    }

    /// The value that counts for a day.
    pub(crate) fn day(&self, day: NaiveDate) -> Option<DaySum> {
        self.months.get(&first_of_month(day))?[day.day0() as usize]
    }

    /// The unit of a day's values.
    pub(crate) fn unit(&self, day: NaiveDate) -> Unit {
        self.day(day).map_or(Unit::KilowattHours, |sum| sum.unit)
    }

    /// The days with a sum in a run of days, both ends included.
    pub fn days(&self, days: crate::Days) -> impl Iterator<Item = (NaiveDate, DaySum)> {
        let months = self
            .months
            .range(first_of_month(days.from)..=days.to.max(days.from));
        months
            .flat_map(|(first, sums)| {
                sums.iter().enumerate().filter_map(move |(offset, sum)| {
                    Some((
                        first.checked_add_days(chrono::Days::new(offset as u64))?,
                        (*sum)?,
                    ))
                })
            })
            .filter(move |(day, _)| days.contains(*day))
    }
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}
