//! What a school would save by using a part of its electricity at another time of the same day.

use events::{MilligramsCo2e, Quantity};

use super::{HalfHour, micrograms, narrow};

/// The share of the use in the dirtiest quarter of each day that is moved, in per cent.
pub const SHIFTED_PERCENT: i64 = 10;

/// What moving a part of the use would save.
///
/// Of each day, the half-hours are put in the order of their intensity. A tenth of the use in the dirtiest quarter of them is moved
/// to the cleanest quarter, and spread over it evenly. Only days of which every half-hour is known count, and nothing is scaled up to
/// the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The days that count.
    pub days: usize,
    /// The electricity that is moved, in milliwatt-hours, rounded down once.
    pub moved: Quantity,
    /// The emissions that are saved, rounded down once: never less than nothing.
    pub saved: MilligramsCo2e,
}

/// One day, as whole numbers.
struct OfDay {
    /// A quarter of the day's half-hours, rounded down: 11 of 46, and 12 of 48 or 50.
    quarter: i128,
    /// The use in the dirtiest quarter, in milliwatt-hours.
    dirtiest: i128,
    /// That use times its intensity, less that use times the mean intensity of the cleanest quarter; in micrograms, times `quarter`.
    saved: i128,
}

impl Shift {
    pub(super) fn of(half_hours: &[HalfHour]) -> Option<Self> {
        let days: Vec<OfDay> = half_hours
            .chunk_by(|one, next| one.day == next.day)
            .filter_map(OfDay::of)
            .collect();
        if days.is_empty() {
            return None;
        }
        let moved: i128 = days.iter().map(|day| day.dirtiest).sum();
        // The sums of all days over their common denominator, so that the result is rounded once.
        const COMMON: i128 = 11 * 12;
        let saved: i128 = days
            .iter()
            .map(|day| day.saved * (COMMON / day.quarter))
            .sum();
        let percent = i128::from(SHIFTED_PERCENT);
        Some(Shift {
            days: days.len(),
            moved: narrow(moved * percent / 100),
            saved: MilligramsCo2e(narrow(saved * percent / (100 * COMMON * 1_000))),
        })
    }
}

impl OfDay {
    /// None unless every half-hour of the day is known.
    fn of(day: &[HalfHour]) -> Option<Self> {
        let first = day.first()?;
        let mut known: Vec<(i64, usize, Quantity)> = day
            .iter()
            .map(|one| one.known().map(|(energy, grams)| (grams, one.slot, energy)))
            .collect::<Option<_>>()?;
        if known.len() != first.day.slots() {
            return None;
        }
        known.sort_unstable();
        let quarter = known.len() / 4;
        let (cleanest, dirtiest) = (&known[..quarter], &known[known.len() - quarter..]);
        let clean: i128 = cleanest.iter().map(|(grams, ..)| i128::from(*grams)).sum();
        let used: i128 = dirtiest
            .iter()
            .map(|(.., energy)| i128::from(*energy))
            .sum();
        let emitted: i128 = dirtiest
            .iter()
            .map(|(grams, _, energy)| micrograms(*energy, *grams))
            .sum();
        let quarter = quarter as i128;
        Some(OfDay {
            quarter,
            dirtiest: used,
            saved: quarter * emitted - used * clean,
        })
    }
}
