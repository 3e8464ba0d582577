//! A question, and the days it is about.

use chrono::NaiveDate;
use events::MeterId;
use footprint::Days;
use lake::Month;

use super::InvalidQuestion;
use crate::format;

/// A figure, and the level of detail below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// Which figure, such as `gas`; the carbon intensity by default.
    pub figure: Option<String>,
    /// Which of its meters: shows the months.
    pub meter: Option<MeterId>,
    /// Which month: shows the days.
    pub month: Option<Month>,
    /// Which day: shows the half-hours.
    pub day: Option<NaiveDate>,
}

impl Question {
    /// The name of the figure, with the default applied.
    pub fn figure(&self) -> &str {
        self.figure.as_deref().unwrap_or("intensity")
    }

    /// The days the question is about: one, a month's, or all that count.
    pub(super) fn days(&self, counted: Days) -> Result<Days, InvalidQuestion> {
        let requested = match (self.day, self.month) {
            (Some(day), month) if month.is_none_or(|month| month == Month::of(day)) => {
                Days { from: day, to: day }
            }
            (Some(day), Some(month)) => return Err(InvalidQuestion::OtherMonth { day, month }),
            (_, Some(month)) => of_month(month),
            (_, None) => return Ok(counted),
        };
        match requested.and(counted).count() {
            0 => Err(InvalidQuestion::Days { requested, counted }),
            _ => Ok(requested),
        }
    }
}

/// The days of a month.
pub(super) fn of_month(month: Month) -> Days {
    let from = format::month_first(&month.to_string()).unwrap_or_default();
    Days {
        from,
        to: format::last_of_month(from),
    }
}

/// The months that contain these days.
pub(super) fn months(days: Days) -> Vec<Month> {
    let mut months = Vec::new();
    let mut first = days.from;
    while first <= days.to {
        let month = Month::of(first);
        months.push(month);
        match of_month(month).to.succ_opt() {
            Some(next) => first = next,
            None => break,
        }
    }
    months
}
