//! Which school owns which meter on which day, and which trust each school belongs to: the content of topic `register`.

mod draft;
mod entry;
mod school;
mod settle;

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use events::{Data, Event, MeterId, Urn};

pub(crate) use draft::Draft;
pub(crate) use entry::{Issued, MeterEntry, meter_days};
pub(crate) use school::SchoolEntry;
pub(crate) use settle::Settled;

/// The current state of the register. The order in which events arrive does not matter.
#[derive(Debug, Default)]
pub(crate) struct Register {
    schools: HashMap<Urn, SchoolEntry>,
    meters: HashMap<MeterId, MeterEntry>,
    /// The schools of each name, in small letters.
    by_name: HashMap<String, BTreeSet<Urn>>,
    /// The number of meter registrations applied: shows whether there is anything new to settle.
    taken: u64,
    /// The number of registrations applied: shows whether the register has changed since a request was judged.
    version: u64,
    /// The schools that several trusts claim on one day.
    disputed: BTreeSet<Urn>,
}

/// A registration, and when it was received.
#[derive(Debug, Clone)]
pub(crate) struct Registered {
    pub(crate) event: Event,
    pub(crate) received: DateTime<Utc>,
}

/// A source of register entries, such as the register itself.
pub(crate) trait Owners {
    fn school(&self, urn: Urn) -> Option<&SchoolEntry>;
    fn meter(&self, meter: &MeterId) -> Option<&MeterEntry>;

    /// The school a meter belongs to on a day.
    fn owner(&self, meter: &MeterId, day: NaiveDate) -> Option<Urn> {
        self.meter(meter).and_then(|entry| entry.owner(day))
    }
}

impl Owners for Register {
    fn school(&self, urn: Urn) -> Option<&SchoolEntry> {
        self.schools.get(&urn)
    }

    fn meter(&self, meter: &MeterId) -> Option<&MeterEntry> {
        self.meters.get(meter)
    }
}

impl Register {
    /// Applies a registration; ignores any other event, because it does not affect ownership.
    pub(crate) fn apply(&mut self, event: &Event, received: DateTime<Utc>) {
        let Some(urn) = event.subject else { return };
        self.version += 1;
        match &event.data {
            Data::SchoolRegistered(school) => {
                let entry = self.schools.entry(urn).or_default();
                let before = entry.name().map(same_name);
                entry.apply(school, &Issued::by(event), received);
                let after = entry.name().map(same_name);
                if before != after {
                    let named = before.and_then(|name| self.by_name.get_mut(&name));
                    named.map(|schools| schools.remove(&urn));
                    let schools = self.by_name.entry(after.unwrap_or_default());
                    schools.or_default().insert(urn);
                }
                match entry.memberships().is_disputed() {
                    true => self.disputed.insert(urn),
                    false => self.disputed.remove(&urn),
                };
            }
            Data::MeterRegistered(meter) => {
                let entry = self.meters.entry(meter.meter.clone()).or_default();
                entry.apply(urn, Issued::by(event), meter);
                self.taken += 1;
            }
            _ => {}
        }
    }

    /// The schools that are registered under a name, whatever its case.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = Urn> {
        let schools = self.by_name.get(&same_name(name));
        schools.into_iter().flatten().copied()
    }

    /// The number of meter registrations applied.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// A number that changes with every registration applied.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// The registrations that remove days on which two schools have one meter.
    pub(crate) fn overlaps(&self) -> Vec<Settled> {
        let unsettled = self.meters.values().flat_map(MeterEntry::unsettled);
        unsettled.filter(|settled| settled.shortens).collect()
    }

    /// Whether several trusts claim a school on one day.
    pub(crate) fn is_disputed(&self, urn: Option<Urn>) -> bool {
        urn.is_some_and(|urn| self.disputed.contains(&urn))
    }

    /// The schools that several trusts claim on one day.
    pub(crate) fn disputed(&self) -> &BTreeSet<Urn> {
        &self.disputed
    }

    /// The schools, in no order.
    pub(crate) fn all_schools(&self) -> impl Iterator<Item = (Urn, &SchoolEntry)> {
        self.schools.iter().map(|(urn, entry)| (*urn, entry))
    }

    /// The meters, in no order.
    pub(crate) fn all_meters(&self) -> impl Iterator<Item = (&MeterId, &MeterEntry)> {
        self.meters.iter()
    }

    /// How many meters are known.
    pub(crate) fn meters(&self) -> usize {
        self.meters.len()
    }
}

