//! Answers by mode, and shares of groups of modes beside them.
//!
//! Withheld counts all look the same, and which counts are withheld depends only on their sizes, not on their modes: if two
//! withheld counts are swapped, the published result is the same. So a count under five stays unknown as long as the counts
//! withheld with it are not all equal.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use events::{Mode, ModeCounts};
use serde::Serialize;
use utoipa::ToSchema;

use super::{FEWEST_PUBLISHED, Shown, is_small, shown};
use crate::message::{is_active, is_car, is_sustainable, picked};

/// A group of modes with a published share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Walking, scooting and cycling.
    Active,
    /// The same, plus shared cars, park and stride, buses and trains.
    Sustainable,
    /// A car or motorcycle to the gate.
    Car,
}

/// All groups.
pub const GROUPS: [Group; 3] = [Group::Active, Group::Sustainable, Group::Car];

impl Group {
    /// The spelling in labels and columns.
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

/// The publishable part of the answers to one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// The number of answers.
    pub total: Shown,
    /// The counts by mode; if the total is not published, not even the modes are.
    pub counts: BTreeMap<Mode, Shown>,
    /// Shares of all answers; a group is absent if its share would reveal a count that is not shown.
    pub shares: BTreeMap<Group, f64>,
}

/// Modes whose total may be published, and the limit up to which their counts are withheld.
struct Part {
    counts: ModeCounts,
    /// Counts up to this one are withheld.
    withheld_to: u32,
}

/// The publishable part of counts by mode.
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
    let is_published =
        |group: &Group| total > 0 && parts.iter().all(|part| part.is_not_cut_by(*group));
    let share = |group: Group| {
        let of_group = picked(counts, |mode| group.has(mode));
        (group, f64::from(of_group) / f64::from(total))
    };
    Answers {
        total: shown(total),
        shares: GROUPS.into_iter().filter(is_published).map(share).collect(),
        counts: parts.iter().flat_map(Part::shown).collect(),
    }
}

/// The finest parts whose totals may be published; none if not even the overall total may. A part that cannot hide its small
/// counts is joined with another, and then all counts of both are withheld.
fn parts(counts: &ModeCounts) -> Option<Vec<Part>> {
    let of = |has: fn(Mode) -> bool| -> ModeCounts {
        let counts = counts.iter().filter(|(_, count)| **count > 0);
        let counts = counts.filter(|(mode, _)| has(**mode));
        counts.map(|(mode, count)| (*mode, *count)).collect()
    };
    let is_rest = |mode| !is_active(mode) && !is_car(mode);
    let separate = |has| Part::separate(of(has));
    let joined = match (separate(is_active), separate(is_car), separate(is_rest)) {
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
    /// Withholds the small counts, and as many of the next smallest as needed until no count can be worked out; counts of the
    /// same size are withheld together. None if that is impossible.
    fn separate(counts: ModeCounts) -> Option<Self> {
        let mut sizes: Vec<u32> = counts.values().copied().collect();
        sizes.sort_unstable();
        if !sizes.first().is_some_and(|least| is_small(*least)) {
            return Some(Part {
                counts,
                withheld_to: 0,
            });
        }
        let larger = sizes.iter().copied().filter(|size| !is_small(*size));
        let limits = std::iter::once(FEWEST_PUBLISHED - 1).chain(larger);
        let is_enough = |limit: &u32| {
            let withheld = sizes.partition_point(|size| size <= limit);
            is_open(&sizes[..withheld])
        };
        let withheld_to = limits.into_iter().find(is_enough)?;
        Some(Part {
            counts,
            withheld_to,
        })
    }

    /// Withholds all counts; none if they could be worked out all the same, because the total is small or each mode has one
    /// person.
    fn joined(counts: ModeCounts) -> Option<Self> {
        let total = picked(&counts, |_| true);
        let enough = counts.len() > 1 && total >= FEWEST_PUBLISHED && total as usize > counts.len();
        enough.then_some(Part {
            counts,
            withheld_to: u32::MAX,
        })
    }

    fn is_withheld(&self, count: u32) -> bool {
        count <= self.withheld_to
    }

    /// Whether the withheld modes are all in the group, or all outside it: in both cases the group's share reveals nothing
    /// beyond the part's total.
    fn is_not_cut_by(&self, group: Group) -> bool {
        let withheld = self
            .counts
            .iter()
            .filter(|(_, count)| self.is_withheld(**count));
        let mut inside = withheld.map(|(mode, _)| group.has(*mode));
        inside
            .next()
            .is_none_or(|first| inside.all(|other| other == first))
    }

    fn shown(&self) -> impl Iterator<Item = (Mode, Shown)> {
        self.counts.iter().map(|(mode, count)| {
            let shown = match self.is_withheld(*count) {
                true => Shown::Withheld,
                false => Shown::Count(*count),
            };
            (*mode, shown)
        })
    }
}

/// Whether withheld counts with a published total stay unknown; they are given in order. Their total must not be small, and
/// either they differ, so that they could be swapped, or one could be one higher and another one lower.
fn is_open(withheld: &[u32]) -> bool {
    let (Some(least), Some(most)) = (withheld.first(), withheld.last()) else {
        return true;
    };
    let differ = least < most || (2..FEWEST_PUBLISHED - 1).contains(least);
    withheld.len() > 1 && withheld.iter().sum::<u32>() >= FEWEST_PUBLISHED && differ
}
