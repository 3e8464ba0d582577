//! What figures need of a meter's day.

use events::{Quantity, Unit};

use super::Slots;

/// A day in five numbers and a flag, which is all that figures need: 16 bytes, because a history has years of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaySum {
    /// Sum of the half-hours, in millionths of the unit.
    pub sum: Quantity,
    /// The unit.
    pub unit: Unit,
    /// Half-hours present.
    pub present: u8,
    /// The estimated ones of those present.
    pub estimated: u8,
    /// Of those present, the ones spread from a longer interval.
    pub spread: u8,
    /// The index of the last half-hour present, plus one; 0 if none is.
    pub last: u8,
    /// Whether at least `FLAT_FROM` half-hours are present, all of them actual and all the same.
    pub flat: bool,
}

/// The least number of half-hours for a day to be called flat: a few missing ones do not hide a stuck meter, and a few that
/// happen to be equal do not make a day flat.
pub(crate) const FLAT_FROM: usize = 40;

const _: () = assert!(std::mem::size_of::<Option<DaySum>>() == 16);

impl DaySum {
    /// The sum of half-hours.
    pub fn new(unit: Unit, slots: &Slots) -> Self {
        DaySum {
            sum: slots.sum(),
            unit,
            present: slots.present().count_ones() as u8,
            estimated: slots.estimated().count_ones() as u8,
            spread: slots.spread().count_ones() as u8,
            last: slots.last(),
            flat: is_flat(slots),
        }
    }
}

/// Values spread from a longer interval are equal in every half-hour by construction, and estimates often are.
fn is_flat(slots: &Slots) -> bool {
    let is_actual = slots.estimated() | slots.spread() == 0;
    let mut values = slots.values();
    let first = values.next();
    is_actual
        && slots.present().count_ones() as usize >= FLAT_FROM
        && values.all(|value| Some(value) == first)
}

#[cfg(test)]
mod tests {
    use events::Quality;

    use super::*;

    fn check(count: usize, change: impl Fn(&mut Slots), flat: bool) {
        let alike = std::iter::repeat_n(1_500_000, count);
        let mut slots = Slots::of_quality(Quality::Actual, alike);
        change(&mut slots);
        let sum = DaySum::new(Unit::KilowattHours, &slots);
        assert_eq!(sum.flat, flat, "{count}");
    }

    #[test]
    fn a_day_is_flat_when_forty_actual_half_hours_or_more_are_the_same() {
        check(48, |_| {}, true);
        check(46, |slots| slots.clear(3), true);
        check(40, |_| {}, true);
        check(39, |_| {}, false);
        check(48, |slots| slots.set(47, 1_500_001, Quality::Actual), false);
        check(
            48,
            |slots| slots.set(0, 1_500_000, Quality::Estimated),
            false,
        );
        let spread = || Slots::of_quality(Quality::Spread, [1_500_000; 48]);
        check(48, |slots| *slots = spread(), false);
        check(0, |_| {}, false);
    }
}
