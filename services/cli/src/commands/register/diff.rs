//! What files state otherwise than the register: the differences, and the registrations that remove them. Uses no file, no clock
//! and no ingest: the same lists and the same register give the same differences.

mod meter;
mod school;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use events::{Data, Event, MeterId, Urn};

use super::meters::{Meters, distinct};
use super::note::{List, Note};
use super::place::Problem;
use super::roster::Roster;
use super::schools::Schools;
use crate::args::MemberFrom;
use crate::client::{Registered, RegisteredSchool};

pub use school::joined;

/// The source of the registrations.
const SOURCE: &str = "greenledger/register";

/// The differences.
#[derive(Debug, Default)]
pub struct Diff {
    /// What differs, schools first.
    pub changes: Vec<Change>,
    /// How many schools of the file are registered as it states them.
    pub schools_unchanged: usize,
    /// The same of meters.
    pub meters_unchanged: usize,
    /// What could not be compared.
    pub problems: Vec<Problem>,
    /// What is in doubt.
    pub notes: Vec<Note>,
}

/// A school or meter that differs.
#[derive(Debug)]
pub struct Change {
    /// How.
    pub kind: ChangeKind,
    /// The school, or the meter's school.
    pub urn: Urn,
    /// The meter; none for a school.
    pub meter: Option<MeterId>,
    /// What people call it.
    pub label: String,
    /// What differs.
    pub fields: Vec<FieldChange>,
    /// The registrations that remove the difference, in the order in which they are sent.
    pub events: Vec<Event>,
}

/// How a school or meter differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is not registered.
    New,
    /// It is registered otherwise.
    Changed,
    /// It is registered at another school.
    Moved,
    /// It is registered, and no longer in the files.
    Ended,
}

impl ChangeKind {
    /// Every kind.
    pub const ALL: [ChangeKind; 4] = [
        ChangeKind::New,
        ChangeKind::Changed,
        ChangeKind::Moved,
        ChangeKind::Ended,
    ];

    /// The kind in a word.
    pub fn as_str(self) -> &'static str {
        match self {
            ChangeKind::New => "new",
            ChangeKind::Changed => "changed",
            ChangeKind::Moved => "moved",
            ChangeKind::Ended => "ended",
        }
    }
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Its name, as in the event.
    pub field: &'static str,
    /// What is registered; none if nothing is.
    pub old: Option<String>,
    /// What the file states.
    pub new: Option<String>,
}

/// What the files do not say.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The first days of memberships.
    pub member_from: Vec<MemberFrom>,
    /// The first day of new meters whose row states none.
    pub meters_from: Option<NaiveDate>,
    /// The last day of what is not in the files.
    pub missing_ended: Option<NaiveDate>,
    /// Now: when the registrations are issued, unless what they replace was issued later.
    pub now: DateTime<Utc>,
    /// The local day.
    pub today: NaiveDate,
}

/// What is compared: lists that were not given are none.
#[derive(Debug)]
pub struct Lists<'a> {
    pub schools: Option<&'a Schools>,
    pub meters: Option<Meters>,
    pub roster: &'a Roster,
}

/// Compares lists with the register.
pub fn diff(lists: Lists<'_>, registered: &Registered, terms: &Terms) -> Diff {
    let mut diff = Diff::default();
    if let Some(schools) = lists.schools {
        school::compare(schools, registered, terms, &mut diff);
    }
    if let Some(meters) = lists.meters {
        diff.problems.extend(meters.problems);
        diff.notes.extend(meters.notes);
        let known = meter::Known::of(registered);
        let mut stated = meters.stated;
        for meter in &mut stated {
            diff.notes.extend(known.with_zeros(meter));
        }
        let stated = distinct(stated, &mut diff.problems);
        meter::compare(&stated, &known, lists.roster, terms, &mut diff);
        let is_whole = !stated.is_empty() && diff.problems.is_empty();
        match terms.missing_ended {
            Some(_) if !is_whole => diff.notes.push(Note::NothingEnded(List::Meters)),
            Some(last) => {
                let trust = lists
                    .schools
                    .and_then(|schools| schools.trust_id.as_deref());
                let schools = members(registered, trust, &diff, last);
                meter::end(&stated, &known, &schools, last, terms, &mut diff);
            }
            None => {}
        }
    }
    diff
}

/// The schools that are members of the trust after `last`, or of any trust if none is known: as registered, with what this
/// comparison changes. The meters of a school that leaves go with it.
fn members(
    registered: &Registered,
    trust: Option<&str>,
    diff: &Diff,
    last: NaiveDate,
) -> BTreeSet<Urn> {
    let events = diff.changes.iter().flat_map(|change| &change.events);
    let changed: BTreeMap<(Urn, &str), Option<NaiveDate>> = events
        .filter_map(|event| match &event.data {
            Data::SchoolRegistered(school) => {
                Some(((event.subject?, school.trust.id.as_str()), school.member_to))
            }
            _ => None,
        })
        .collect();
    let is_member = |school: &&RegisteredSchool| {
        let own = school.registered.trust.id.as_str();
        let known = changed.get(&(school.urn, own));
        let member_to = known.copied().unwrap_or(school.registered.member_to);
        trust.is_none_or(|trust| own == trust) && member_to.is_none_or(|to| to > last)
    };
    let schools = registered.schools.iter();
    schools.filter(is_member).map(|school| school.urn).collect()
}

impl Diff {
    /// The registrations, schools first: a meter is registered at a school that is.
    pub fn events(&self) -> Vec<Event> {
        let events = self.changes.iter().flat_map(|change| &change.events);
        events.cloned().collect()
    }

    /// How many differ so.
    pub fn count(&self, kind: ChangeKind) -> usize {
        self.changes
            .iter()
            .filter(|change| change.kind == kind)
            .count()
    }
}

/// A registration that counts before what it replaces, which was issued at `issued`.
fn event(urn: Urn, issued: Option<DateTime<Utc>>, terms: &Terms, data: Data) -> Event {
    let after = issued.map(|issued| issued + TimeDelta::microseconds(1));
    let time = after.map_or(terms.now, |after| after.max(terms.now));
    let at = time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let id = match &data {
        Data::MeterRegistered(meter) => format!("{}-{urn}-{}-{at}", meter.meter, meter.from),
        _ => format!("school-{urn}-{at}"),
    };
    Event {
        id,
        source: SOURCE.to_owned(),
        time,
        subject: Some(urn),
        data,
    }
}

/// Collects the fields of two registrations that differ.
#[derive(Debug, Default)]
struct Fields(Vec<FieldChange>);

impl Fields {
    fn compare<T: ToString>(&mut self, field: &'static str, old: Option<T>, new: Option<T>) {
        let (old, new) = (
            old.map(|old| old.to_string()),
            new.map(|new| new.to_string()),
        );
        if old != new {
            self.0.push(FieldChange { field, old, new });
        }
    }
}

#[cfg(test)]
mod tests;
