//! Survey counts under 5 are never published, nor what would give them away.

mod answers;

use std::collections::BTreeMap;

pub(crate) use answers::{Answers, GROUPS, Group, answers};

/// A count as it may be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// As it is.
    Count(u32),
    /// One to four.
    UnderFive,
    /// Five or more, held back because with it a count under five could be told from the total.
    Withheld,
}

impl Shown {
    /// The count, where it is shown.
    pub(crate) fn count(self) -> Option<u32> {
        match self {
            Shown::Count(count) => Some(count),
            Shown::UnderFive | Shown::Withheld => None,
        }
    }

    /// As people read it.
    pub(crate) fn text(self) -> String {
        match self {
            Shown::Count(count) => count.to_string(),
            Shown::UnderFive => "<5".to_owned(),
            Shown::Withheld => "withheld".to_owned(),
        }
    }
}

fn is_small(count: u32) -> bool {
    (1..5).contains(&count)
}

/// A single count as it may be published.
pub(crate) fn shown(count: u32) -> Shown {
    if is_small(count) {
        Shown::UnderFive
    } else {
        Shown::Count(count)
    }
}

/// Counts whose total is published too. While what is hidden could be told from the total, the next smallest is withheld
/// as well.
fn table<K: Ord + Copy>(counts: &BTreeMap<K, u32>) -> BTreeMap<K, Shown> {
    let mut table: BTreeMap<K, Shown> = counts
        .iter()
        .map(|(key, count)| (*key, shown(*count)))
        .collect();
    loop {
        let next = table
            .iter()
            .filter_map(|(key, shown)| Some((shown.count().filter(|count| *count > 0)?, *key)))
            .min();
        match next {
            Some((_, key)) if !is_safe(counts, &table) => table.insert(key, Shown::Withheld),
            _ => return table,
        };
    }
}

/// Whether what is hidden cannot be told from the total: one count alone can, and so can a few that are together under
/// five.
fn is_safe<K: Ord>(counts: &BTreeMap<K, u32>, table: &BTreeMap<K, Shown>) -> bool {
    let hidden: Vec<u32> = table
        .iter()
        .filter(|(_, shown)| shown.count().is_none())
        .filter_map(|(key, _)| counts.get(key).copied())
        .collect();
    hidden.is_empty() || (hidden.len() > 1 && hidden.iter().sum::<u32>() >= 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(counts: &[u32], expected: &[&str]) {
        let counts: BTreeMap<usize, u32> = counts.iter().copied().enumerate().collect();
        let texts: Vec<String> = table(&counts).into_values().map(Shown::text).collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn counts_under_five_are_suppressed_and_cannot_be_told_from_the_total() {
        check(&[120, 0, 34], &["120", "0", "34"]);
        check(&[120, 3, 34], &["120", "<5", "withheld"]);
        check(&[120, 3, 4, 34], &["120", "<5", "<5", "34"]);
        check(&[120, 1, 1, 34], &["120", "<5", "<5", "withheld"]);
        check(&[3], &["<5"]);
    }
}
