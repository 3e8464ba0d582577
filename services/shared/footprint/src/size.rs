//! Whether a trust is large, and so has to report under SECR: two of turnover, balance sheet and employees.
//!
//! Source: `factors/company_size.csv`, which says of each row where it was read and how sure it is.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::csv_table::{self, TableError};

/// What a trust says of its size in one financial year; what it does not say is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompanySize {
    /// Turnover, in whole pounds.
    pub turnover_gbp: Option<i64>,
    /// Balance sheet total, in whole pounds.
    pub balance_sheet_gbp: Option<i64>,
    /// Employees, on average over the year.
    pub employees: Option<i64>,
}

/// From which size on a company is large, for financial years that begin on certain days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SizeThresholds {
    /// The first day such a year begins on.
    pub begins_from: NaiveDate,
    /// The last; none while the row holds.
    pub begins_to: Option<NaiveDate>,
    /// Turnover, in pounds.
    pub turnover_gbp: i64,
    /// Balance sheet total, in pounds.
    pub balance_sheet_gbp: i64,
    /// Employees.
    pub employees: i64,
    /// Where the row was read.
    pub source: String,
    /// How sure it is, in words.
    pub confidence: String,
}

impl SizeThresholds {
    /// The thresholds of a financial year that begins on `day`; none for one before SECR.
    pub fn of_year_beginning(day: NaiveDate) -> Result<Option<Self>, TableError> {
        let table = include_str!("../factors/company_size.csv");
        for row in csv_table::rows("the table of company sizes", table) {
            let (_, row): (_, SizeThresholds) = row?;
            if row.begins_from <= day && row.begins_to.is_none_or(|last| day <= last) {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// Whether a company of this size is large: it reaches two of the three. None where what is known cannot decide.
    pub fn is_large(&self, size: &CompanySize) -> Option<bool> {
        let reached = self.reached(size);
        let count = |wanted| reached.iter().filter(|one| **one == Some(wanted)).count();
        match () {
            () if count(true) >= 2 => Some(true),
            () if count(false) >= 2 => Some(false),
            () => None,
        }
    }

    /// Turnover, balance sheet and employees, each: whether it is reached.
    fn reached(&self, size: &CompanySize) -> [Option<bool>; 3] {
        [
            (size.turnover_gbp, self.turnover_gbp),
            (size.balance_sheet_gbp, self.balance_sheet_gbp),
            (size.employees, self.employees),
        ]
        .map(|(is, limit)| Some(is? >= limit))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use super::*;

    fn check(begins: &str, size: [Option<i64>; 3], expected: Option<bool>) {
        let [turnover_gbp, balance_sheet_gbp, employees] = size;
        let size = CompanySize {
            turnover_gbp,
            balance_sheet_gbp,
            employees,
        };
        let thresholds = SizeThresholds::of_year_beginning(begins.parse().unwrap()).unwrap();
        assert_eq!(thresholds.unwrap().is_large(&size), expected, "{begins}");
    }

    #[test]
    fn two_of_three_make_a_company_large_by_the_limits_of_the_day_its_year_begins() {
        const M: i64 = 1_000_000;
        // 40m, 20m and 240 employees: two of 36m, 18m and 250 are reached, and none of 54m, 27m and 250.
        let trust = [Some(40 * M), Some(20 * M), Some(240)];
        check("2024-09-01", trust, Some(true));
        check("2025-04-05", trust, Some(true));
        check("2025-04-06", trust, Some(false));
        check("2025-09-01", trust, Some(false));
        check("2024-09-01", [Some(36 * M), None, Some(250)], Some(true));
        check("2024-09-01", [Some(36 * M), None, Some(249)], None);
        check("2024-09-01", [None, Some(M), Some(249)], Some(false));
        check("2024-09-01", [None; 3], None);
    }

    #[test]
    fn a_year_before_secr_has_no_thresholds() {
        let before = NaiveDate::from_ymd_opt(2018, 9, 1).unwrap();
        assert_eq!(SizeThresholds::of_year_beginning(before).unwrap(), None);
    }
}
