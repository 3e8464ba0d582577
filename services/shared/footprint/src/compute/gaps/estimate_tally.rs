//! Adds up the estimates for a meter's gaps.

use std::collections::BTreeMap;

use events::Quantity;

use crate::message::{EstimateBasis, GapMethod};

/// The estimate for a whole day: `energy` over `over`, in milliwatt-hours, not yet divided so that it is rounded only once.
pub(super) struct Estimated {
    pub(super) energy: i128,
    pub(super) over: i128,
    pub(super) basis: EstimateBasis,
    /// The number of days it was compared with.
    pub(super) compared: usize,
}

/// The running totals for the gaps of one meter.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) half_hours: i64,
    pub(super) left: i64,
    pub(super) energy: Quantity,
    by: BTreeMap<EstimateBasis, GapMethod>,
}

impl Tally {
    /// Adds the missing share of a day's half-hours, rounded to the nearest milliwatt-hour.
    pub(super) fn add(&mut self, estimated: &Estimated, missing: i64, slots: i64) {
        let (part, whole) = (
            estimated.energy * i128::from(missing),
            estimated.over * i128::from(slots),
        );
        let rounded = (2 * part + whole) / (2 * whole);
        self.energy = self
            .energy
            .saturating_add(Quantity::try_from(rounded).unwrap_or(Quantity::MAX));
        self.half_hours += missing;
        let by = self.by.entry(estimated.basis).or_insert(GapMethod {
            basis: estimated.basis,
            days: 0,
            fewest: usize::MAX,
            most: 0,
        });
        by.days += 1;
        by.fewest = by.fewest.min(estimated.compared);
        by.most = by.most.max(estimated.compared);
    }

    /// The methods by which days were estimated.
    pub(super) fn methods(&self) -> Vec<GapMethod> {
        self.by.values().copied().collect()
    }
}
