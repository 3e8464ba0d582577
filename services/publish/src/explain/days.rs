//! A meter's days: the values that count for each, and the events about it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{MAX_SLOTS, SettlementDay, Unit};
use footprint::Days;
use footprint::ledger::{MeterDay, SlotMask};
use footprint::view::precedence::{Claim, standing_of_sources};
use footprint::view::{DayStart, DayView, Withdrawals, completed, day_view, union};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Amount, Provenance};

/// One day of one meter and channel.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DayAnswer {
    /// The local day.
    pub day: NaiveDate,
    /// Whether it is one of the days the figure counts.
    pub counted: bool,
    /// The sum of the half-hours that count; none if none arrived, which is not zero.
    pub sum: Option<Amount>,
    /// The unit; none without rows.
    pub unit: Option<Unit>,
    /// How many half-hours the day has: 46, 48 or 50.
    pub half_hours: usize,
    /// How many of them have a value.
    pub present: usize,
    /// Of those, estimated.
    pub estimated: usize,
    /// Of those, spread from a longer interval.
    pub spread: usize,
    /// The events about the day, the one issued last first.
    pub events: Vec<SentAnswer>,
}

/// The values of one event for a day.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SentAnswer {
    /// The sum of its values.
    pub sum: Amount,
    /// The unit of its values.
    pub unit: Unit,
    /// The half-hours it has a value for.
    pub half_hours: usize,
    /// How many of those count.
    pub stand: usize,
    /// How many of those were withdrawn.
    pub withdrawn: usize,
    /// Whether it was put aside, because another event with the same name and time but other content is lower in the log.
    pub conflict: bool,
    /// The event.
    #[serde(flatten)]
    pub event: Provenance,
}

impl DayAnswer {
    /// The number of events of which no half-hour counts any more.
    pub fn replaced(&self) -> usize {
        let replaced = |sent: &&SentAnswer| {
            !sent.conflict && sent.half_hours > sent.withdrawn && sent.stand == 0
        };
        self.events.iter().filter(replaced).count()
    }

    /// The number of events whose half-hours were all withdrawn.
    pub fn withdrawn(&self) -> usize {
        let withdrawn =
            |sent: &&SentAnswer| sent.half_hours > 0 && sent.withdrawn == sent.half_hours;
        self.events.iter().filter(withdrawn).count()
    }

    /// The number of events that were put aside.
    pub fn conflicts(&self) -> usize {
        self.events.iter().filter(|sent| sent.conflict).count()
    }
}

/// The days in `days` of one meter and channel, from its rows; the days in `counted` count in the figure.
pub fn days(
    days: Days,
    counted: &[Days],
    rows: &[&MeterDay],
    withdrawals: &Withdrawals,
) -> Vec<DayAnswer> {
    let mut by_day: BTreeMap<NaiveDate, Vec<&MeterDay>> = BTreeMap::new();
    for row in rows {
        by_day.entry(row.day).or_default().push(row);
    }
    days.from
        .iter_days()
        .take_while(|day| *day <= days.to)
        .map(|day| {
            let rows = by_day.get(&day).map_or(&[][..], Vec::as_slice);
            day_answer(day, counted, rows, withdrawals)
        })
        .collect()
}

fn day_answer(
    day: NaiveDate,
    counted: &[Days],
    rows: &[&MeterDay],
    withdrawals: &Withdrawals,
) -> DayAnswer {
    let (standing, aside) = union(rows.iter().copied());
    let completed = completed(&standing, withdrawals);
    let standing = match &completed {
        Some(rows) => rows.iter().collect(),
        None => standing,
    };
    let view = day_view(&standing, withdrawals);
    let sum = view.as_ref().map(DayView::sum);
    let unit = view.as_ref().map(|view| view.unit);
    let masked: Vec<(&MeterDay, SlotMask)> = standing
        .iter()
        .map(|row| (*row, withdrawals.mask(row)))
        .collect();
    let stand = stand(day, &masked, unit);
    let mut events: Vec<SentAnswer> = masked
        .iter()
        .zip(stand)
        .map(|((row, mask), stand)| SentAnswer {
            stand,
            withdrawn: valued(row).filter(|slot| mask & (1 << slot) != 0).count(),
            ..sent(row, false)
        })
        .collect();
    for row in aside {
        let put_aside = sent(row, true);
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
        counted: counted.iter().any(|run| run.contains(day)) && unit != Some(Unit::KilovarHours),
        sum: sum.filter(|sum| sum.present > 0).map(|sum| Amount(sum.sum)),
        unit,
        half_hours: SettlementDay(day).slots(),
        present: sum.map_or(0, |sum| usize::from(sum.present)),
        estimated: sum.map_or(0, |sum| usize::from(sum.estimated)),
        spread: sum.map_or(0, |sum| usize::from(sum.spread)),
        events,
    }
}

/// For each row, the half-hours whose counted value it supplies.
fn stand(day: NaiveDate, rows: &[(&MeterDay, SlotMask)], unit: Option<Unit>) -> Vec<usize> {
    let (mut stand, day) = (vec![0; rows.len()], DayStart::of(day));
    for slot in 0..MAX_SLOTS {
        let claims = rows
            .iter()
            .enumerate()
            .filter(|(_, (row, mask))| Some(row.unit) == unit && mask & (1 << slot) == 0)
            .filter_map(|(place, (row, _))| Some((Claim::of(row, slot, day)?, place)));
        if let Some((_, place)) = standing_of_sources(claims).first() {
            stand[*place] += 1;
        }
    }
    stand
}

/// The half-hours that a row has a value for.
fn valued(row: &MeterDay) -> impl Iterator<Item = usize> {
    (0..MAX_SLOTS).filter(|slot| row.slots.value(*slot).is_some())
}

fn sent(row: &MeterDay, conflict: bool) -> SentAnswer {
    SentAnswer {
        sum: Amount(row.slots.sum()),
        unit: row.unit,
        half_hours: valued(row).count(),
        stand: 0,
        withdrawn: 0,
        conflict,
        event: Provenance::from(row),
    }
}
