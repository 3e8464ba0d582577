//! A school's last half-hours, read from the ledger.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDate};
use events::{Channel, Fuel, Quantity, SettlementDay, Topic, Unit};
use footprint::ledger::MeterDay;
use footprint::view::{DayView, Withdrawals, views};
use footprint::{Days, Footprint};
use lake::{Lake, Month};

use crate::{PublishError, ledger};

/// The most days that are read at once: no more than two months' objects are fetched for them.
pub(crate) const MOST_DAYS: u32 = 31;

/// The half-hours of one channel of one meter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    pub meter: events::MeterId,
    pub channel: Channel,
    /// What the register says the meter measures; none if it does not know the meter.
    pub fuel: Option<Fuel>,
    pub unit: Unit,
    pub days: BTreeMap<NaiveDate, DayView>,
}

/// The last days of a school that have data.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct HalfHours {
    /// Every day from the first to the last, with data or without.
    pub days: Vec<NaiveDate>,
    pub series: Vec<Series>,
}

/// Reads the half-hours of the `days` days up to the school's last reading, those on which it was a member of its trust:
/// what it measured before is another trust's.
pub(crate) async fn read(
    lake: &Lake,
    school: &Footprint,
    member: Days,
    days: u32,
) -> Result<HalfHours, PublishError> {
    let Some(last) = school.coverage.last_reading else {
        return Ok(HalfHours::default());
    };
    // A half-hour that ended at midnight belongs to the day before.
    let SettlementDay(last) = SettlementDay::of(last - Duration::minutes(30));
    let back = i64::from(days.clamp(1, MOST_DAYS)) - 1;
    let days: Vec<NaiveDate> = (0..=back)
        .rev()
        .map(|before| last - Duration::days(before))
        .filter(|day| member.contains(*day))
        .collect();
    let months: BTreeSet<Month> = days.iter().map(|day| Month::of(*day)).collect();
    let mut rows = ledger::readings(lake, school.urn, months).await?;
    rows.retain(|row| days.contains(&row.day));
    let withdrawn = ledger::events(lake, school.urn, Topic::Withdrawals).await?;
    Ok(HalfHours {
        days,
        series: series(school, &rows, &Withdrawals::from_events(&withdrawn)),
    })
}

fn series(school: &Footprint, rows: &[MeterDay], withdrawals: &Withdrawals) -> Vec<Series> {
    let mut series: BTreeMap<_, Series> = BTreeMap::new();
    for (key, view) in views(rows, withdrawals) {
        let meter = school.meters.iter().find(|known| known.meter == key.meter);
        series
            .entry((key.meter.clone(), key.channel, view.unit.as_str()))
            .or_insert_with(|| Series {
                meter: key.meter.clone(),
                channel: key.channel,
                fuel: meter.map(|meter| meter.fuel),
                unit: view.unit,
                days: BTreeMap::new(),
            })
            .days
            .insert(key.day, view);
    }
    series.into_values().collect()
}

impl HalfHours {
    /// Series of one fuel, channel and unit added up, half-hour by half-hour. Where one of the meters has no value there
    /// is no sum: missing data is not zero.
    pub(crate) fn sum(
        &self,
        fuel: Fuel,
        channel: Channel,
        unit: Unit,
    ) -> Option<Vec<Option<Quantity>>> {
        let picked: Vec<&Series> = self
            .series
            .iter()
            .filter(|series| {
                series.fuel == Some(fuel) && series.channel == channel && series.unit == unit
            })
            .collect();
        let slot = |day: NaiveDate, slot: usize| -> Option<Quantity> {
            picked
                .iter()
                .map(|series| series.days.get(&day)?.slots.get(slot).copied()?)
                .sum()
        };
        let day = |day: &NaiveDate| {
            let day = *day;
            (0..SettlementDay(day).slots()).map(move |number| (day, number))
        };
        let values = self
            .days
            .iter()
            .flat_map(day)
            .map(|(day, number)| slot(day, number))
            .collect();
        (!picked.is_empty()).then_some(values)
    }
}
