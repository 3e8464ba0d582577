//! Longer intervals, mostly from registers, whose energy differs from that of the half-hours of the same time.

use std::collections::BTreeMap;

use chrono::{Days as Later, NaiveDate};
use events::Quantity;

use super::shown::{energy_per_unit, event_name};
use crate::ledger::Identity;
use crate::message::{Contradicted, Finding, Odd, RegisterRatio};
use crate::period::Days;
use crate::school_history::{OwnedMeter, Series};
use crate::view::LongerInterval;

/// A register is read to the whole unit at both ends of the interval.
const REGISTER_ROUNDING: Quantity = events::MICRO;
/// Meters and loggers may differ by this many hundredths while both are right.
const TOLERANCE_PERCENT: i64 = 2;

/// One longer interval compared with the half-hours of the same time, over all its days.
struct Compared<'a> {
    days: Days,
    spread: &'a Identity,
    actual: &'a Identity,
    spread_stands: bool,
    half_hours: i64,
    spread_energy: Quantity,
    actual_energy: Quantity,
    ratio: Option<RegisterRatio>,
}

/// A finding for each run of intervals that disagree with the half-hours by the same ratio.
pub(super) fn disagreeing(series: &Series, meter: &OwnedMeter, reported: Days) -> Vec<Finding> {
    let mut by_event: BTreeMap<&Identity, Vec<(NaiveDate, &LongerInterval)>> = BTreeMap::new();
    for (day, found) in series.contradictions() {
        for one in &found.intervals {
            by_event.entry(&one.spread).or_default().push((*day, one));
        }
    }
    let mut compared: Vec<Compared<'_>> = by_event
        .values()
        .filter_map(|days| compare(series, meter, days))
        .filter(|one| one.days.and(reported).count() > 0)
        .collect();
    compared.sort_by_key(|one| (one.days, one.spread));
    let is_same_run = |one: &Compared<'_>, next: &Compared<'_>| {
        one.ratio.is_some()
            && one.ratio == next.ratio
            && one.spread_stands == next.spread_stands
            && one.spread.source == next.spread.source
            && next.days.from <= one.days.to + Later::new(1)
    };
    compared
        .chunk_by(is_same_run)
        .filter_map(|run| finding(meter, run, reported))
        .collect()
}

/// The interval as a whole; none unless all of it also has actual half-hours: a part of an evenly spread value means nothing.
fn compare<'a>(
    series: &Series,
    meter: &OwnedMeter,
    days: &[(NaiveDate, &'a LongerInterval)],
) -> Option<Compared<'a>> {
    let ((first, one), (last, end)) = (days.first()?, days.last()?);
    let is_whole = days.iter().all(|(_, day)| day.compared == day.half_hours);
    let in_a_row = days
        .windows(2)
        .all(|pair| matches!(pair, [(one, _), (next, _)] if *one + Later::new(1) == *next));
    if !is_whole || !in_a_row || goes_beyond(series, *first, one, *last, end) {
        return None;
    }
    let energy = |sum: fn(&LongerInterval) -> Quantity| {
        let of_day = |(day, one): &(NaiveDate, &LongerInterval)| {
            sum(one) as f64 * energy_per_unit(series.unit(*day), meter)
        };
        days.iter().map(of_day).sum::<f64>().round() as Quantity
    };
    let spread_energy = energy(|one| one.spread_sum);
    let actual_energy = energy(|one| one.actual_sum);
    Some(Compared {
        days: Days {
            from: *first,
            to: *last,
        },
        spread: &one.spread,
        actual: &one.actual,
        spread_stands: one.spread_stands,
        half_hours: days.iter().map(|(_, one)| i64::from(one.compared)).sum(),
        spread_energy,
        actual_energy,
        ratio: ratio(actual_energy, spread_energy),
    })
}

