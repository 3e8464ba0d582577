//! Survey counts under 5 are never published, nor anything from which they could be worked out: not from another count or a
//! share, and not by a reader who knows these rules.
//!
//! A school's answers to a question in one academic year give one table, and nothing else about them is published: the periods
//! that count the year show this table, explanations name no counts, and a trust's shares are computed from the published
//! tables of its schools. So no two published sets of answers can be subtracted from each other.

mod answers;

pub use answers::{Answers, GROUPS, Group, answers};

/// The smallest number of people that is ever published.
pub const FEWEST_PUBLISHED: u32 = 5;

/// A count as it may be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The exact count.
    Count(u32),
    /// One to four.
    UnderFive,
    /// Withheld: under five, or a count under five could be worked out from it.
    Withheld,
}

impl Shown {
    /// The count, if it is shown.
    pub fn count(self) -> Option<u32> {
        match self {
            Shown::Count(count) => Some(count),
            Shown::UnderFive | Shown::Withheld => None,
        }
    }

    /// The text for readers.
    pub fn text(self) -> String {
        match self {
            Shown::Count(count) => count.to_string(),
            Shown::UnderFive => "<5".to_owned(),
            Shown::Withheld => "withheld".to_owned(),
        }
    }
}

/// Whether a count is of too few people to be published.
pub fn is_small(count: u32) -> bool {
    (1..FEWEST_PUBLISHED).contains(&count)
}

/// A single count without published parts, in its published form.
pub fn shown(count: u32) -> Shown {
    match is_small(count) {
        true => Shown::UnderFive,
        false => Shown::Count(count),
    }
}
