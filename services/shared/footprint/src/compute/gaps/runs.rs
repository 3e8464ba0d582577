//! Days in a row on which a meter always reports the same value: a stuck register, or a meter that is off.

use events::Channel;

use super::days::{MeterDays, OneDay};
use crate::anomaly_limits::AnomalyLimits;
use crate::ledger::{DaySum, FLAT_FROM};
use crate::message::{Finding, Odd};
use crate::period::Days;

/// The value of every half-hour of a day.
#[derive(Clone, Copy)]
enum Level {
    Zero,
    Flat(DaySum),
}

/// Runs of zero, and runs of one other value, that are long enough to report. A run that reaches beyond the `reported` days
/// is judged by its whole length.
pub(super) fn findings(
    days: &MeterDays<'_>,
    channel: Channel,
    reported: Days,
    anomaly_limits: &AnomalyLimits,
) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut run: Option<(usize, Level)> = None;
    for at in 0..=days.all().len() {
        let level = days.get(at).and_then(level);
        let goes_on =
            matches!((&run, &level), (Some((_, previous)), Some(now)) if previous.same(now));
        if !goes_on {
            if let Some((from, previous)) = run {
                found.extend(finding(
                    days,
                    from..at,
                    previous,
                    channel,
                    reported,
                    anomaly_limits,
                ));
            }
            run = level.map(|level| (at, level));
        }
    }
    found
}

/// A zero counts whatever the interval it was spread from; any other value must be measured for each half-hour.
fn level(one: &OneDay) -> Option<Level> {
    let sum = one.sum?;
    let zero = sum.sum == 0 && sum.estimated == 0 && usize::from(sum.present) >= FLAT_FROM;
    if zero {
        return Some(Level::Zero);
    }
    sum.flat.then_some(Level::Flat(sum))
}

impl Level {
    fn same(&self, other: &Level) -> bool {
        match (self, other) {
            (Level::Zero, Level::Zero) => true,
            (Level::Flat(one), Level::Flat(other)) => {
                one.unit == other.unit && value(one) == value(other)
            }
            _ => false,
        }
    }
}

/// The value of each half-hour of a flat day.
fn value(flat: &DaySum) -> i64 {
    flat.sum / i64::from(flat.present.max(1))
}

fn finding(
    days: &MeterDays<'_>,
    run: std::ops::Range<usize>,
    level: Level,
    channel: Channel,
    reported: Days,
    anomaly_limits: &AnomalyLimits,
) -> Option<Finding> {
    let whole = Days {
        from: days.day(run.start),
        to: days.day(run.end.saturating_sub(1)),
    };
    let fuel = days.meter.registered.fuel;
    let least = match level {
        // If nothing is exported, all generation is used on site: that is not a fault.
        Level::Zero if channel == Channel::AE => return None,
        Level::Zero => anomaly_limits.zero_days(fuel),
        Level::Flat(_) => i64::from(anomaly_limits.stuck_days.get()),
    };
    let part = whole.and(reported);
    if whole.count() < least || part.count() == 0 {
        return None;
    }
    Some(Finding {
        meter: days.meter.registered.meter.clone(),
        days: part,
        what: match level {
            Level::Zero => Odd::Zero { fuel, run: whole },
            Level::Flat(sum) => Odd::Stuck {
                value: value(&sum),
                unit: sum.unit,
                run: whole,
            },
        },
    })
}
