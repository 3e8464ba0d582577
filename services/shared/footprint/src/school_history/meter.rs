//! A meter of a school: the data of each registration, and the days on which it counts.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{Direction, MeterRegistered, in_turn};

use crate::Days;

/// A meter, its registrations, and the days on which it belongs to the school.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnedMeter {
    /// The registration that begins last: its fuel applies to all days.
    pub registered: MeterRegistered,
    /// From its first day to its last. On days in between, the meter may belong to no school or to another school. Empty if
    /// every registration was taken back.
    pub days: Days,
    /// The registrations that count, with their days, in order. No two share a day.
    pub registrations: Vec<DatedRegistration>,
    /// Registrations that count on no day.
    pub taken_back: Vec<MeterRegistered>,
}

/// A registration, and the days on which it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct DatedRegistration {
    /// Its data.
    pub registered: MeterRegistered,
    /// Until the next begins.
    pub days: Days,
}

impl OwnedMeter {
    /// Combines one meter's registrations at a school: for each first day, the one that counts. None if there are none.
    pub(super) fn of(registered: &BTreeMap<NaiveDate, &MeterRegistered>) -> Option<Self> {
        let registrations: Vec<DatedRegistration> = in_turn(registered.values(), |one| one)
            .into_iter()
            .map(|(run, registered)| DatedRegistration {
                registered: (*registered).clone(),
                days: super::register::days(&run),
            })
            .collect();
        let (_, last) = registered.last_key_value()?;
        let (first, until) = (
            registrations.first(),
            registrations.iter().map(|one| one.days.to).max(),
        );
        let nothing = Days::from_until(last.from, last.to);
        Some(OwnedMeter {
            registered: registrations
                .last()
                .map_or(*last, |one| &one.registered)
                .clone(),
            days: first.zip(until).map_or(nothing, |(first, to)| Days {
                from: first.days.from,
                to,
            }),
            registrations,
            taken_back: registered
                .values()
                .filter(|one| one.is_taken_back())
                .map(|one| (*one).clone())
                .collect(),
        })
    }

    /// The registration that counts on a day; none if the meter does not belong to the school.
    pub fn on(&self, day: NaiveDate) -> Option<&MeterRegistered> {
        let mut registrations = self.registrations.iter();
        let on_day = registrations.find(|one| one.days.contains(day));
        on_day.map(|one| &one.registered)
    }

    /// Whether it belongs to the school on a day.
    pub fn owns(&self, day: NaiveDate) -> bool {
        self.on(day).is_some()
    }

    /// Whether its registrations say that it only measures export.
    pub fn only_exports(&self) -> bool {
        let exports = |one: &DatedRegistration| one.registered.direction == Some(Direction::Export);
        !self.registrations.is_empty() && self.registrations.iter().all(exports)
    }

    /// Its days within a run, as separate runs if other days lie between.
    pub fn runs(&self, within: Days) -> Vec<Days> {
        let mut runs: Vec<Days> = Vec::new();
        for one in &self.registrations {
            let run = within.and(one.days);
            match runs.last_mut() {
                _ if run.count() == 0 => {}
                Some(last) if last.to.succ_opt() == Some(run.from) => last.to = run.to,
                _ => runs.push(run),
            }
        }
        runs
    }
}
