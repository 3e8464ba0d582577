//! Mishaps with bins: they are not emptied, or contain the wrong waste.

use super::super::chance::Chance;
use super::super::schools::School;

/// Two schools whose contractor often misses a collection.
const OFTEN_MISSED: [u64; 2] = [5, 11];

/// Two schools that put the wrong waste into the dry recycling.
const CARELESS: [u64; 2] = [2, 9];

/// The mishaps of one load.
pub(super) struct Mishaps {
    /// The bins were due, but the contractor did not come.
    pub missed: bool,
    /// The share of the load that was the wrong waste, if the contractor looked.
    pub contaminated: Option<f64>,
    /// The load was refused as recycling, and is treated like residual waste.
    pub rejected: bool,
}

impl Mishaps {
    /// The mishaps of a load at a school; `chance` belongs to the load. The contractor inspects only mixed dry recycling,
    /// and not at every school.
    pub(super) fn of(school: &School, is_mixed: bool, chance: Chance) -> Self {
        let one_in = if OFTEN_MISSED.contains(&school.number) {
            11
        } else {
            150
        };
        let missed = chance.about("missed").once_in(one_in);
        let share = chance.about("contaminated");
        let share = if CARELESS.contains(&school.number) {
            share.between(0.06, 0.21)
        } else {
            share.between(0.005, 0.04)
        };
        let looked = is_mixed && !missed && !school.number.is_multiple_of(5);
        Mishaps {
            missed,
            contaminated: looked.then_some(share),
            rejected: looked && share > 0.18,
        }
    }
}
