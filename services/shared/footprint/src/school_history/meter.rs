//! A meter of a school: what each of its registrations says, and on which days it stands.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{Direction, MeterRegistered, in_turn};

use crate::Days;

/// A meter, what is registered of it and on which days it belongs to the school.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnedMeter {
    /// The registration that begins last: what it says of the fuel is said of all days.
    pub registered: MeterRegistered,
    /// From the first of its days to the last; there may be days between on which it belongs to nobody, or to another
    /// school. Empty where every registration was taken back.
    pub days: Days,
    /// What stands on which days, in order. No two share a day.
    pub held: Vec<Held>,
    /// Registrations that stand for no day.
    pub taken_back: Vec<MeterRegistered>,
}

/// A registration, and the days it stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// What it says.
    pub registered: MeterRegistered,
    /// Until the next begins.
    pub days: Days,
}

impl OwnedMeter {
    /// What one meter's registrations at a school come to: of each first day that which stands. None without any.
    pub(super) fn of(registered: &BTreeMap<NaiveDate, &MeterRegistered>) -> Option<Self> {
        let held: Vec<Held> = in_turn(registered.values(), |one| one)
            .into_iter()
            .map(|(run, registered)| Held {
                registered: (*registered).clone(),
                days: super::register::days(&run),
            })
            .collect();
        let (_, last) = registered.last_key_value()?;
        let (first, until) = (held.first(), held.iter().map(|held| held.days.to).max());
        let nothing = Days::from_until(last.from, last.to);
        Some(OwnedMeter {
            registered: held.last().map_or(*last, |held| &held.registered).clone(),
            days: first.zip(until).map_or(nothing, |(first, to)| Days {
                from: first.days.from,
                to,
            }),
            held,
            taken_back: registered
                .values()
                .filter(|one| one.is_taken_back())
                .map(|one| (*one).clone())
                .collect(),
        })
    }

    /// What stands on a day; none where the meter does not belong to the school.
    pub fn on(&self, day: NaiveDate) -> Option<&MeterRegistered> {
        let held = self.held.iter().find(|held| held.days.contains(day));
        held.map(|held| &held.registered)
    }

    /// Whether it belongs to the school on a day.
    pub fn owns(&self, day: NaiveDate) -> bool {
        self.on(day).is_some()
    }

    /// Whether its registrations say that it only measures what is exported.
    pub fn only_exports(&self) -> bool {
        let exports = |held: &Held| held.registered.direction == Some(Direction::Export);
        !self.held.is_empty() && self.held.iter().all(exports)
    }

    /// Its days of a run, as runs with days between them that are not its own.
    pub fn runs(&self, within: Days) -> Vec<Days> {
        let mut runs: Vec<Days> = Vec::new();
        for held in &self.held {
            let run = within.and(held.days);
            match runs.last_mut() {
                _ if run.count() == 0 => {}
                Some(last) if last.to.succ_opt() == Some(run.from) => last.to = run.to,
                _ => runs.push(run),
            }
        }
        runs
    }
}
