//! Answers by mode, and shares of groups of modes beside them.
//!
//! What is held back looks the same whatever it is, and is decided by the counts without regard to whose they are: exchange
//! two that are held back, and the same is published. So a count under five is open as long as what is held back beside it
//! is not all the same.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use events::{Mode, ModeCounts};

use super::{FEWEST_TOLD, Shown, is_small, shown};
use crate::message::{is_active, is_car, is_sustainable, picked};

/// A group of modes whose share is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Walking, scooting and cycling.
    Active,
    /// Those, shared cars, park and stride, buses and trains.
    Sustainable,
    /// A car or motorcycle to the gate.
    Car,
}

/// All of them.
pub const GROUPS: [Group; 3] = [Group::Active, Group::Sustainable, Group::Car];

impl Group {
    /// As labels and columns have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Group::Active => "active",
            Group::Sustainable => "sustainable",
            Group::Car => "car",
        }
    }

    /// Whether a mode belongs to it.
    pub fn has(self, mode: Mode) -> bool {
        match self {
            Group::Active => is_active(mode),
            Group::Sustainable => is_sustainable(mode),
            Group::Car => is_car(mode),
        }
    }
}

/// What may be published of the answers to one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// How many there are.
    pub total: Shown,
    /// By mode; of a total that is not told not even the modes are.
    pub counts: BTreeMap<Mode, Shown>,
    /// Shares of all answers; a group is absent where its share would tell a count that is not shown.
    pub shares: BTreeMap<Group, f64>,
}

/// Modes whose total may be told, and which of them are held back in it.
struct Part {
    counts: ModeCounts,
    /// Counts up to this one are held back.
    held_back_to: u32,
}

/// What may be published of counts by mode.
pub fn answers(counts: &ModeCounts) -> Answers {
    let total = picked(counts, |_| true);
    let Some(parts) = parts(counts) else {
        return Answers {
            total: match is_small(total) {
                true => Shown::UnderFive,
                false => Shown::Withheld,
            },
            counts: BTreeMap::new(),
            shares: BTreeMap::new(),
        };
    };
    let told = |group: &Group| total > 0 && parts.iter().all(|part| part.is_not_cut_by(*group));
    let share = |group: Group| {
        let of_group = picked(counts, |mode| group.has(mode));
        (group, f64::from(of_group) / f64::from(total))
    };
    Answers {
        total: shown(total),
        shares: GROUPS.into_iter().filter(told).map(share).collect(),
        counts: parts.iter().flat_map(Part::shown).collect(),
    }
}

/// The parts whose totals may be told, the finest that can be; none where not even the total of all can. A part that cannot
/// hide what is small in it is joined with another, and then all of both is held back.
fn parts(counts: &ModeCounts) -> Option<Vec<Part>> {
    let of = |has: fn(Mode) -> bool| -> ModeCounts {
        let counts = counts.iter().filter(|(_, count)| **count > 0);
        let counts = counts.filter(|(mode, _)| has(**mode));
        counts.map(|(mode, count)| (*mode, *count)).collect()
    };
    let is_rest = |mode| !is_active(mode) && !is_car(mode);
    let alone = |has| Part::alone(of(has));
    let joined = match (alone(is_active), alone(is_car), alone(is_rest)) {
        (Some(active), Some(car), Some(rest)) => return Some(vec![active, car, rest]),
        (None, Some(car), _) => Part::joined(of(|mode| !is_car(mode))).map(|rest| vec![rest, car]),
        (Some(active), _, _) => {
            Part::joined(of(|mode| !is_active(mode))).map(|rest| vec![active, rest])
        }
        (None, None, _) => None,
    };
    joined.or_else(|| Part::joined(of(|_| true)).map(|all| vec![all]))
}

impl Part {
    /// Holds back what is small, and with it ever more of the next smallest counts, all of one size together, until nothing
    /// can be worked out; none where that cannot be.
    fn alone(counts: ModeCounts) -> Option<Self> {
        let mut sizes: Vec<u32> = counts.values().copied().collect();
        sizes.sort_unstable();
        if !sizes.first().is_some_and(|least| is_small(*least)) {
            return Some(Part {
                counts,
                held_back_to: 0,
            });
        }
        let larger = sizes.iter().copied().filter(|size| !is_small(*size));
        let limits = std::iter::once(FEWEST_TOLD - 1).chain(larger);
        let is_enough = |limit: &u32| {
            let held_back = sizes.partition_point(|size| size <= limit);
            is_open(&sizes[..held_back])
        };
        let held_back_to = limits.into_iter().find(is_enough)?;
        Some(Part {
            counts,
            held_back_to,
        })
    }

    /// Holds back everything; none where that could be worked out all the same, because it is a few or everyone came alone.
    fn joined(counts: ModeCounts) -> Option<Self> {
        let total = picked(&counts, |_| true);
        let enough = counts.len() > 1 && total >= FEWEST_TOLD && total as usize > counts.len();
        enough.then_some(Part {
            counts,
            held_back_to: u32::MAX,
        })
    }

    fn is_held_back(&self, count: u32) -> bool {
        count <= self.held_back_to
    }

    /// Whether all that is held back belongs to the group, or none of it does: then the part's total tells the group's.
    fn is_not_cut_by(&self, group: Group) -> bool {
        let held_back = self
            .counts
            .iter()
            .filter(|(_, count)| self.is_held_back(**count));
        let mut inside = held_back.map(|(mode, _)| group.has(*mode));
        inside
            .next()
            .is_none_or(|first| inside.all(|other| other == first))
    }

    fn shown(&self) -> impl Iterator<Item = (Mode, Shown)> {
        self.counts.iter().map(|(mode, count)| {
            let shown = match self.is_held_back(*count) {
                true => Shown::Withheld,
                false => Shown::Count(*count),
            };
            (*mode, shown)
        })
    }
}

/// Whether counts whose total can be told stay open, given in order: together they are not a few, and either they differ, so
/// that they could be exchanged, or one could be one more and another one less.
fn is_open(held_back: &[u32]) -> bool {
    let (Some(least), Some(most)) = (held_back.first(), held_back.last()) else {
        return true;
    };
    let differ = least < most || (2..FEWEST_TOLD - 1).contains(least);
    held_back.len() > 1 && held_back.iter().sum::<u32>() >= FEWEST_TOLD && differ
}
