//! Answers by mode, and shares of groups of modes beside them: no share may tell a count that is held back.

use std::collections::BTreeMap;

use events::{Mode, ModeCounts};
use footprint::{is_active, is_car, is_sustainable, picked};

use super::{Shown, is_safe, table};

/// A group of modes whose share is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    /// Walking, scooting and cycling.
    Active,
    /// Those, shared cars, park and stride, buses and trains.
    Sustainable,
    /// A car or motorcycle to the gate.
    Car,
}

/// All of them.
pub(crate) const GROUPS: [Group; 3] = [Group::Active, Group::Sustainable, Group::Car];

impl Group {
    /// As labels and columns have it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Group::Active => "active",
            Group::Sustainable => "sustainable",
            Group::Car => "car",
        }
    }

    /// Whether a mode belongs to it.
    pub(crate) fn has(self, mode: Mode) -> bool {
        match self {
            Group::Active => is_active(mode),
            Group::Sustainable => is_sustainable(mode),
            Group::Car => is_car(mode),
        }
    }
}

/// What may be published of the answers to one question.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Answers {
    /// By mode.
    pub(crate) counts: BTreeMap<Mode, Shown>,
    /// Shares of all answers; a group is absent where its share would tell a count that is not shown.
    pub(crate) shares: BTreeMap<Group, f64>,
}

/// The ways to cut the modes so that the total of each part may be told, the best first. A part's total tells nothing if
/// what is hidden in it is safe.
const CUTS: [fn(Mode) -> u8; 4] = [
    |mode| u8::from(is_active(mode)) + 2 * u8::from(is_car(mode)),
    |mode| u8::from(is_active(mode)),
    |mode| u8::from(is_car(mode)),
    |_| 0,
];

/// What may be published of counts by mode whose total is published.
pub(crate) fn answers(counts: &ModeCounts) -> Answers {
    let whole = picked(counts, |_| true);
    let cut = CUTS.into_iter().find_map(|cut| {
        let parts = parts(counts, cut);
        let safe = parts.iter().all(|part| is_safe(part, &table(part)));
        safe.then_some(parts)
    });
    let Some(parts) = cut else {
        return Answers {
            counts: table(counts),
            shares: BTreeMap::new(),
        };
    };
    let shown: BTreeMap<Mode, Shown> = parts.iter().flat_map(table).collect();
    let told = |group: &Group| {
        let mut parts = parts.iter();
        whole > 0 && parts.all(|part| tells_nothing(part, &shown, *group))
    };
    let share = |group: Group| {
        let of_group = picked(counts, |mode| group.has(mode));
        (group, f64::from(of_group) / f64::from(whole))
    };
    Answers {
        shares: GROUPS.into_iter().filter(told).map(share).collect(),
        counts: shown,
    }
}

fn parts(counts: &ModeCounts, cut: fn(Mode) -> u8) -> Vec<ModeCounts> {
    let mut parts: BTreeMap<u8, ModeCounts> = BTreeMap::new();
    for (mode, count) in counts {
        parts.entry(cut(*mode)).or_default().insert(*mode, *count);
    }
    parts.into_values().collect()
}

/// Whether a part stays safe when what belongs to the group is told apart in it.
fn tells_nothing(part: &ModeCounts, shown: &BTreeMap<Mode, Shown>, group: Group) -> bool {
    let half = |inside: bool| -> BTreeMap<Mode, Shown> {
        let modes = part.keys().filter(|mode| group.has(**mode) == inside);
        modes
            .filter_map(|mode| Some((*mode, *shown.get(mode)?)))
            .collect()
    };
    is_safe(part, &half(true)) && is_safe(part, &half(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EIGHT: [Mode; 8] = [
        Mode::Walk,
        Mode::Scoot,
        Mode::Cycle,
        Mode::Car,
        Mode::ParkAndStride,
        Mode::PublicBus,
        Mode::Taxi,
        Mode::Other,
    ];

    /// Walk, scoot, cycle, car, park and stride, bus, taxi and other; and active, sustainable and car.
    fn check(counts: [u32; 8], shown: [&str; 8], shares: [Option<f64>; 3]) {
        let counts: ModeCounts = EIGHT.into_iter().zip(counts).collect();
        let answers = answers(&counts);
        let texts = EIGHT.map(|mode| answers.counts[&mode].text());
        assert_eq!(texts, shown);
        let of = |group| answers.shares.get(&group).copied();
        assert_eq!(GROUPS.map(of), shares);
    }

    #[test]
    fn what_is_withheld_beside_a_small_count_is_of_its_own_group_so_that_shares_can_be_told() {
        check(
            [40, 3, 7, 30, 10, 10, 0, 0],
            ["40", "<5", "withheld", "30", "10", "10", "0", "0"],
            [Some(0.5), Some(0.7), Some(0.3)],
        );
        check(
            [40, 5, 5, 30, 9, 7, 2, 2],
            ["40", "5", "5", "30", "9", "withheld", "<5", "<5"],
            [Some(0.5), None, Some(0.3)],
        );
    }

    #[test]
    fn a_share_that_gives_a_small_count_away_is_not_told() {
        // All but three walk: told apart, they are three.
        check(
            [57, 0, 0, 3, 0, 0, 0, 0],
            ["withheld", "0", "0", "<5", "0", "0", "0", "0"],
            [None, None, None],
        );
        // The taxi's three are what all others leave: the cars' share is held back with their count.
        check(
            [50, 0, 0, 47, 0, 0, 3, 0],
            ["50", "0", "0", "withheld", "0", "0", "<5", "0"],
            [Some(0.5), Some(0.5), None],
        );
    }

    #[test]
    fn nothing_is_told_of_four_answers_and_everything_of_many() {
        check(
            [2, 0, 0, 2, 0, 0, 0, 0],
            ["<5", "0", "0", "<5", "0", "0", "0", "0"],
            [None, None, None],
        );
        check(
            [20, 10, 10, 30, 10, 10, 5, 5],
            ["20", "10", "10", "30", "10", "10", "5", "5"],
            [Some(0.4), Some(0.6), Some(0.3)],
        );
        assert_eq!(super::answers(&ModeCounts::new()), Answers::default());
    }
}