/// A name as it is compared.
fn same_name(name: &str) -> String {
    let words: Vec<_> = name.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// How complete the register is. Queried before judging: registrations that arrive afterwards were not part of the judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RegisterState {
    /// It is read to its end.
    Whole,
    /// It is not read in full yet.
    Unread(String),
    /// It is not read yet; until then, a copy that was once complete replaces it.
    Copied(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, day, meter_registered, now, school_registered, urn};

    const METER: &str = "mpan:2200012767323";

    /// Registers `(urn, time, from, to)` in the given order and in reverse, and checks the owner of the meter on `on`.
    fn check(registrations: &[(u32, &str, &str, Option<&str>)], on: &str, owner: Option<u32>) {
        let events: Vec<_> = registrations
            .iter()
            .map(|(school, time, from, to)| meter_registered(*school, METER, time, from, *to))
            .collect();
        for order in [
            events.iter().collect::<Vec<_>>(),
            events.iter().rev().collect(),
        ] {
            let mut register = Register::default();
            order
                .into_iter()
                .for_each(|event| register.apply(event, now()));
            let found = register.owner(&METER.parse().unwrap(), day(on));
            assert_eq!(found, owner.map(urn), "{registrations:?} on {on}");
        }
    }

    #[test]
    fn a_meter_belongs_to_a_school_for_its_days_only() {
        let move_in_may = [
            (100_001, "2026-01-01", "2025-01-01", Some("2026-04-30")),
            (100_002, "2026-01-01", "2026-05-01", None),
        ];
        check(&move_in_may, "2024-12-31", None);
        check(&move_in_may, "2026-04-30", Some(100_001));
        check(&move_in_may, "2026-05-01", Some(100_002));
    }

    #[test]
    fn a_school_is_found_by_the_name_that_was_stated_last() {
        let mut register = Register::default();
        let named = |name: &str, time: &str| {
            let mut event = school_registered(100_001, "heron", time);
            if let Data::SchoolRegistered(school) = &mut event.data {
                school.name = name.to_owned();
            }
            event
        };
        for event in [
            named("Heron  Primary", "2026-02-01"),
            named("Old name", "2026-01-01"),
        ] {
            register.apply(&event, now());
        }
        register.apply(&school_registered(100_002, "egret", "2026-01-01"), now());
        let found = |name| register.named(name).collect::<Vec<_>>();
        assert_eq!(found("heron primary"), [urn(100_001)]);
        assert_eq!(found("Old name"), []);
        assert_eq!(found("A school"), [urn(100_002)]);
    }

    #[test]
    fn the_later_registration_stands() {
        let both = [
            (100_001, "2026-01-01", "2025-01-01", None),
            (100_002, "2026-01-02", "2026-05-01", None),
        ];
        check(&both, "2026-04-30", Some(100_001));
        check(&both, "2026-05-01", Some(100_002));
        let ended = [
            (100_001, "2026-01-01", "2025-01-01", None),
            (100_001, "2026-01-02", "2025-01-01", Some("2025-12-31")),
        ];
        check(&ended, "2026-01-01", None);
    }

    #[test]
    fn a_school_two_trusts_registered_is_the_first_ones_and_is_named_as_disputed() {
        let heron = (
            school_registered(100_001, "heron", "2026-02-01"),
            at("2026-02-01"),
        );
        let egret = (
            school_registered(100_001, "egret", "2026-01-01"),
            at("2026-02-02"),
        );
        let check = |registrations: &[&(Event, DateTime<Utc>)], disputed: &[u32]| {
            let mut register = Register::default();
            registrations
                .iter()
                .for_each(|(event, received)| register.apply(event, *received));
            let school = register.school(urn(100_001)).unwrap();
            assert_eq!(
                school.memberships().trust_on(day("2026-05-01")),
                Some("heron")
            );
            let disputed: BTreeSet<_> = disputed.iter().copied().map(urn).collect();
            assert_eq!(*register.disputed(), disputed);
        };
        check(&[&heron], &[]);
        check(&[&heron, &egret], &[100_001]);
        check(&[&egret, &heron], &[100_001]);
        // Receiving it again changes neither its age nor its order.
        check(
            &[&heron, &egret, &(heron.0.clone(), at("2026-03-01"))],
            &[100_001],
        );
    }
}
