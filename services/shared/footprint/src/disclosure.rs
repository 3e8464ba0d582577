//! Survey counts under 5 are never published, nor what would give them away: not from another count or a share, not by one
//! who knows these rules.
//!
//! One table is made of a school's answers to a question in one academic year, and nothing else is published of them: the
//! periods that count the year show this table, explanations name no counts, and a trust's shares are worked out of what
//! its schools show. So there are no two published sets of answers of which one could be subtracted from the other.

mod answers;

pub use answers::{Answers, GROUPS, Group, answers};

/// No fewer people than this are ever told of.
pub const FEWEST_TOLD: u32 = 5;

/// A count as it may be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// As it is.
    Count(u32),
    /// One to four.
    UnderFive,
    /// Held back: under five, or with it a count under five could be worked out.
    Withheld,
}

impl Shown {
    /// The count, where it is shown.
    pub fn count(self) -> Option<u32> {
        match self {
            Shown::Count(count) => Some(count),
            Shown::UnderFive | Shown::Withheld => None,
        }
    }

    /// As people read it.
    pub fn text(self) -> String {
        match self {
            Shown::Count(count) => count.to_string(),
            Shown::UnderFive => "<5".to_owned(),
            Shown::Withheld => "withheld".to_owned(),
        }
    }
}

/// Whether a count is of so few people that it is not told.
pub fn is_small(count: u32) -> bool {
    (1..FEWEST_TOLD).contains(&count)
}

/// A single count, of which no part is told, as it may be published.
pub fn shown(count: u32) -> Shown {
    match is_small(count) {
        true => Shown::UnderFive,
        false => Shown::Count(count),
    }
}
