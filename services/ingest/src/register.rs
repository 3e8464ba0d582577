//! Who owns which meter on which day, and which school belongs to which trust: what the topic `register` says.

mod draft;
mod entry;
mod settle;

use std::collections::HashMap;

use chrono::NaiveDate;
use events::{Data, Event, MeterId, Urn};

pub(crate) use draft::Draft;
pub(crate) use entry::{Issued, MeterEntry, SchoolEntry};
pub(crate) use settle::Settled;

/// What the register says now. The order in which events arrive does not matter.
#[derive(Debug, Default)]
pub(crate) struct Register {
    schools: HashMap<Urn, SchoolEntry>,
    meters: HashMap<MeterId, MeterEntry>,
    /// How many registrations of meters were taken in, to see whether there is anything new to settle.
    taken: u64,
}

/// Anything that answers as the register does.
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
    /// Takes a registration in; any other event says nothing about ownership.
    pub(crate) fn apply(&mut self, event: &Event) {
        let Some(urn) = event.subject else { return };
        match &event.data {
            Data::SchoolRegistered(school) => {
                self.schools.entry(urn).or_default().apply(school);
            }
            Data::MeterRegistered(meter) => {
                let entry = self.meters.entry(meter.meter.clone()).or_default();
                entry.apply(urn, Issued::by(event), meter);
                self.taken += 1;
            }
            _ => {}
        }
    }

    /// How many registrations of meters were taken in.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// What takes away days that two schools have of one meter.
    pub(crate) fn overlaps(&self) -> Vec<Settled> {
        let unsettled = self.meters.values().flat_map(MeterEntry::unsettled);
        unsettled.filter(|settled| settled.shortens).collect()
    }

    /// How many meters are known.
    pub(crate) fn meters(&self) -> usize {
        self.meters.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{day, meter_registered, school_registered, urn};

    const METER: &str = "mpan:2200012767323";

    /// Registers `(urn, time, from, to)` in the order given and in reverse, and asks who owns the meter on `on`.
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
            order.into_iter().for_each(|event| register.apply(event));
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
    fn a_school_belongs_to_every_trust_it_ever_did() {
        let mut register = Register::default();
        register.apply(&school_registered(100_001, "heron", "2026-01-01"));
        register.apply(&school_registered(100_001, "egret", "2026-02-01"));
        let school = register.school(urn(100_001)).unwrap();
        assert!(school.was_of("heron") && school.was_of("egret") && !school.was_of("stork"));
    }
}
