//! The half-hours of a meter's day in 240 bytes: an option and a letter for each would take 850, and a batch of the ledger has
//! hundreds of thousands of days.

use std::collections::BTreeMap;

use events::{MAX_SLOTS, Quality, Quantity};
use polars_arrow::bitmap::BitmapBuilder;

/// One bit per half-hour of a local day, the first in the lowest.
pub type SlotMask = u64;

const EVERY_SLOT: SlotMask = (1 << MAX_SLOTS) - 1;

const _: () = assert!(MAX_SLOTS <= SlotMask::BITS as usize);
const _: () = assert!(std::mem::size_of::<Slots>() == 240);

/// The values of a day's half-hours, and how each was obtained. A half-hour without a value was not measured, or the day does not
/// have it.
#[derive(Debug, Clone, Default)]
pub struct Slots {
    present: SlotMask,
    estimated: SlotMask,
    spread: SlotMask,
    values: Values,
    /// None on nearly every day.
    quarters: Option<Box<Quarters>>,
}

/// What a map of up to eleven quarters takes in memory, in bytes, with room for the allocator.
const NODE: usize = size_of::<Quarters>() + 12 * size_of::<(u8, (Quantity, Quality))>();

/// Quarters of an hour by their numbers in the day, each in millionths of the unit.
type Quarters = BTreeMap<u8, (Quantity, Quality)>;

/// Millionths of the unit; 0 where there is no value.
#[derive(Debug, Clone)]
enum Values {
    /// Up to 4,294 kWh in a half-hour: every meter of a school.
    Narrow([u32; MAX_SLOTS]),
    Wide(Box<[Quantity; MAX_SLOTS]>),
}

impl Default for Values {
    fn default() -> Self {
        Values::Narrow([0; MAX_SLOTS])
    }
}

impl Values {
    fn get(&self, slot: usize) -> Quantity {
        match self {
            Values::Narrow(values) => values.get(slot).copied().map_or(0, Quantity::from),
            Values::Wide(values) => values.get(slot).copied().unwrap_or(0),
        }
    }

    fn set(&mut self, slot: usize, value: Quantity) {
        match (&mut *self, u32::try_from(value)) {
            (Values::Narrow(values), Ok(value)) => values[slot] = value,
            (Values::Wide(values), _) => values[slot] = value,
            (Values::Narrow(values), Err(_)) => {
                let mut wide = Box::new(values.map(Quantity::from));
                wide[slot] = value;
                *self = Values::Wide(wide);
            }
        }
    }
}

impl PartialEq for Slots {
    fn eq(&self, other: &Self) -> bool {
        let masks = |one: &Slots| (one.present, one.estimated, one.spread);
        masks(self) == masks(other)
            && self.quarters == other.quarters
            && match (&self.values, &other.values) {
                (Values::Narrow(own), Values::Narrow(theirs)) => own == theirs,
                _ => (0..MAX_SLOTS).all(|slot| self.values.get(slot) == other.values.get(slot)),
            }
    }
}

impl Eq for Slots {}

impl FromIterator<(usize, Quantity, Quality)> for Slots {
    fn from_iter<I: IntoIterator<Item = (usize, Quantity, Quality)>>(values: I) -> Self {
        let mut slots = Slots::default();
        for (slot, value, quality) in values {
            slots.set(slot, value, quality);
        }
        slots
    }
}

impl Slots {
    /// Values in millionths of the unit, and which of them there are, are estimated and are spread. Of a value that is missing,
    /// nothing else counts.
    pub fn new(
        values: &[Quantity; MAX_SLOTS],
        present: SlotMask,
        estimated: SlotMask,
        spread: SlotMask,
    ) -> Self {
        let present = present & EVERY_SLOT;
        let values: [Quantity; MAX_SLOTS] =
            std::array::from_fn(|slot| values[slot] * (present >> slot & 1) as Quantity);
        let fits = |value: &Quantity| (0..=Quantity::from(u32::MAX)).contains(value);
        Slots {
            present,
            estimated: estimated & present,
            spread: spread & present & !estimated,
            values: match values.iter().all(fits) {
                true => Values::Narrow(values.map(|value| value as u32)),
                false => Values::Wide(Box::new(values)),
            },
            quarters: None,
        }
    }

    /// A value of each half-hour from the first, all of one quality.
    pub fn of_quality(quality: Quality, values: impl IntoIterator<Item = Quantity>) -> Self {
        let values = values.into_iter().enumerate();
        values.map(|(slot, value)| (slot, value, quality)).collect()
    }