/// Whether the interval may cover days before or after those with actual half-hours. It does if it covers the whole of the
/// first or last day and spread values exist on the neighbouring day.
fn goes_beyond(
    series: &Series,
    first: NaiveDate,
    begins: &LongerInterval,
    last: NaiveDate,
    ends: &LongerInterval,
) -> bool {
    let is_whole_day = |day: NaiveDate, one: &LongerInterval| {
        usize::from(one.half_hours) >= events::SettlementDay(day).slots()
    };
    let stands_spread = |day: Option<NaiveDate>| {
        day.and_then(|day| series.day(day))
            .is_some_and(|sum| sum.spread > 0)
    };
    (is_whole_day(first, begins) && stands_spread(first.pred_opt()))
        || (is_whole_day(last, ends) && stands_spread(last.succ_opt()))
}

/// The ratio by which the half-hours disagree with the register; none if they agree.
fn ratio(half_hours: Quantity, register: Quantity) -> Option<RegisterRatio> {
    if is_about(half_hours, register) {
        return None;
    }
    let (half_hours, register) = (i128::from(half_hours), i128::from(register));
    let is_times = |times: i128, over: i128| {
        let (one, other) = (half_hours * over, register * times);
        100 * (one - other).abs() <= i128::from(TOLERANCE_PERCENT) * one.max(other)
    };
    let named = [
        (RegisterRatio::Double, 2, 1),
        (RegisterRatio::Half, 1, 2),
        (RegisterRatio::Thousand, 1_000, 1),
        (RegisterRatio::Thousandth, 1, 1_000),
    ];
    let named = named
        .into_iter()
        .find(|(_, times, over)| is_times(*times, *over));
    Some(named.map_or(RegisterRatio::Other, |(ratio, ..)| ratio))
}

fn is_about(one: Quantity, other: Quantity) -> bool {
    let hundredths = one.max(other) / 100 * TOLERANCE_PERCENT;
    (one - other).abs() <= REGISTER_ROUNDING.max(hundredths)
}

fn finding(meter: &OwnedMeter, run: &[Compared<'_>], reported: Days) -> Option<Finding> {
    let (first, last) = (run.first()?, run.last()?);
    let ratio = first.ratio?;
    let whole = Days {
        from: first.days.from,
        to: last.days.to,
    };
    let sum = |of: fn(&Compared<'_>) -> i64| run.iter().map(of).sum::<i64>();
    let (actual, spread) = (event_name(first.actual), event_name(first.spread));
    let actual_energy = sum(|one| one.actual_energy);
    let spread_energy = sum(|one| one.spread_energy);
    let ((stands, stands_energy), (against, against_energy)) = match first.spread_stands {
        true => ((spread, spread_energy), (actual, actual_energy)),
        false => ((actual, actual_energy), (spread, spread_energy)),
    };
    Some(Finding {
        meter: meter.registered.meter.clone(),
        days: whole.and(reported),
        what: Odd::RegisterDisagrees {
            contradicted: Contradicted {
                stands,
                against,
                half_hours: sum(|one| one.half_hours),
                stands_energy,
                against_energy,
            },
            register_stands: first.spread_stands,
            ratio,
            run: whole,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratios_that_have_a_usual_reason_are_named() {
        let mwh = 1_000 * events::MICRO;
        let check = |half_hours: f64, expected| {
            let half_hours = (half_hours * mwh as f64) as Quantity;
            assert_eq!(ratio(half_hours, mwh), expected, "{half_hours}");
        };
        check(1.0, None);
        check(1.019, None);
        check(1.05, Some(RegisterRatio::Other));
        check(2.0, Some(RegisterRatio::Double));
        check(2.03, Some(RegisterRatio::Double));
        check(0.5, Some(RegisterRatio::Half));
        check(1_000.0, Some(RegisterRatio::Thousand));
        check(0.001, Some(RegisterRatio::Thousandth));
        check(3.0, Some(RegisterRatio::Other));
        check(0.0, Some(RegisterRatio::Other));
    }

    #[test]
    fn a_unit_more_or_less_is_how_a_register_is_read() {
        assert_eq!(ratio(7 * events::MICRO, 8 * events::MICRO), None);
        assert_eq!(
            ratio(7 * events::MICRO, 8 * events::MICRO + 1),
            Some(RegisterRatio::Other)
        );
    }
}
