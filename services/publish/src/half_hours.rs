//! A school's last half-hours, read from the ledger.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDate};
use events::{Channel, Fuel, MeterId, Quantity, SettlementDay, Topic, Unit};
use footprint::ledger::MeterDay;
use footprint::view::{DayView, Withdrawals, views};
use footprint::{Days, Footprint, MeterFigures};
use lake::{Lake, Month};

use crate::{PublishError, ledger};

/// The most days that are read at once: objects of at most two months are fetched for them.
pub(crate) const MOST_DAYS: u32 = 31;

/// Which days of a school are read, up to that of its last reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wanted {
    /// So many days; at least 1 and at most [`MOST_DAYS`].
    Last(u32),
    /// Those of a month.
    Of(Month),
}

/// The half-hours of one channel of one meter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    pub meter: MeterId,
    pub channel: Channel,
    /// What the meter measures, according to the register; none if the register does not know the meter.
    pub fuel: Option<Fuel>,
    pub unit: Unit,
    /// The days on which the meter belongs to the school; every half-hour of them is expected.
    pub expected: Days,
    pub days: BTreeMap<NaiveDate, DayView>,
}

/// The last days of a school that have data.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct HalfHours {
    /// Every day from the first to the last, with or without data.
    pub days: Vec<NaiveDate>,
    /// The half-hours of every meter that is expected on these days; a silent meter has a series without days.
    pub series: Vec<Series>,
}

/// The sum of several meters in one half-hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct OfMeters {
    /// The sum over the meters that have sent.
    pub sum: Quantity,
    /// How many meters have sent.
    pub present: usize,
    /// Of how many other meters a quarter of the half-hour is known.
    pub by_half: usize,
    /// How many meters are expected to send.
    pub expected: usize,
}

impl OfMeters {
    /// The sum of all meters: none if one of them has sent nothing, because missing data is not zero.
    pub(crate) fn whole(&self) -> Option<Quantity> {
        let whole = self.present > 0 && self.present == self.expected;
        whole.then_some(self.sum)
    }

    /// The sum of the meters that have sent, if others have not.
    pub(crate) fn part(&self) -> Option<Quantity> {
        let part = self.present > 0 && self.present < self.expected;
        part.then_some(self.sum)
    }
}

/// Reads the half-hours of some days of a school, limited to days on which the school was a member of its trust: earlier
/// measurements belong to another trust.
pub(crate) async fn read(
    lake: &Lake,
    school: &Footprint,
    member: Days,
    wanted: Wanted,
) -> Result<HalfHours, PublishError> {
    let Some(last) = last_day(school) else {
        return Ok(HalfHours::default());
    };
    let days: Vec<NaiveDate> = std::iter::successors(Some(last), |day| day.pred_opt())
        .take_while(|day| wanted.reaches(*day, last))
        .filter(|day| wanted.is_of_its_month(*day) && member.contains(*day))
        .collect();
    let days: Vec<NaiveDate> = days.into_iter().rev().collect();
    let months: BTreeSet<Month> = days.iter().map(|day| Month::of(*day)).collect();
    let mut rows = ledger::readings(lake, school.urn, months).await?;
    rows.retain(|row| days.contains(&row.day));
    let withdrawn = ledger::events(lake, school.urn, Topic::Withdrawals).await?;
    let mut found = HalfHours {
        series: series(school, &rows, &Withdrawals::from_events(&withdrawn)),
        days,
    };
    found.series.extend(silent(school, &found));
    Ok(found)
}

/// The day of a school's last reading. A half-hour that ended at midnight belongs to the day before.
fn last_day(school: &Footprint) -> Option<NaiveDate> {
    let last = school.coverage.last_reading?;
    Some(SettlementDay::of(last - Duration::minutes(30)).0)
}

impl Wanted {
    /// The days by which a school is shown beside the intensity of the grid: one more than count, because that of the last reading
    /// may not be over.
    pub(crate) const GRID: Wanted = Wanted::Last(1 + Wanted::GRID_WHOLE);

    const GRID_WHOLE: u32 = 28;

    /// Whether a day is not before the first.
    fn reaches(self, day: NaiveDate, last: NaiveDate) -> bool {
        match self {
            Wanted::Last(days) => (last - day).num_days() < i64::from(days.clamp(1, MOST_DAYS)),
            Wanted::Of(month) => Month::of(day) >= month,
        }
    }

    fn is_of_its_month(self, day: NaiveDate) -> bool {
        match self {
            Wanted::Last(_) => true,
            Wanted::Of(month) => Month::of(day) == month,
        }
    }
}