    /// Sets the value of a half-hour, in millionths of the unit. A day has no half-hour from the 51st on: a value for one is
    /// dropped.
    pub fn set(&mut self, slot: usize, value: Quantity, quality: Quality) {
        if slot >= MAX_SLOTS {
            return;
        }
        self.clear(slot);
        let bit = 1 << slot;
        self.present |= bit;
        match quality {
            Quality::Actual => {}
            Quality::Estimated => self.estimated |= bit,
            Quality::Spread => self.spread |= bit,
        }
        self.values.set(slot, value);
    }

    /// Sets a quarter of an hour whose half-hour has no value, because its other quarter is not known. It is no part of any sum.
    pub fn set_quarter(&mut self, quarter: u8, value: Quantity, quality: Quality) {
        let slot = usize::from(quarter / 2);
        if slot < MAX_SLOTS && self.value(slot).is_none() {
            let quarters = self.quarters.get_or_insert_default();
            quarters.insert(quarter, (value, quality));
        }
    }

    /// A quarter of an hour whose half-hour has no value.
    pub fn quarter(&self, quarter: u8) -> Option<(Quantity, Quality)> {
        self.quarters.as_ref()?.get(&quarter).copied()
    }

    /// The quarters whose half-hours have no value, by their numbers in the day.
    pub fn quarters(&self) -> impl Iterator<Item = (u8, Quantity, Quality)> {
        let quarters = self.quarters.iter().flat_map(|quarters| quarters.iter());
        quarters.map(|(quarter, (value, quality))| (*quarter, *value, *quality))
    }

    /// The half-hours that are known by half: a quarter of each has a value, and the half-hour has none.
    pub fn known_by_half(&self) -> SlotMask {
        self.quarters()
            .fold(0, |mask, (quarter, ..)| mask | 1 << (quarter / 2))
    }

    fn clear_quarters(&mut self, slot: usize) {
        if let Some(quarters) = &mut self.quarters {
            quarters.retain(|quarter, _| usize::from(quarter / 2) != slot);
            if quarters.is_empty() {
                self.quarters = None;
            }
        }
    }

    /// Removes the value of a half-hour, and of its quarters.
    pub fn clear(&mut self, slot: usize) {
        self.clear_quarters(slot);
        if self.value(slot).is_some() {
            let others = !(1 << slot);
            self.present &= others;
            self.estimated &= others;
            self.spread &= others;
            self.values.set(slot, 0);
        }
    }

    /// The same half-hours without those of a mask.
    pub fn without(&self, mask: SlotMask) -> Self {
        let mut left = self.clone();
        if mask & (self.present | self.known_by_half()) != 0 {
            (0..MAX_SLOTS)
                .filter(|slot| mask & (1 << slot) != 0)
                .for_each(|slot| left.clear(slot));
        }
        left
    }

    /// The value of a half-hour, in millionths of the unit.
    pub fn value(&self, slot: usize) -> Option<Quantity> {
        (slot < MAX_SLOTS && self.present & (1 << slot) != 0).then(|| self.values.get(slot))
    }

    /// How the value of a half-hour was obtained.
    pub fn quality(&self, slot: usize) -> Option<Quality> {
        self.value(slot)?;
        let bit = 1 << slot;
        Some(match (self.estimated & bit, self.spread & bit) {
            (0, 0) => Quality::Actual,
            (0, _) => Quality::Spread,
            _ => Quality::Estimated,
        })
    }

    /// The values of all [`MAX_SLOTS`] half-hours, in order.
    pub fn options(&self) -> impl Iterator<Item = Option<Quantity>> {
        (0..MAX_SLOTS).map(|slot| self.value(slot))
    }

    /// The half-hours that have a value, each with its value and its quality, in order.
    pub fn each(&self) -> impl Iterator<Item = (usize, Quantity, Quality)> {
        (0..MAX_SLOTS).filter_map(|slot| Some((slot, self.value(slot)?, self.quality(slot)?)))
    }

    /// The values that there are, in order.
    pub fn values(&self) -> impl Iterator<Item = Quantity> {
        self.options().flatten()
    }

    /// The quality letter of each half-hour, `-` if there is no value.
    pub fn letters(&self) -> [u8; MAX_SLOTS] {
        std::array::from_fn(|slot| {
            self.quality(slot)
                .map_or(b'-', |quality| quality.letter() as u8)
        })
    }

    /// The half-hours with a value.
    pub fn present(&self) -> SlotMask {
        self.present
    }

