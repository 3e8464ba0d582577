//! The academic year, 1 September to 31 August: a trust's financial and reporting year.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Named by the calendar year in which it begins; written `2018/19`, or `2018-19` where a slash cannot stand.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(into = "String", try_from = "String")]
#[schema(value_type = String, pattern = "^[0-9]{4}/[0-9]{2}$")]
pub struct AcademicYear(i32);

/// Text that is not an academic year.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("an academic year is written 2018/19 or 2018-19; got {0:?}")]
pub struct AcademicYearError(pub String);

impl AcademicYear {
    /// The year that begins on 1 September of `year`.
    pub fn beginning(year: i32) -> Self {
        AcademicYear(year)
    }

    /// The year a day falls in.
    pub fn of(day: NaiveDate) -> Self {
        AcademicYear(day.year() - i32::from(day.month() < 9))
    }

    /// This year and those after it, up to the one a day falls in.
    pub fn until(self, day: NaiveDate) -> impl Iterator<Item = Self> {
        (self.0..=AcademicYear::of(day).0).map(AcademicYear)
    }

    /// 1 September.
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0, 9, 1).unwrap_or_default()
    }

    /// 31 August of the next calendar year.
    pub fn last_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0 + 1, 8, 31).unwrap_or_default()
    }

    /// The one before.
    pub fn before(self) -> Self {
        AcademicYear(self.0.saturating_sub(1))
    }

    /// The calendar year in which it ends, which has eight of its twelve months and so names its factors.
    pub fn ends_in(self) -> i32 {
        self.0 + 1
    }

    /// `2018-19`, for paths and labels.
    pub fn path(self) -> String {
        format!("{:04}-{:02}", self.0, (self.0 + 1).rem_euclid(100))
    }
}

impl fmt::Display for AcademicYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}/{:02}", self.0, (self.0 + 1).rem_euclid(100))
    }
}

impl FromStr for AcademicYear {
    type Err = AcademicYearError;
    fn from_str(text: &str) -> Result<Self, AcademicYearError> {
        let wrong = || AcademicYearError(text.to_owned());
        let (first, second) = text.split_once(['/', '-']).ok_or_else(wrong)?;
        let four_digits = first.len() == 4 && first.bytes().all(|b| b.is_ascii_digit());
        let year: i32 = first
            .parse()
            .ok()
            .filter(|_| four_digits)
            .ok_or_else(wrong)?;
        let follows = second == format!("{:02}", (year + 1) % 100);
        follows.then_some(AcademicYear(year)).ok_or_else(wrong)
    }
}

impl TryFrom<String> for AcademicYear {
    type Error = AcademicYearError;
    fn try_from(text: String) -> Result<Self, AcademicYearError> {
        text.parse()
    }
}

impl From<AcademicYear> for String {
    fn from(year: AcademicYear) -> String {
        year.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_read_in_two_ways_only_and_written_as_it_is_read() {
        for text in ["2018/19", "2018-19", "1999/00", "0225/26"] {
            let year: AcademicYear = text.parse().unwrap_or(AcademicYear(0));
            assert_eq!(year.to_string(), text.replace('-', "/"));
            assert_eq!(year.path(), text.replace('/', "-"));
        }
        for wrong in [
            "2018",
            "2018/2019",
            "2018/20",
            "18/19",
            "+225/26",
            "-225/24",
            "2147483647/48",
        ] {
            let read = wrong.parse::<AcademicYear>();
            assert_eq!(read, Err(AcademicYearError(wrong.to_owned())));
        }
    }
}
