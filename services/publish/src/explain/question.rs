//! What is asked, and over which days.

use chrono::NaiveDate;
use events::MeterId;
use footprint::Days;
use lake::Month;

use super::CannotSay;
use crate::format;

/// A figure, and how far down from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// Which figure, such as `gas`; the carbon intensity unless said.
    pub figure: Option<String>,
    /// Which meter of it: its months.
    pub meter: Option<MeterId>,
    /// Which month: its days.
    pub month: Option<Month>,
    /// Which day: its half-hours.
    pub day: Option<NaiveDate>,
}

impl Question {
    /// The name of the figure that is meant.
    pub fn figure(&self) -> &str {
        self.figure.as_deref().unwrap_or("intensity")
    }

    /// The days that are asked about: one, a month's, or all that count.
    pub(super) fn days(&self, counted: Days) -> Result<Days, CannotSay> {
        let asked = match (self.day, self.month) {
            (Some(day), month) if month.is_none_or(|month| month == Month::of(day)) => {
                Days { from: day, to: day }
            }
            (Some(day), Some(month)) => return Err(CannotSay::OtherMonth { day, month }),
            (_, Some(month)) => of_month(month),
            (_, None) => return Ok(counted),
        };
        match asked.and(counted).count() {
            0 => Err(CannotSay::Days { asked, counted }),
            _ => Ok(asked),
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

/// The months that days lie in.
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
