//! Estimates a day from the most similar days.

use super::days::{MeterDays, OneDay};
use super::estimate_tally::Estimated;
use crate::message::EstimateBasis;

/// The number of weeks on either side in which days are compared.
const WEEKS: usize = 8;
/// The same in days.
pub(super) const REACH: i64 = 7 * WEEKS as i64;
/// The most days that are compared.
const MOST: usize = 4;

/// The mean of the nearest whole days of the same weekday, both in term or both not; of two equally near days the earlier comes
/// first. None if there are no such days.
pub(super) fn estimated(days: &MeterDays<'_>, at: usize) -> Option<Estimated> {
    let of = days.get(at)?;
    let alike = |one: &&OneDay| one.in_term == of.in_term;
    let nearest = (1..=WEEKS).flat_map(|weeks| [at.checked_sub(7 * weeks), Some(at + 7 * weeks)]);
    let compared: Vec<i128> = nearest
        .flatten()
        .filter_map(|place| days.get(place).filter(alike)?.whole)
        .map(i128::from)
        .take(MOST)
        .collect();
    (!compared.is_empty()).then(|| Estimated {
        energy: compared.iter().sum(),
        over: compared.len() as i128,
        basis: match days.knows_terms() {
            true => EstimateBasis::SameWeekday,
            false => EstimateBasis::SameWeekdayWithoutTerms,
        },
        compared: compared.len(),
    })
}
