//! Days from which on a meter measures many times more, or less: a wrong unit, a wrong multiplier, a load that is never
//! switched off.
//!
//! The method. The four weeks before a day are compared with the four weeks from that day on. Only whole days are compared, and
//! only within one kind: weekdays in term, weekends in term, days out of term; if no term is registered, weekdays and weekends.
//! For every kind with at least five such days on both sides, the medians are compared. All kinds must have risen, or all must
//! have fallen, by the factor of [`AnomalyLimits::shift_factor`]. Medians are used so that one week of wrong values is not a
//! shift. A median of zero is not judged: days of zero are reported as a separate finding. Days are judged week by week. Around
//! a shift, the reported day is the one that best separates the two levels, so that a shift is found once.

mod weeks;

use chrono::Datelike;
use events::{Fuel, Quantity, kilowatt_hours};

use super::days::{MeterDays, OneDay};
use crate::anomaly_limits::AnomalyLimits;
use crate::message::{DayKind, Finding, Odd};
use crate::period::Days;
use weeks::Weeks;

/// Days on either side of a shift.
const SIDE: usize = 28;
/// The least number of days of a kind for a median: a week's weekdays.
const LEAST: usize = 5;
/// How many days beyond the `reported` days are read to judge a shift at their edge: a week more than both sides of a
/// shift.
pub(super) const REACH: i64 = 2 * SIDE as i64 + 7;

const KINDS: usize = 3;

/// A day from which on the meter measures more, or less.
struct Shift {
    rise: bool,
    /// For each judged kind: the median before the day, and from that day on.
    levels: [Option<(Quantity, Quantity)>; KINDS],
    /// The kind with the most days.
    most: usize,
}

pub(super) fn findings(
    days: &MeterDays<'_>,
    reported: Days,
    anomaly_limits: &AnomalyLimits,
) -> Vec<Finding> {
    let weeks = Weeks::of(days);
    let seen = |at: usize| Some((at, judge(days, at, anomaly_limits)?.rise));
    let seen: Vec<(usize, bool)> = weeks
        .worth_judging(anomaly_limits.shift_factor)
        .filter_map(seen)
        .collect();
    // Weeks less than a side apart see the same shift, even if a week between them has too few days to judge.
    let same = |one: &(usize, bool), next: &(usize, bool)| next.1 == one.1 && next.0 - one.0 < SIDE;
    seen.chunk_by(same)
        .filter_map(|run| finding(days, run.first()?.0, run.last()?, reported, anomaly_limits))
        .collect()
}

/// Weekday in term, weekend in term, out of term; without terms, weekday and weekend.
fn kind(one: &OneDay, knows_terms: bool) -> usize {
    match one.is_weekday() {
        _ if knows_terms && !one.in_term => 2,
        true => 0,
        false => 1,
    }
}

fn judge(days: &MeterDays<'_>, at: usize, anomaly_limits: &AnomalyLimits) -> Option<Shift> {
    let mut before = Side::of(days, at.checked_sub(SIDE)?);
    let mut after = Side::of(days, at);
    let mut shift = Shift {
        rise: false,
        levels: [None; KINDS],
        most: 0,
    };
    let (mut rises, mut falls, mut most) = (0, 0, 0);
    for kind in 0..KINDS {
        let count = before.counts[kind].min(after.counts[kind]);
        if count < LEAST {
            continue;
        }
        let (was, is) = (before.median(kind), after.median(kind));
        if was == 0 || is == 0 || kilowatt_hours(was.max(is)) < anomaly_limits.shift_from_kwh_a_day
        {
            continue;
        }
        let times = |more: Quantity, less: Quantity| {
            more as f64 >= anomaly_limits.shift_factor * less as f64
        };
        match (times(is, was), times(was, is)) {
            (true, _) => rises += 1,
            (_, true) => falls += 1,
            _ => return None,
        }
        shift.levels[kind] = Some((was, is));
        if count > most {
            (most, shift.most) = (count, kind);
        }
    }
    shift.rise = rises > 0;
    ((rises > 0) != (falls > 0)).then_some(shift)
}

