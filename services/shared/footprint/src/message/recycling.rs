//! Simpler Recycling: what a site lacks, and its wording.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Verdict;
use crate::period::Days;
use crate::waste::Fraction;

/// Simpler Recycling, England's rule for workplaces: whether a site separates what the rule asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimplerRecycling {
    /// Whether it does; none before the rule binds.
    pub verdict: Option<Verdict>,
    /// What is missing or still has to be shown.
    pub missing: Vec<RecyclingLack>,
}

/// One thing that a site lacks, or has to show, for Simpler Recycling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum RecyclingLack {
    /// Any collection.
    AnyCollection {
        /// The days that were judged.
        judged: Days,
    },
    /// A separate collection of a category.
    Collection {
        /// The category.
        of: Fraction,
        /// The days that were judged.
        judged: Days,
        /// Whether these are enough to conclude that it is not collected at all.
        long_enough: bool,
    },
    /// The collector's assessment that paper and card may go with the other dry recycling.
    PaperAssessment,
    /// A collection of residual waste: every site has some.
    Residual {
        /// The days that were judged.
        judged: Days,
    },
    /// Evidence that plastic film is recycled.
    PlasticFilm {
        /// The day on which that became a duty.
        since: NaiveDate,
        /// The target that the evidence is filed for.
        target: u8,
    },
}

/// As a sentence without its full stop.
impl fmt::Display for RecyclingLack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecyclingLack::AnyCollection { judged } => {
                write!(f, "no collection is known {}", judged_days(*judged))
            }
            RecyclingLack::Collection {
                of,
                judged,
                long_enough,
            } => {
                let (what, judged_days) = (name(*of), judged_days(*judged));
                write!(f, "no {what} was collected separately {judged_days}")?;
                match long_enough {
                    true => Ok(()),
                    false => f.write_str(", too short a time to tell"),
                }
            }
            RecyclingLack::PaperAssessment => f.write_str(
                "paper and card are not collected separately: the collector's written assessment that they may go with the other \
                 dry recycling has to be filed",
            ),
            RecyclingLack::Residual { judged } => write!(
                f,
                "no residual waste was collected {}: who takes it has to be shown",
                judged_days(*judged)
            ),
            RecyclingLack::PlasticFilm { since, target } => write!(
                f,
                "plastic film and bags have to be recycled since {}: waste codes do not tell, so evidence for target {target} \
                 that names plastic film in its title has to be filed",
                since.format("%-d %B %Y")
            ),
        }
    }
}

/// `in the 92 days to 22 November 2026`
fn judged_days(judged: Days) -> String {
    let (days, to) = (judged.count(), judged.to.format("%-d %B %Y"));
    match days {
        1 => format!("on {to}"),
        _ => format!("in the {days} days to {to}"),
    }
}

fn name(of: Fraction) -> &'static str {
    match of {
        Fraction::Plastic => "plastic",
        Fraction::Metal => "metal",
        Fraction::Glass => "glass",
        Fraction::Mixed => "dry recycling",
        Fraction::Paper => "paper and card",
        Fraction::Food => "food waste",
        Fraction::Residual => "residual waste",
        Fraction::Unasked => "other waste",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lack: RecyclingLack, sentence: &str) {
        assert_eq!(lack.to_string(), sentence);
    }

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default()
    }

    #[test]
    fn what_is_missing_is_stated_with_the_days_that_were_judged() {
        let days = |from| Days {
            from,
            to: day(11, 22),
        };
        check(
            RecyclingLack::AnyCollection {
                judged: days(day(11, 22)),
            },
            "no collection is known on 22 November 2026",
        );
        let food = |long_enough| RecyclingLack::Collection {
            of: Fraction::Food,
            judged: days(day(9, 1)),
            long_enough,
        };
        let expected = "no food waste was collected separately in the 83 days to 22 November 2026";
        check(food(true), expected);
        check(
            food(false),
            &format!("{expected}, too short a time to tell"),
        );
        check(
            RecyclingLack::Residual {
                judged: days(day(9, 1)),
            },
            "no residual waste was collected in the 83 days to 22 November 2026: who takes it has to be shown",
        );
        check(
            RecyclingLack::PaperAssessment,
            "paper and card are not collected separately: the collector's written assessment that they may go with the other \
             dry recycling has to be filed",
        );
        check(
            RecyclingLack::PlasticFilm {
                since: day(3, 31),
                target: 6,
            },
            "plastic film and bags have to be recycled since 31 March 2026: waste codes do not tell, so evidence for target 6 \
             that names plastic film in its title has to be filed",
        );
    }
}
