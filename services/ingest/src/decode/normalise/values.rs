//! One value per interval, as half-hours.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use events::{Interval, MeterReadings, Quality, Quantity, Refusal, Rule, SettlementDay};

use super::reads::written;
use super::{QUARTER, Run, spread};
use crate::decode::bad_values::BadValues;
use crate::decode::meter_day::{HalfHour, UNKNOWN};
use crate::decode::read_as::ReadFrom;
use crate::rules::{Bounds, Fault, amount, has_ended, plausible, plausible_half_hour};

/// The values of a whole local day.
pub(super) fn of_day(
    readings: &MeterReadings,
    day: SettlementDay,
    read: &ReadFrom,
    bounds: &Bounds,
) -> Result<Run, Vec<Refusal>> {
    let slots = day.slots();
    let (wanted, each) = match readings.interval {
        Interval::QuarterHour => (slots * 2, "quarters of an hour"),
        Interval::HalfHour => (slots, "half-hours"),
        Interval::Hour => (slots / 2, "hours"),
        Interval::Day => (1, "day"),
    };
    let found = readings.values.len();
    if found != wanted {
        let hint = format!(
            "{} has {wanted} {each}; send as many values, null for those not known",
            day.0
        );
        return Err(vec![value_count(found, hint)]);
    }
    half_hours(readings, day.starts(), read, bounds)
}

/// The values from an instant on.
pub(super) fn from(
    readings: &MeterReadings,
    start: DateTime<FixedOffset>,
    read: &ReadFrom,
    bounds: &Bounds,
) -> Result<Run, Vec<Refusal>> {
    let first = start.to_utc();
    let day = SettlementDay::of(first);
    let every = |seconds| start.timestamp() % seconds == 0 && start.timestamp_subsec_nanos() == 0;
    let (on_boundary, boundary) = match readings.interval {
        Interval::QuarterHour => (every(900), "a quarter of an hour"),
        Interval::HalfHour => (every(1800), "a half-hour"),
        Interval::Hour => (every(3600), "an hour"),
        Interval::Day => (first == day.starts(), "midnight in London"),
    };
    if !on_boundary {
        let fault = Fault::new(
            Rule::Schema,
            format!("the first interval begins on {boundary}"),
        );
        return Err(vec![fault.at("/data/start", written(start))]);
    }
    half_hours(readings, first, read, bounds)
}

/// A refusal of the number of values.
pub(crate) fn value_count(found: usize, hint: String) -> Refusal {
    let values = if found == 1 { "value" } else { "values" };
    Fault::new(Rule::ValueCount, hint).at("/data/values", format!("{found} {values}"))
}

fn half_hours(
    readings: &MeterReadings,
    first: DateTime<Utc>,
    read: &ReadFrom,
    bounds: &Bounds,
) -> Result<Run, Vec<Refusal>> {
    let mut judged = Judged {
        readings,
        read,
        bounds,
        latest: bounds.latest.timestamp(),
        at: first.timestamp(),
        index: 0,
        bad: BadValues::default(),
    };
    let mut half_hours = Vec::with_capacity(readings.values.len());
    let mut quarters = Vec::new();
    // What quarters of an hour are counted from: a run that begins or ends within a half-hour knows half of it only.
    let mut begins = first;
    match readings.interval {
        Interval::HalfHour => {
            half_hours.extend(judged.by(HALF_HOUR));
            quarters.extend(judged.lone_quarters(first.timestamp()));
        }
        Interval::QuarterHour => {
            begins = first - TimeDelta::seconds(first.timestamp().rem_euclid(HALF_HOUR));
            let missing = (begins != first).then_some(UNKNOWN);
            let all: Vec<_> = missing.into_iter().chain(judged.by(QUARTER)).collect();
            let starts = (begins.timestamp()..).step_by(HALF_HOUR as usize);
            for (starts, pair) in starts.zip(all.chunks(2)) {
                let sum = sum(pair);
                half_hours.push(sum);
                let alone = pair.iter().zip([starts, starts + QUARTER]);
                let alone =
                    alone.filter_map(|((value, quality), at)| Some((at, (*value)?, *quality)));
                quarters.extend(alone.filter(|_| sum.0.is_none()));
            }
        }
        Interval::Hour => {
            for hour in judged.by(HALF_HOUR * 2) {
                half_hours.extend(over(hour, 2));
            }
        }
        Interval::Day => {
            let mut day = SettlementDay::of(first);
            while judged.index < readings.values.len() {
                let value = judged.next(day.ends().timestamp());
                half_hours.extend(over(value, day.slots()));
                day = day.next();
            }
        }
    }
    let bad = judged.bad;
    let is_left = half_hours.iter().any(|(value, _)| value.is_some()) || !quarters.is_empty();
    if !is_left && !bad.is_empty() {
        return Err(bad.into_refusals());
    }
    Ok(Run {
        first: begins,
        half_hours,
        quarters,
        bad,
    })
}

