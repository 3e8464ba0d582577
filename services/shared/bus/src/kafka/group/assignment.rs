//! Tracks which topics a member owns of each partition number. A member may work on a number only if it owns that number in
//! every topic: a school's events lie in all topics under one number, and a member with only some of the topics has only part
//! of the school's history.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// The partitions that a member owns.
#[derive(Debug, Default)]
pub(super) struct Assignment {
    /// The number of topics that make a partition number complete.
    topics: usize,
    numbers: BTreeMap<i32, BTreeSet<String>>,
    /// Since when some number is assigned in some topics and missing in others.
    torn_since: Option<Instant>,
}

/// A partition of a topic.
pub(super) type Part = (String, i32);

impl Assignment {
    pub(super) fn of(topics: usize) -> Self {
        Assignment {
            topics,
            ..Assignment::default()
        }
    }

    /// Adds parts; returns the numbers that have become complete.
    pub(super) fn assign(&mut self, parts: Vec<Part>) -> Vec<i32> {
        let before = self.whole();
        for (topic, number) in parts {
            self.numbers.entry(number).or_default().insert(topic);
        }
        self.update_torn_since();
        self.whole().difference(&before).copied().collect()
    }

    /// The complete numbers that would be incomplete without these parts.
    pub(super) fn whole_among(&self, parts: &[Part]) -> Vec<i32> {
        let named: BTreeSet<i32> = parts.iter().map(|(_, number)| *number).collect();
        self.whole().intersection(&named).copied().collect()
    }

    /// Removes parts.
    pub(super) fn revoke(&mut self, parts: &[Part]) {
        for (topic, number) in parts {
            if let Some(topics) = self.numbers.get_mut(number) {
                topics.remove(topic);
            }
        }
        self.numbers.retain(|_, topics| !topics.is_empty());
        self.update_torn_since();
    }

    /// The numbers that are assigned in some topics only.
    pub(super) fn torn(&self) -> Vec<i32> {
        let torn = self.numbers.iter();
        torn.filter(|(_, topics)| topics.len() < self.topics)
            .map(|(number, _)| *number)
            .collect()
    }

    /// Whether numbers have been incomplete for at least this long.
    pub(super) fn torn_for(&self, long: Duration) -> bool {
        self.torn_since.is_some_and(|since| since.elapsed() >= long)
    }

    fn whole(&self) -> BTreeSet<i32> {
        let whole = self.numbers.iter();
        whole
            .filter(|(_, topics)| topics.len() >= self.topics)
            .map(|(number, _)| *number)
            .collect()
    }

    fn update_torn_since(&mut self) {
        match self.torn().is_empty() {
            true => self.torn_since = None,
            false => {
                self.torn_since.get_or_insert_with(Instant::now);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(topic: &str, number: i32) -> Part {
        (topic.to_owned(), number)
    }

    #[test]
    fn a_partition_is_whole_once_it_is_assigned_in_every_topic_in_any_order() {
        let mut assignment = Assignment::of(2);
        let came = assignment.assign(vec![
            part("readings", 0),
            part("waste", 0),
            part("waste", 1),
        ]);
        assert_eq!((came, assignment.torn()), (vec![0], vec![1]));
        assert!(assignment.torn_for(Duration::ZERO));
        assert_eq!(assignment.assign(vec![part("readings", 1)]), [1]);
        assert!(assignment.torn().is_empty() && !assignment.torn_for(Duration::ZERO));
        assert_eq!(
            assignment.assign(vec![part("readings", 1)]),
            [0; 0],
            "it was"
        );
    }

    #[test]
    fn a_partition_that_loses_one_topic_is_revoked_and_returns_with_that_topic() {
        let mut assignment = Assignment::of(2);
        let all = vec![
            part("readings", 0),
            part("waste", 0),
            part("readings", 1),
            part("waste", 1),
        ];
        assert_eq!(assignment.assign(all.clone()), [0, 1]);
        let goes = [part("waste", 1)];
        assert_eq!(assignment.whole_among(&goes), [1]);
        assignment.revoke(&goes);
        assert_eq!(assignment.torn(), [1]);
        assert_eq!(assignment.assign(goes.to_vec()), [1]);
        assignment.revoke(&all);
        assert!(assignment.torn().is_empty() && assignment.whole().is_empty());
    }
}
