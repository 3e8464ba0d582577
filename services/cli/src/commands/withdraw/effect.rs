//! The effect of a withdrawal, from the rows of the ledger.

use std::collections::BTreeMap;

use chrono::Utc;
use events::{Data, Event, MICRO, Quantity, Unit, Urn};
use footprint::ledger::{Identity, MeterDay};
use footprint::view::{Withdrawals, union, views};

use crate::show;

/// The most events that a table lists.
const MOST_NAMED: usize = 20;

/// The total of some days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// The sum in millionths of the unit.
    pub sum: Quantity,
    /// The number of half-hours with a value.
    pub half_hours: u32,
}

impl Counted {
    /// The sum in the unit.
    pub fn decimal(&self) -> f64 {
        self.sum as f64 / MICRO as f64
    }
}

/// An event with withdrawn half-hours.
#[derive(Debug, PartialEq, Eq)]
pub struct Withdrawn {
    pub source: String,
    pub id: String,
    pub half_hours: u32,
}

/// The effect of a withdrawal.
#[derive(Debug, PartialEq, Eq)]
pub struct Effect {
    pub unit: &'static str,
    pub before: Counted,
    pub after: Counted,
    /// The events, in the order of their names.
    pub events: Vec<Withdrawn>,
}

impl Effect {
    /// The number of withdrawn half-hours, over all events.
    pub fn half_hours(&self) -> u32 {
        self.events.iter().map(|event| event.half_hours).sum()
    }

    /// The events as a table, shortened for people.
    pub fn table(&self) -> String {
        let rows: Vec<Vec<String>> = self
            .events
            .iter()
            .take(MOST_NAMED)
            .map(|event| {
                vec![
                    event.source.clone(),
                    event.id.clone(),
                    event.half_hours.to_string(),
                ]
            })
            .collect();
        let more = self.events.len().saturating_sub(MOST_NAMED);
        let table = show::table(&["Source", "Event", "Half-hours"], &rows);
        match more {
            0 => table,
            more => format!("{table}\nand {more} more"),
        }
    }
}

/// The effect of `event` on these rows, given the earlier withdrawals `known`.
pub fn effect(rows: &[MeterDay], known: &BTreeMap<Urn, Withdrawals>, event: &Event) -> Effect {
    let mut effect = Effect {
        unit: Unit::KilowattHours.as_str(),
        before: Counted::default(),
        after: Counted::default(),
        events: Vec::new(),
    };
    let Data::ReadingsWithdrawn(data) = &event.data else {
        return effect;
    };
    let identity = Identity {
        source: event.source.as_str().into(),
        id: event.id.as_str().into(),
    };
    let mut by_school: BTreeMap<Urn, Vec<&MeterDay>> = BTreeMap::new();
    for row in union(rows)
        .0
        .into_iter()
        .filter(|row| row.channel == data.channel)
    {
        by_school.entry(row.urn).or_default().push(row);
    }
    let mut withdrawn: BTreeMap<&Identity, u32> = BTreeMap::new();
    for (urn, rows) in by_school {
        let before = known.get(&urn).cloned().unwrap_or_default();
        let mut after = before.clone();
        after.add(identity.clone(), Utc::now().timestamp_micros(), data);
        for row in &rows {
            let more = after.mask(row) & !before.mask(row);
            let half_hours = (more & row.slots.present()).count_ones();
            if half_hours > 0 {
                *withdrawn.entry(&row.identity).or_default() += half_hours;
            }
        }
        for (sum, withdrawals) in [(&mut effect.before, &before), (&mut effect.after, &after)] {
            for view in views(rows.iter().copied(), withdrawals).into_values() {
                effect.unit = view.unit.as_str();
                sum.sum += view.sum().sum;
                sum.half_hours += u32::from(view.sum().present);
            }
        }
    }
    effect.events = withdrawn
        .into_iter()
        .map(|(identity, half_hours)| Withdrawn {
            source: identity.source.to_string(),
            id: identity.id.to_string(),
            half_hours,
        })
        .collect();
    effect
}
