//! A meter's days: what stands for each, and the events that speak about it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{SettlementDay, Unit};
use footprint::Days;
use footprint::ledger::MeterDay;
use footprint::view::{DayView, day_view, union};
use serde::Serialize;

use super::rank::rank;
use super::{Amount, Provenance};

/// One day of one meter and channel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DayAnswer {
    /// The local day.
    pub day: NaiveDate,
    /// Whether it is one of the days the figure counts.
    pub counted: bool,
    /// The sum of the half-hours that stand; none where none came, which is not zero.
    pub sum: Option<Amount>,
    /// Its unit; none without rows.
    pub unit: Option<Unit>,
    /// How many half-hours the day has: 46, 48 or 50.
    pub half_hours: usize,
    /// How many of them have a value.
    pub present: usize,
    /// Of those, estimated.
    pub estimated: usize,
    /// Of those, spread from a longer interval.
    pub spread: usize,
    /// The events that speak about the day, the one issued last first.
    pub events: Vec<SentAnswer>,
}

/// What one event says of a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SentAnswer {
    /// The sum of what it says.
    pub sum: Amount,
    /// The unit it says it in.
    pub unit: Unit,
    /// The half-hours it has a value for.
    pub half_hours: usize,
    /// Of those, how many stand.
    pub stand: usize,
    /// Whether it was put aside, because another event of its name and with other content is lower in the log.
    pub conflict: bool,
    /// The event.
    #[serde(flatten)]
    pub event: Provenance,
}

impl DayAnswer {
    /// Events none of whose half-hours stand any more.
    pub fn replaced(&self) -> usize {
        let replaced =
            |sent: &&SentAnswer| !sent.conflict && sent.half_hours > 0 && sent.stand == 0;
        self.events.iter().filter(replaced).count()
    }

    /// Events that were put aside.
    pub fn conflicts(&self) -> usize {
        self.events.iter().filter(|sent| sent.conflict).count()
    }
}

/// The days of `days` of one meter and channel, whose rows these are; those that `counted` has count in the figure.
pub fn days(days: Days, counted: Days, rows: &[&MeterDay]) -> Vec<DayAnswer> {
    let mut by_day: BTreeMap<NaiveDate, Vec<&MeterDay>> = BTreeMap::new();
    for row in rows {
        by_day.entry(row.day).or_default().push(row);
    }
    days.from
        .iter_days()
        .take_while(|day| *day <= days.to)
        .map(|day| one(day, counted, by_day.get(&day).map_or(&[], Vec::as_slice)))
        .collect()
}

fn one(day: NaiveDate, counted: Days, rows: &[&MeterDay]) -> DayAnswer {
    let (standing, aside) = union(rows.iter().copied());
    let view = day_view(&standing);
    let sum = view.as_ref().map(DayView::sum);
    let unit = view.as_ref().map(|view| view.unit);
    let mut events: Vec<SentAnswer> = standing
        .iter()
        .map(|row| sent(row, stand(row, &standing, unit), false))
        .collect();
    for row in aside {
        let put_aside = sent(row, 0, true);
        if !events.contains(&put_aside) {
            events.push(put_aside);
        }
    }
    events.sort_by(|one, other| {
        let key = |sent: &SentAnswer| {
            let event = &sent.event;
            (
                !sent.conflict,
                event.issued,
                event.source.clone(),
                event.id.clone(),
            )
        };
        key(other).cmp(&key(one))
    });
    DayAnswer {
        day,
        counted: counted.contains(day) && unit != Some(Unit::KilovarHours),
        sum: sum.filter(|sum| sum.present > 0).map(|sum| Amount(sum.sum)),
        unit,
        half_hours: SettlementDay(day).slots(),
        present: sum.map_or(0, |sum| usize::from(sum.present)),
        estimated: sum.map_or(0, |sum| usize::from(sum.estimated)),
        spread: sum.map_or(0, |sum| usize::from(sum.spread)),
        events,
    }
}

/// The half-hours in which no other row's value ranks above this one's.
fn stand(row: &MeterDay, rows: &[&MeterDay], unit: Option<Unit>) -> usize {
    let wins = |slot: &usize| {
        let own = rank(row, *slot);
        let rivals = rows.iter().filter(|other| Some(other.unit) == unit);
        own.is_some() && rivals.filter_map(|other| rank(other, *slot)).max() == own
    };
    if Some(row.unit) != unit {
        return 0;
    }
    (0..row.slots.len()).filter(wins).count()
}

fn sent(row: &MeterDay, stand: usize, conflict: bool) -> SentAnswer {
    SentAnswer {
        sum: Amount(row.slots.iter().flatten().sum()),
        unit: row.unit,
        half_hours: row.slots.iter().flatten().count(),
        stand,
        conflict,
        event: Provenance::from(row),
    }
}
