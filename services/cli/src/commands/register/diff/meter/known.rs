//! The registrations of meters, as a list is compared with them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{MeterId, Urn};

use super::super::super::cells::without_zeros;
use super::super::super::meters::StatedMeter;
use super::super::super::note::Note;
use crate::client::{Registered, RegisteredMeter};

/// The registrations that count, by meter, in the order of their days.
pub struct Known<'a> {
    pub(super) by_meter: BTreeMap<&'a MeterId, Vec<&'a RegisteredMeter>>,
    /// Meters by their numbers without leading zeros.
    by_digits: BTreeMap<String, Vec<&'a MeterId>>,
}

impl<'a> Known<'a> {
    pub fn of(registered: &'a Registered) -> Self {
        let mut by_meter: BTreeMap<&MeterId, Vec<&RegisteredMeter>> = BTreeMap::new();
        for one in &registered.meters {
            by_meter.entry(&one.registered.meter).or_default().push(one);
        }
        let mut by_digits: BTreeMap<String, Vec<&MeterId>> = BTreeMap::new();
        for (meter, registrations) in &mut by_meter {
            registrations.sort_by_key(|one| one.registered.from);
            by_digits
                .entry(without_zeros(meter))
                .or_default()
                .push(meter);
        }
        Known {
            by_meter,
            by_digits,
        }
    }

    /// Gives a meter that is registered with leading zeros the number that is registered.
    pub fn with_zeros(&self, stated: &mut StatedMeter) -> Option<Note> {
        if self.by_meter.contains_key(&stated.meter) {
            return None;
        }
        let [registered] = self
            .by_digits
            .get(&without_zeros(&stated.meter))?
            .as_slice()
        else {
            return None;
        };
        let registered = (*registered).clone();
        let stated = std::mem::replace(&mut stated.meter, registered.clone());
        Some(Note::LeadingZeros { stated, registered })
    }

    /// A meter's registrations, at whichever school.
    pub fn registrations(&self, meter: &MeterId) -> &[&'a RegisteredMeter] {
        self.by_meter.get(meter).map_or(&[], Vec::as_slice)
    }
}

/// A meter's consecutive registrations at one school, the last of which counts last.
pub struct Run<'a> {
    pub registrations: Vec<&'a RegisteredMeter>,
}

impl<'a> Run<'a> {
    /// The last run of a meter at a school.
    pub fn last(registrations: &[&'a RegisteredMeter], urn: Urn) -> Option<Self> {
        let own = registrations.iter().copied().filter(|one| one.urn == urn);
        let mut run: Vec<&RegisteredMeter> = Vec::new();
        for one in own {
            let follows = run.last().is_some_and(|last| {
                last.until.and_then(|until| until.succ_opt()) == Some(one.registered.from)
            });
            if !follows {
                run.clear();
            }
            run.push(one);
        }
        (!run.is_empty()).then_some(Run { registrations: run })
    }

    /// Its first day.
    pub fn first(&self) -> NaiveDate {
        self.registrations[0].registered.from
    }

    /// Its last day.
    pub fn until(&self) -> Option<NaiveDate> {
        self.registrations.last()?.until
    }

    /// The registration in force on a day; the first or the last if the day is before or after all.
    pub fn on(&self, day: NaiveDate) -> &'a RegisteredMeter {
        let mut begun = self.registrations.iter();
        let begun = begun.rfind(|one| one.registered.from <= day);
        begun.map_or(self.registrations[0], |one| one)
    }
}
