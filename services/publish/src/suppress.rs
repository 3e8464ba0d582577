//! Survey counts under 5 are never published, nor what would give them away.

use std::collections::BTreeMap;

use footprint::SurveyFigures;

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

/// Counts whose total is published too. While what is hidden could be told from the total (one count alone, or a few
/// that together are under five), the next smallest is withheld as well.
pub(crate) fn table<K: Ord + Copy>(counts: &BTreeMap<K, u32>) -> BTreeMap<K, Shown> {
    let mut table: BTreeMap<K, Shown> = counts
        .iter()
        .map(|(key, count)| (*key, shown(*count)))
        .collect();
    loop {
        let hidden: Vec<u32> = table
            .iter()
            .filter(|(_, shown)| shown.count().is_none())
            .map(|(key, _)| counts[key])
            .collect();
        let safe = hidden.is_empty() || (hidden.len() > 1 && hidden.iter().sum::<u32>() >= 5);
        let next = table
            .iter()
            .filter_map(|(key, shown)| Some((shown.count().filter(|count| *count > 0)?, *key)))
            .min();
        match next {
            Some((_, key)) if !safe => table.insert(key, Shown::Withheld),
            _ => return table,
        };
    }
}

/// The share of responses that `picks` a group of modes; none where either the group or the rest is under five.
pub(crate) fn share(survey: &SurveyFigures, picks: impl Fn(events::Mode) -> bool) -> Option<f64> {
    let group: u32 = survey
        .current
        .iter()
        .filter(|(mode, _)| picks(**mode))
        .map(|(_, count)| count)
        .sum();
    let rest = survey.responses.saturating_sub(group);
    let tells_too_much = is_small(group) || is_small(rest);
    survey.share(picks).filter(|_| !tells_too_much)
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

    #[test]
    fn a_share_that_gives_a_small_count_away_is_none() {
        use events::Mode;
        let survey = |walk, car| SurveyFigures {
            roll: 100,
            responses: walk + car,
            current: [(Mode::Walk, walk), (Mode::Car, car)].into(),
            ..SurveyFigures::default()
        };
        assert_eq!(share(&survey(3, 57), footprint::is_active), None);
        assert_eq!(share(&survey(57, 3), footprint::is_active), None);
        assert_eq!(share(&survey(30, 30), footprint::is_active), Some(0.5));
    }
}
