//! What goes wrong with bins: they are not emptied, or hold what does not belong there.

use super::super::chance::Chance;
use super::super::schools::School;

/// Two schools whose contractor often does not come.
const OFTEN_MISSED: [u64; 2] = [5, 11];

/// Two schools that put into the dry recycling what does not belong there.
const CARELESS: [u64; 2] = [2, 9];

/// What happened to one load.
pub(super) struct Mishaps {
    /// The bins were due, and nobody came.
    pub missed: bool,
    /// The share of the load that did not belong there, where the contractor looked.
    pub contaminated: Option<f64>,
    /// The load was refused as recycling, and goes where residual waste goes.
    pub rejected: bool,
}

impl Mishaps {
    /// What happens at a school; `chance` is the load's. The contractor looks into mixed dry recycling alone, and not at
    /// every school.
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
