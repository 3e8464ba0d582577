//! Tracks which topics a member holds of each partition number. A member may work on a number only if it holds that number in
//! every topic: a school's events lie in all topics under one number, and a member with only some of the topics has only part
//! of the school's history.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// The partitions that a member holds.
#[derive(Debug, Default)]
pub(super) struct Assignment {
    /// The number of topics that make a partition number complete.
    topics: usize,
    numbers: BTreeMap<i32, BTreeSet<String>>,
    /// Since when some number is held in some topics and missing in others.
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
    pub(super) fn take_up(&mut self, parts: Vec<Part>) -> Vec<i32> {
        let before = self.whole();
        for (topic, number) in parts {
            self.numbers.entry(number).or_default().insert(topic);
        }
        self.look();
        self.whole().difference(&before).copied().collect()
    }

    /// The complete numbers that would be incomplete without these parts.
    pub(super) fn whole_of(&self, parts: &[Part]) -> Vec<i32> {
        let named: BTreeSet<i32> = parts.iter().map(|(_, number)| *number).collect();
        self.whole().intersection(&named).copied().collect()
    }

    /// Removes parts.
    pub(super) fn give_up(&mut self, parts: &[Part]) {
        for (topic, number) in parts {
            if let Some(topics) = self.numbers.get_mut(number) {
                topics.remove(topic);
            }
        }
        self.numbers.retain(|_, topics| !topics.is_empty());
        self.look();
    }

    /// The parts of these numbers.
    pub(super) fn parts(&self, numbers: &[i32]) -> Vec<Part> {
        let topics = |number: &i32| self.numbers.get(number).into_iter().flatten();
        numbers
            .iter()
            .flat_map(|number| topics(number).map(|topic| (topic.clone(), *number)))
            .collect()
    }

    /// The numbers that are held in some topics only.
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

    fn look(&mut self) {
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
    fn a_number_is_whole_when_it_is_held_of_every_topic_however_they_come() {
        let mut assignment = Assignment::of(2);
        let came = assignment.take_up(vec![
            part("readings", 0),
            part("waste", 0),
            part("waste", 1),
        ]);
        assert_eq!((came, assignment.torn()), (vec![0], vec![1]));
        assert!(assignment.torn_for(Duration::ZERO));
        assert_eq!(assignment.take_up(vec![part("readings", 1)]), [1]);
        assert!(assignment.torn().is_empty() && !assignment.torn_for(Duration::ZERO));
        assert_eq!(
            assignment.take_up(vec![part("readings", 1)]),
            [0; 0],
            "it was"
        );
    }

    #[test]
    fn a_number_that_loses_one_topic_is_to_be_given_up_and_comes_back_when_that_does() {
        let mut assignment = Assignment::of(2);
        let all = vec![
            part("readings", 0),
            part("waste", 0),
            part("readings", 1),
            part("waste", 1),
        ];
        assert_eq!(assignment.take_up(all.clone()), [0, 1]);
        let goes = [part("waste", 1)];
        assert_eq!(assignment.whole_of(&goes), [1]);
        assignment.give_up(&goes);
        assert_eq!(assignment.torn(), [1]);
        assert_eq!(assignment.parts(&[1]), [part("readings", 1)]);
        assert_eq!(assignment.take_up(goes.to_vec()), [1]);
        assignment.give_up(&all);
        assert!(assignment.torn().is_empty() && assignment.parts(&[0, 1]).is_empty());
    }
}