/// The half-hour of two quarters; it is unknown if one of them is.
fn sum(quarters: &[HalfHour]) -> HalfHour {
    match quarters {
        [(Some(a), first), (Some(b), second)] => (Some(a + b), *first.min(second)),
        _ => UNKNOWN,
    }
}

fn over((value, quality): HalfHour, slots: usize) -> Vec<HalfHour> {
    match value {
        // What was estimated stays an estimate, however it is spread.
        Some(total) => spread(total, slots, quality.min(Quality::Spread)).collect(),
        None => vec![(None, Quality::Actual); slots],
    }
}

/// A half-hour, in seconds.
const HALF_HOUR: i64 = 1800;

/// Goes over the values in their order, with the time each covers, and notes what is wrong. Times are seconds of the Unix epoch
/// here: a calendar's arithmetic for each value would take longer than the rules.
struct Judged<'a> {
    readings: &'a MeterReadings,
    read: &'a ReadFrom,
    bounds: &'a Bounds,
    /// The latest end of a measurement.
    latest: i64,
    at: i64,
    index: usize,
    bad: BadValues,
}

impl Judged<'_> {
    /// The rest of the values, each of which covers so many seconds.
    fn by(&mut self, seconds: i64) -> impl Iterator<Item = HalfHour> {
        (self.index..self.readings.values.len()).map(move |_| self.next(self.at + seconds))
    }

    /// The next value, which covers the time up to `end`.
    fn next(&mut self, end: i64) -> HalfHour {
        let (index, begins) = (self.index, self.at);
        (self.index, self.at) = (index + 1, end);
        let Some(value) = self.readings.values.get(index).copied().flatten() else {
            return UNKNOWN;
        };
        match self.judge(value, begins, end) {
            Ok(micro) => (Some(micro), self.quality(index)),
            Err(fault) => {
                let rule = fault.rule;
                self.bad.add_at(index, rule, || {
                    fault.at(format!("/data/values/{index}"), value)
                });
                (None, Quality::Actual)
            }
        }
    }

    /// What was measured from one second to another, if that can be.
    fn judge(&self, value: f64, begins: i64, end: i64) -> Result<Quantity, Fault> {
        let covers = end - begins;
        let read = self.read.at_second(begins);
        let micro = amount(value, read.unit, TimeDelta::seconds(covers))?;
        let micro = match covers <= HALF_HOUR {
            true => plausible_half_hour(micro)?,
            false => micro,
        };
        let micro = plausible(micro, read.most_in(covers))?;
        self.has_ended(end)?;
        Ok(micro)
    }

    /// The lone quarters of a day that begins at this second.
    fn lone_quarters(&mut self, day_begins: i64) -> Vec<(i64, Quantity, Quality)> {
        let mut found = Vec::new();
        for (index, one) in self.readings.quarters.iter().enumerate() {
            let begins = day_begins + QUARTER * i64::from(one.quarter);
            match self.judge(one.value, begins, begins + QUARTER) {
                Ok(micro) => found.push((begins, micro, one.quality)),
                Err(fault) => self.bad.add_quarter(index, fault.rule, || {
                    fault.at(format!("/data/quarters/{index}/value"), one.value)
                }),
            }
        }
        found
    }

    fn has_ended(&self, end: i64) -> Result<(), Fault> {
        match DateTime::from_timestamp_secs(end).filter(|_| end > self.latest) {
            Some(end) => has_ended(end, self.bounds),
            None => Ok(()),
        }
    }

    fn quality(&self, index: usize) -> Quality {
        let letter = self
            .readings
            .quality
            .as_ref()
            .and_then(|all| all.as_bytes().get(index));
        letter
            .and_then(|letter| Quality::of(*letter))
            .unwrap_or(Quality::Actual)
    }
}
