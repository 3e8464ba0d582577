//! Finds the weeks that are worth judging.

use events::Quantity;

use super::super::days::{MeterDays, OneDay};
use super::{KINDS, SIDE, kind};

/// The least and the greatest value of each kind in each week. With them nearly all weeks of nearly all meters can be skipped,
/// because two medians are never further apart than the least of one side and the greatest of the other.
pub(super) struct Weeks {
    /// The index of the first Monday.
    first: usize,
    ranges: Vec<[(Quantity, Quantity); KINDS]>,
}

const NO_DAY: (Quantity, Quantity) = (Quantity::MAX, 0);

impl Weeks {
    pub(super) fn of(days: &MeterDays<'_>) -> Self {
        let all = days.all();
        let monday = all.iter().position(|one| one.weekday == 0);
        let first = monday.unwrap_or(all.len());
        // Days before the first Monday form a separate, partial week.
        let (part, whole) = all.split_at(first);
        let weeks = [part].into_iter().chain(whole.chunks(7));
        let ranges = weeks.map(|week| range(week, days.knows_terms()));
        Weeks {
            first,
            ranges: ranges.collect(),
        }
    }

    /// The Mondays at which any kind may differ by the factor.
    pub(super) fn worth_judging(&self, factor: f64) -> impl Iterator<Item = usize> {
        const SIDE_WEEKS: usize = SIDE / 7;
        let differs = move |week: usize| {
            let side = |from: usize, to: usize| {
                let weeks = self.ranges.iter().take(to).skip(from);
                weeks.fold([NO_DAY; KINDS], both)
            };
            let before = side(week.saturating_sub(SIDE_WEEKS), week);
            let after = side(week, week + SIDE_WEEKS);
            let apart = |low: Quantity, high: Quantity| high as f64 >= factor * low as f64;
            let mut kinds = before.iter().zip(&after);
            kinds.any(|((b_low, b_high), (a_low, a_high))| {
                apart(*b_low, *a_high) || apart(*a_low, *b_high)
            })
        };
        let mondays = (1..self.ranges.len()).filter(move |week| differs(*week));
        mondays.map(|week| self.first + 7 * (week - 1))
    }
}

fn range(week: &[OneDay], knows_terms: bool) -> [(Quantity, Quantity); KINDS] {
    let mut kinds = [NO_DAY; KINDS];
    for one in week {
        if let Some(energy) = one.whole {
            let (low, high) = &mut kinds[kind(one, knows_terms)];
            (*low, *high) = (energy.min(*low), energy.max(*high));
        }
    }
    kinds
}

fn both(
    mut one: [(Quantity, Quantity); KINDS],
    other: &[(Quantity, Quantity); KINDS],
) -> [(Quantity, Quantity); KINDS] {
    for ((low, high), (its_low, its_high)) in one.iter_mut().zip(other) {
        (*low, *high) = ((*low).min(*its_low), (*high).max(*its_high));
    }
    one
}