fn series(school: &Footprint, rows: &[MeterDay], withdrawals: &Withdrawals) -> Vec<Series> {
    let mut series: BTreeMap<_, Series> = BTreeMap::new();
    for (key, view) in views(rows, withdrawals) {
        let meter = school.meters.iter().find(|known| known.meter == key.meter);
        let of_key = series
            .entry((key.meter.clone(), key.channel, view.unit.as_str()))
            .or_insert_with(|| Series {
                meter: key.meter.clone(),
                channel: key.channel,
                fuel: meter.map(|meter| meter.fuel),
                unit: view.unit,
                expected: meter.map_or(Days::from_until(key.day, None), MeterFigures::registered),
                days: BTreeMap::new(),
            });
        of_key.days.insert(key.day, view);
    }
    series.into_values().collect()
}

/// The meters that are expected on these days and have sent nothing on any of them. Their unit is not known, so the unit
/// of other meters of their fuel is used.
fn silent(school: &Footprint, found: &HalfHours) -> Vec<Series> {
    let is_expected = |meter: &&MeterFigures| {
        let registered = meter.registered();
        found.days.iter().any(|day| registered.contains(*day))
    };
    let has_sent = |meter: &&MeterFigures| {
        let mut series = found.series.iter();
        series.any(|series| series.meter == meter.meter && series.channel == meter.channel)
    };
    let unit_of_others = |meter: &MeterFigures| {
        let alike =
            |series: &&Series| series.fuel == Some(meter.fuel) && series.channel == meter.channel;
        let other = found.series.iter().find(alike);
        other.map_or(Unit::KilowattHours, |series| series.unit)
    };
    let meters = school.meters.iter().filter(is_expected);
    meters
        .filter(|meter| !has_sent(meter))
        .map(|meter| Series {
            meter: meter.meter.clone(),
            channel: meter.channel,
            fuel: Some(meter.fuel),
            unit: unit_of_others(meter),
            expected: meter.registered(),
            days: BTreeMap::new(),
        })
        .collect()
}

impl HalfHours {
    /// The last days of these, as if they alone had been read.
    pub(crate) fn last(&self, school: &Footprint, count: u32) -> HalfHours {
        let first = self.days.len().saturating_sub(count as usize);
        self.within(school, &self.days[first..])
    }

    /// The whole days of these that are shown beside the intensity of the grid: without that of the last reading while it is not
    /// over, and of `Wanted::GRID` the last 28.
    pub(crate) fn last_whole(&self, school: &Footprint, wanted: Wanted) -> HalfHours {
        let count = match wanted {
            Wanted::Last(days) => days.saturating_sub(1) as usize,
            Wanted::Of(_) => self.days.len(),
        };
        let is_over = |day: &NaiveDate| {
            let last = school.coverage.last_reading;
            last.is_some_and(|last| SettlementDay(*day).ends() <= last)
        };
        let whole = self.days.partition_point(is_over);
        self.within(school, &self.days[whole.saturating_sub(count)..whole])
    }

    fn within(&self, school: &Footprint, days: &[NaiveDate]) -> HalfHours {
        let series = self.series.iter().filter_map(|series| {
            let of_days = series.days.iter().filter(|(day, _)| days.contains(day));
            let of_days: BTreeMap<_, _> = of_days.map(|(day, view)| (*day, view.clone())).collect();
            (!of_days.is_empty()).then(|| Series {
                days: of_days,
                ..series.clone()
            })
        });
        let mut within = HalfHours {
            days: days.to_vec(),
            series: series.collect(),
        };
        let silent = silent(school, &within);
        within.series.extend(silent);
        within
    }

    /// The sum of the series of one fuel, channel and unit, half-hour by half-hour; each day counts the series that are
    /// expected on it. None if there are no such series.
    pub(crate) fn sum(&self, fuel: Fuel, channel: Channel, unit: Unit) -> Option<Vec<OfMeters>> {
        let picked: Vec<&Series> = self
            .series
            .iter()
            .filter(|series| {
                series.fuel == Some(fuel) && series.channel == channel && series.unit == unit
            })
            .collect();
        let of_day = |day: &NaiveDate| {
            let day = *day;
            let expected = picked
                .iter()
                .filter(move |series| series.expected.contains(day));
            let expected: Vec<Option<&DayView>> =
                expected.map(|series| series.days.get(&day)).collect();
            (0..SettlementDay(day).slots()).map(move |slot| of_meters(&expected, slot))
        };
        let values = self.days.iter().flat_map(of_day).collect();
        (!picked.is_empty()).then_some(values)
    }
}

fn of_meters(meters: &[Option<&DayView>], slot: usize) -> OfMeters {
    let value = |day: &Option<&DayView>| day.and_then(|day| day.slots.value(slot));
    let sent: Vec<Quantity> = meters.iter().filter_map(value).collect();
    OfMeters {
        sum: sent.iter().sum(),
        present: sent.len(),
        by_half: meters
            .iter()
            .flatten()
            .filter(|day| day.slots.known_by_half() & (1 << slot) != 0)
            .count(),
        expected: meters.len(),
    }
}

#[cfg(test)]
mod tests;