    /// The half-hours with an estimate.
    pub fn estimated(&self) -> SlotMask {
        self.estimated
    }

    /// The half-hours whose value is spread from a longer interval.
    pub fn spread(&self) -> SlotMask {
        self.spread
    }

    /// The number of the last half-hour with a value, counted from 1; 0 without values.
    pub fn last(&self) -> u8 {
        (SlotMask::BITS - self.present.leading_zeros()) as u8
    }

    /// Appends the values of all [`MAX_SLOTS`] half-hours, 0 where there is none, and which of them there are.
    pub(super) fn append_to(&self, values: &mut Vec<Quantity>, present: &mut BitmapBuilder) {
        match &self.values {
            Values::Narrow(own) => values.extend(own.iter().copied().map(Quantity::from)),
            Values::Wide(own) => values.extend_from_slice(own.as_slice()),
        }
        let bytes = self.present.to_le_bytes();
        present.extend_from_slice(&bytes, 0, MAX_SLOTS);
    }

    /// What the values take in memory beside the type's own size, in bytes.
    pub(super) fn boxed_bytes(&self) -> usize {
        let values = match self.values {
            Values::Narrow(_) => 0,
            Values::Wide(_) => size_of::<[Quantity; MAX_SLOTS]>(),
        };
        values + self.quarters.as_ref().map_or(0, |_| NODE)
    }

    /// The sum of the values, in millionths of the unit.
    pub fn sum(&self) -> Quantity {
        match &self.values {
            Values::Narrow(values) => values.iter().copied().map(Quantity::from).sum(),
            Values::Wide(values) => values.iter().sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_read_back_as_they_were_set() {
        let wide = i64::from(u32::MAX) + 1;
        let sent = [
            (0, 5, Quality::Actual),
            (3, 0, Quality::Estimated),
            (49, wide, Quality::Spread),
        ];
        let mut slots: Slots = sent.into_iter().collect();
        assert_eq!(slots.value(3), Some(0));
        assert_eq!(slots.value(1), None);
        assert_eq!(slots.value(49), Some(wide));
        assert_eq!(slots.quality(49), Some(Quality::Spread));
        assert_eq!(&slots.letters()[..4], b"A--E");
        assert_eq!((slots.sum(), slots.last()), (wide + 5, 50));
        slots.set(0, 6, Quality::Estimated);
        slots.set(3, 1, Quality::Actual);
        assert_eq!((slots.estimated(), slots.spread()), (1, 1 << 49));
        let masks = (slots.present(), slots.estimated(), slots.spread());
        let values = std::array::from_fn(|slot| slots.value(slot).unwrap_or(-1));
        assert_eq!(Slots::new(&values, masks.0, masks.1, masks.2), slots);
    }

    #[test]
    fn equal_slots_are_equal_however_they_came_about() {
        let narrow = Slots::of_quality(Quality::Actual, [7, 8]);
        let mut widened = narrow.clone();
        widened.set(5, i64::MAX, Quality::Spread);
        assert_ne!(widened, narrow);
        assert_eq!(widened.without(1 << 5), narrow);
        assert_ne!(narrow.without(1), narrow);
        assert_ne!(
            Slots::of_quality(Quality::Estimated, [7, 8]),
            narrow,
            "quality counts"
        );
    }

    #[test]
    fn a_quarter_is_in_no_sum_and_yields_to_the_value_of_its_half_hour() {
        let mut slots = Slots::of_quality(Quality::Actual, [7, 8]);
        let whole = slots.clone();
        slots.set_quarter(1, 9, Quality::Actual);
        assert_eq!(slots, whole, "the first half-hour has a value");
        slots.set_quarter(5, 9, Quality::Estimated);
        assert_ne!(slots, whole);
        assert_eq!(slots.quarter(5), Some((9, Quality::Estimated)));
        assert_eq!((slots.sum(), slots.value(2)), (15, None));
        assert_eq!((slots.last(), slots.known_by_half()), (2, 1 << 2));
        assert_eq!(slots.without(1 << 2), whole);
        slots.set(2, 20, Quality::Actual);
        assert_eq!((slots.known_by_half(), slots.sum()), (0, 35));
    }

    #[test]
    fn a_half_hour_that_no_day_has_is_dropped() {
        let mut slots = Slots::default();
        slots.set(MAX_SLOTS, 1, Quality::Actual);
        assert_eq!(slots, Slots::default());
        assert_eq!((slots.value(64), slots.quality(64)), (None, None));
    }
}
