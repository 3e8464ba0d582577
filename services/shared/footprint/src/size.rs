//! Whether a trust is large, and so has to report under SECR: two of turnover, balance sheet and employees.
//!
//! Source: `factors/company_size.csv`, which gives the source of each row and how certain it is. Reaching the limits, or
//! falling below them, counts once it has happened in two consecutive financial years (Companies Act 2006, section 465(3)).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::AcademicYear;
use serde::{Deserialize, Serialize};

use crate::csv_table;
use crate::csv_table::TableError;

/// A trust's stated size in one financial year; figures that it does not state are unknown.
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

/// The thresholds above which a company is large, for financial years that begin on certain days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SizeThresholds {
    /// The first day such a year begins on.
    pub begins_from: NaiveDate,
    /// The last such day; none while the row is in force.
    pub begins_to: Option<NaiveDate>,
    /// Turnover, in pounds.
    pub turnover_gbp: i64,
    /// Balance sheet total, in pounds.
    pub balance_sheet_gbp: i64,
    /// Employees.
    pub employees: i64,
    /// The source of the row.
    pub source: String,
    /// How certain it is, in words.
    pub confidence: String,
}

/// How it was decided whether a company counts as large in a financial year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The year and the one before agree.
    BothYears {
        /// Their result.
        large: bool,
    },
    /// The year differs from the one before, so it changes nothing yet: the last result of two consecutive years still holds.
    NotYetChanged {
        /// The result that holds.
        large: bool,
        /// The later of the two years with that result.
        since: AcademicYear,
    },
    /// The known sizes cannot decide.
    Unknown {
        /// The result of the year alone: it decides if the year is the company's first.
        alone: Option<bool>,
        /// The latest year about which too little is known.
        lacks: AcademicYear,
    },
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

    /// Whether a company of this size is large: it reaches two of the three thresholds. None if the known figures cannot
    /// decide.
    pub fn is_large(&self, size: &CompanySize) -> Option<bool> {
        let reached = self.reached(size);
        let count = |wanted| reached.iter().filter(|one| **one == Some(wanted)).count();
        match () {
            () if count(true) >= 2 => Some(true),
            () if count(false) >= 2 => Some(false),
            () => None,
        }
    }

    /// Whether a company counts as large in a year, from its sizes in that and earlier years, all compared with these limits:
    /// in the first year to which limits apply, they apply to the years before as well (SI 2024/1303, transitional provision).
    pub fn standing(
        &self,
        year: AcademicYear,
        sizes: &BTreeMap<AcademicYear, CompanySize>,
    ) -> Standing {
        let in_year = |year: AcademicYear| sizes.get(&year).and_then(|size| self.is_large(size));
        let unknown = |lacks| Standing::Unknown {
            alone: in_year(year),
            lacks,
        };
        let mut later = year;
        loop {
            let before = later.before();
            match (in_year(later), in_year(before)) {
                (None, _) => return unknown(later),
                (_, None) => return unknown(before),
                (Some(large), Some(same)) if large == same && later == year => {
                    return Standing::BothYears { large };
                }
                (Some(large), Some(same)) if large == same => {
                    return Standing::NotYetChanged {
                        large,
                        since: later,
                    };
                }
                _ => later = before,
            }
        }
    }

    /// Whether each of turnover, balance sheet and employees is reached.
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

    /// By the limits of 2024: 40m, 20m and 240 employees are large, and 10m, 5m and 240 are not.
    fn standing(large_in: &[(i32, bool)], year: i32) -> Standing {
        let size = |large: bool| CompanySize {
            turnover_gbp: Some(if large { 40_000_000 } else { 10_000_000 }),
            balance_sheet_gbp: Some(if large { 20_000_000 } else { 5_000_000 }),
            employees: Some(240),
        };
        let sizes = large_in
            .iter()
            .map(|(year, large)| (AcademicYear::beginning(*year), size(*large)));
        let begins = NaiveDate::from_ymd_opt(2024, 9, 1).unwrap();
        let limits = SizeThresholds::of_year_beginning(begins).unwrap().unwrap();
        limits.standing(AcademicYear::beginning(year), &sizes.collect())
    }

    #[test]
    fn one_year_over_or_under_the_limits_changes_nothing() {
        let year = AcademicYear::beginning;
        let both = |large| Standing::BothYears { large };
        let not_yet = |large, since| Standing::NotYetChanged {
            large,
            since: year(since),
        };
        let unknown = |alone, lacks| Standing::Unknown {
            alone,
            lacks: year(lacks),
        };
        assert_eq!(standing(&[(2023, true), (2024, true)], 2024), both(true));
        assert_eq!(standing(&[(2023, false), (2024, false)], 2024), both(false));
        let grown = [(2021, false), (2022, false), (2023, false), (2024, true)];
        assert_eq!(standing(&grown, 2024), not_yet(false, 2023));
        let shrunk = [(2022, true), (2023, true), (2024, false)];
        assert_eq!(standing(&shrunk, 2024), not_yet(true, 2023));
        // Back and forth: no two consecutive years agree on anything new since 2021 and 2022 did.
        let to_and_fro = [
            (2021, true),
            (2022, true),
            (2023, false),
            (2024, true),
            (2025, false),
        ];
        assert_eq!(standing(&to_and_fro, 2025), not_yet(true, 2022));
        assert_eq!(standing(&[(2024, true)], 2024), unknown(Some(true), 2023));
        assert_eq!(standing(&[(2023, true)], 2024), unknown(None, 2024));
        let turned = [(2023, false), (2024, true)];
        assert_eq!(standing(&turned, 2024), unknown(Some(true), 2022));
    }

    #[test]
    fn a_year_before_secr_has_no_thresholds() {
        let before = NaiveDate::from_ymd_opt(2018, 9, 1).unwrap();
        assert_eq!(SizeThresholds::of_year_beginning(before).unwrap(), None);
    }
}