/// The whole days of four weeks, by kind. Does not allocate, because it runs for every week of every meter.
struct Side {
    values: [[Quantity; SIDE]; KINDS],
    counts: [usize; KINDS],
}

impl Side {
    fn of(days: &MeterDays<'_>, from: usize) -> Self {
        let mut side = Side {
            values: [[0; SIDE]; KINDS],
            counts: [0; KINDS],
        };
        for one in days.all().iter().skip(from).take(SIDE) {
            if let Some(energy) = one.whole {
                let kind = kind(one, days.knows_terms());
                side.values[kind][side.counts[kind]] = energy;
                side.counts[kind] += 1;
            }
        }
        side
    }

    /// The median of a kind; of an even number of days, the higher of the two middle ones.
    fn median(&mut self, kind: usize) -> Quantity {
        let values = &mut self.values[kind][..self.counts[kind]];
        let middle = values.len() / 2;
        *values.select_nth_unstable(middle).1
    }
}

/// The single finding of a run of weeks that all see the same shift.
fn finding(
    days: &MeterDays<'_>,
    first: usize,
    (last, rise): &(usize, bool),
    reported: Days,
    anomaly_limits: &AnomalyLimits,
) -> Option<Finding> {
    let about = first.saturating_sub(6)..=*last + 6;
    let judged = about.filter_map(|at| Some((at, judge(days, at, anomaly_limits)?)));
    // If several days separate the levels equally well, take the last: a missing day has no level yet.
    let (at, shift) = judged
        .filter(|(_, shift)| shift.rise == *rise)
        .min_by_key(|(at, shift)| (astray(days, *at, shift), std::cmp::Reverse(*at)))?;
    let day = days.day(at);
    if !reported.contains(day) || is_of_the_season(days.meter.registered.fuel, *rise, day.month()) {
        return None;
    }
    let (was, is) = shift.levels[shift.most]?;
    Some(Finding {
        meter: days.meter.registered.meter.clone(),
        days: Days { from: day, to: day },
        what: Odd::LevelShift {
            among: day_kind(shift.most, days.knows_terms()),
            level: is,
            before: was,
        },
    })
}

/// How many days are closer, by ratio, to the level of the other side.
fn astray(days: &MeterDays<'_>, at: usize, shift: &Shift) -> usize {
    let is_astray = |(place, one): (usize, &OneDay)| {
        let level = shift.levels[kind(one, days.knows_terms())];
        let (Some(energy), Some((was, is))) = (one.whole, level) else {
            return false;
        };
        let (energy, middle) = (i128::from(energy), i128::from(was) * i128::from(is));
        let is_high = energy * energy >= middle;
        is_high != ((place >= at) == shift.rise)
    };
    let places = days.all().iter().enumerate();
    let window = places.take(at + SIDE).skip(at.saturating_sub(SIDE));
    window.filter(|day| is_astray(*day)).count()
}

/// Boilers are switched on in autumn and off in spring, and the sun rises higher from January to May and lower from August to
/// December. For gas and for generation by panels, such a change is not a shift.
fn is_of_the_season(fuel: Fuel, rise: bool, month: u32) -> bool {
    match (fuel, rise) {
        (Fuel::Gas, true) => (9..=11).contains(&month),
        (Fuel::Gas, false) => (3..=6).contains(&month),
        (Fuel::Solar, true) => (1..=5).contains(&month),
        (Fuel::Solar, false) => (8..=12).contains(&month),
        (Fuel::Electricity, _) => false,
    }
}

fn day_kind(kind: usize, knows_terms: bool) -> DayKind {
    match (kind, knows_terms) {
        (0, true) => DayKind::WeekdaysInTerm,
        (1, true) => DayKind::WeekendsInTerm,
        (0, false) => DayKind::Weekdays,
        (1, false) => DayKind::Weekends,
        _ => DayKind::OutOfTerm,
    }
}
