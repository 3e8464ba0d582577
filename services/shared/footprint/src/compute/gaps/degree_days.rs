//! Estimates a day's gas from how cold the day was.
//!
//! A day's heating degrees are how far its mean temperature is below 15.5 °C, the base that is usual in the United Kingdom
//! [Carbon Trust, Degree days for energy management; CIBSE TM41]. Over the whole days of the same kind within eight weeks
//! either side, gas = base + slope × degrees is fitted by least squares, all of it in integers: exact, and the same in any
//! order.

use super::compare::REACH;
use super::days::{MeterDays, OneDay};
use super::estimate_tally::Estimated;
use crate::message::EstimateBasis;
use crate::temperatures::Temperatures;

/// The base in thousandths of a degree Celsius.
const BASE: i32 = 15_500;
/// The least number of days for fitting a line; with fewer, gas is taken as proportional to the degrees.
const LEAST: i128 = 10;

/// None if the weather gives no estimate: the day's temperature is not known, no compared day was below the base, or more gas
/// was burnt on warmer days. Never below 0.
pub(super) fn estimated(
    days: &MeterDays<'_>,
    at: usize,
    temperatures: &Temperatures,
    trust: &str,
) -> Option<Estimated> {
    let of = days.get(at)?;
    let degrees = |at: usize| {
        let degrees = temperatures.degrees_below(BASE, trust, days.day(at));
        degrees.map(i128::from)
    };
    let wanted = degrees(at)?;
    let school_day = |one: &OneDay| one.is_weekday() && (one.in_term || !days.knows_terms());
    let (mut n, mut x, mut y, mut xx, mut xy) = (0, 0, 0, 0, 0);
    let around = at.saturating_sub(REACH as usize)..=at + REACH as usize;
    for place in around {
        let alike = days
            .get(place)
            .filter(|one| school_day(one) == school_day(of));
        let Some(energy) = alike.and_then(|one| one.whole).map(i128::from) else {
            continue;
        };
        let Some(degrees) = degrees(place) else {
            continue;
        };
        n += 1;
        x += degrees;
        y += energy;
        xx += degrees * degrees;
        xy += degrees * energy;
    }
    let compared = usize::try_from(n).unwrap_or(0);
    let (rise, run) = (n * xy - x * y, n * xx - x * x);
    if x == 0 || rise < 0 {
        return None;
    }
    if n >= LEAST && run > 0 {
        // base + slope × wanted, over n × run.
        return Some(Estimated {
            energy: (y * run + rise * (n * wanted - x)).max(0),
            over: n * run,
            basis: EstimateBasis::DegreeDayLine,
            compared,
        });
    }
    Some(Estimated {
        energy: y * wanted,
        over: x,
        basis: EstimateBasis::DegreeDays,
        compared,
    })
}
