//! Periods and runs of days.

use chrono::NaiveDate;
use events::AcademicYear;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The days a footprint is about.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Period {
    /// An academic year, of which only the days before `as_of` have passed.
    AcademicYear {
        /// Which.
        year: AcademicYear,
        /// The day from which on nothing is expected yet.
        as_of: NaiveDate,
    },
    /// The twelve months that ended before `as_of`. Only whole days, so that the counted and the expected half-hours cover the
    /// same days.
    #[serde(rename = "trailing-12-months")]
    Trailing {
        /// The day from which on nothing is counted or expected yet.
        as_of: NaiveDate,
    },
}

impl Period {
    /// `2025-26` or `trailing-12-months`.
    pub fn key(self) -> String {
        match self {
            Period::AcademicYear { year, .. } => year.path(),
            Period::Trailing { .. } => "trailing-12-months".to_owned(),
        }
    }

    /// The period in words for readers.
    pub fn label(self) -> String {
        match self {
            Period::AcademicYear { year, .. } if self.is_whole() => year.to_string(),
            Period::AcademicYear { year, .. } => format!("{year} so far"),
            Period::Trailing { .. } => {
                format!("12 months to {}", self.days().to.format("%-d %B %Y"))
            }
        }
    }

    /// Its first and last day, whether they have passed or not.
    pub fn days(self) -> Days {
        match self {
            Period::AcademicYear { year, .. } => Days {
                from: year.first_day(),
                to: year.last_day(),
            },
            Period::Trailing { as_of } => Days {
                from: as_of
                    .checked_sub_months(chrono::Months::new(12))
                    .unwrap_or(as_of),
                to: as_of.pred_opt().unwrap_or(as_of),
            },
        }
    }

    /// The day from which on nothing is counted or expected yet: today, or the date for which figures are requested.
    pub fn as_of(self) -> NaiveDate {
        match self {
            Period::AcademicYear { as_of, .. } | Period::Trailing { as_of } => as_of,
        }
    }

    /// Whether it is a full year. A part-year is never shown as a year.
    pub fn is_whole(self) -> bool {
        match self {
            Period::AcademicYear { year, as_of } => year.last_day() < as_of,
            Period::Trailing { .. } => true,
        }
    }

    /// The calendar year with most of its days; that year's factors price an academic year (the majority rule).
    pub fn majority_year(self) -> i32 {
        use chrono::Datelike;
        let Days { from, to } = self.days();
        let turn = NaiveDate::from_ymd_opt(to.year(), 1, 1).unwrap_or(to);
        let (before, after) = ((turn - from).num_days(), (to - turn).num_days() + 1);
        if before > after {
            from.year()
        } else {
            to.year()
        }
    }
}

/// A run of days, both ends included; empty when `to` is before `from`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
pub struct Days {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
}

impl Days {
    /// The days in both.
    pub fn and(self, other: Days) -> Days {
        Days {
            from: self.from.max(other.from),
            to: self.to.min(other.to),
        }
    }

    /// How many.
    pub fn count(self) -> i64 {
        ((self.to - self.from).num_days() + 1).max(0)
    }

    /// Whether `day` is one of them.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// From `from` to `to`, or without end.
    pub fn from_until(from: NaiveDate, to: Option<NaiveDate>) -> Days {
        Days {
            from,
            to: to.unwrap_or(NaiveDate::MAX),
        }
    }
}
