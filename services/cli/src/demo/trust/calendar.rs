//! The days an English school is open: rules that are within a day or two of the dates most authorities publish.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use events::{AcademicYear, Term};

/// The kind of a day for a school.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayKind {
    /// Pupils are in.
    School,
    /// Saturday or Sunday.
    Weekend,
    /// A weekday outside term, or a bank holiday.
    Holiday,
}

/// The kind of a day.
pub(super) fn kind(day: NaiveDate) -> DayKind {
    match day.weekday() {
        Weekday::Sat | Weekday::Sun => DayKind::Weekend,
        _ if is_holiday(day) => DayKind::Holiday,
        _ => DayKind::School,
    }
}

fn is_holiday(day: NaiveDate) -> bool {
    let year = day.year();
    let week_of = |monday: Option<NaiveDate>| {
        monday.is_some_and(|monday| (0..5).contains(&(day - monday).num_days()))
    };
    let from_easter = (day - easter(year)).num_days();
    match (day.month(), day.day()) {
        (12, 20..) | (1, ..=4) | (7, 22..) | (8, _) | (9, ..=2) => true,
        (2, _) => week_of(nth_monday(year, 2, 3)),
        (5, ..=7) => day.weekday() == Weekday::Mon,
        (5 | 6, _) => week_of(last_monday(year, 5)),
        (10 | 11, _) => week_of(last_monday(year, 10)),
        // The week before Easter and the week after.
        (3 | 4, _) => (-6..=5).contains(&from_easter),
        _ => false,
    }
}

/// The terms of a year: from the first school day after a holiday to the last before the next, including weekends inside.
/// Bank holidays divide a term as half terms do.
pub(super) fn terms(year: AcademicYear) -> Vec<Term> {
    let days = year.first_day().iter_days();
    let days = days.take_while(|day| *day <= year.last_day());
    let open: Vec<NaiveDate> = days.filter(|day| kind(*day) == DayKind::School).collect();
    // Two consecutive school days of one term have at most a weekend between them.
    let one_term = |day: &NaiveDate, next: &NaiveDate| {
        (*next - *day).num_days() <= if day.weekday() == Weekday::Fri { 3 } else { 1 }
    };
    let runs = open.chunk_by(one_term);
    runs.filter_map(|run| {
        Some(Term {
            from: *run.first()?,
            to: *run.last()?,
        })
    })
    .collect()
}

/// Easter Sunday by the anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8).
pub(super) fn easter(year: i32) -> NaiveDate {
    let (century, of_century) = (year / 100, year % 100);
    let cycle = year % 19;
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let moon = (19 * cycle + century - century / 4 - correction + 15) % 30;
    let week = (32 + 2 * (century % 4) + 2 * (of_century / 4) - moon - of_century % 4) % 7;
    let late = (cycle + 11 * moon + 22 * week) / 451;
    let days = (moon + week - 7 * late + 114).unsigned_abs();
    date(year, days / 31, days % 31 + 1)
}

/// The autumn census day of an academic year: the first Thursday of October.
pub(super) fn autumn_census(year: AcademicYear) -> NaiveDate {
    let october = date(year.first_day().year(), 10, 1);
    let to_thursday = (3 + 7 - october.weekday().num_days_from_monday()) % 7;
    october + Days::new(u64::from(to_thursday))
}

/// A date that exists; the epoch if it does not.
pub(super) fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// The `nth` Monday of a month.
pub(super) fn nth_monday(year: i32, month: u32, nth: u8) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, nth)
}

fn last_monday(year: i32, month: u32) -> Option<NaiveDate> {
    nth_monday(year, month, 5).or_else(|| nth_monday(year, month, 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_falls_where_the_church_has_it() {
        for (year, month, day) in [(2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2024, 3, 31)] {
            assert_eq!(easter(year), date(year, month, day));
        }
    }

    #[test]
    fn a_year_has_about_190_school_days() {
        for year in 2023..2030 {
            let year = AcademicYear::beginning(year);
            let days = year.first_day().iter_days();
            let school = days.take_while(|day| *day <= year.last_day());
            let count = school.filter(|day| kind(*day) == DayKind::School).count();
            assert!((185..=197).contains(&count), "{year}: {count}");
        }
    }

    #[test]
    fn terms_hold_every_school_day_and_no_holiday() {
        for year in 2023..2030 {
            let year = AcademicYear::beginning(year);
            let terms = terms(year);
            let in_term = |day| {
                terms
                    .iter()
                    .any(|term| (term.from..=term.to).contains(&day))
            };
            let days = year.first_day().iter_days();
            for day in days.take_while(|day| *day <= year.last_day()) {
                match kind(day) {
                    DayKind::School => assert!(in_term(day), "{day}"),
                    DayKind::Holiday => assert!(!in_term(day), "{day}"),
                    DayKind::Weekend => {}
                }
            }
            // Six terms, and the bank holiday in May divides the fifth.
            assert_eq!(terms.len(), 7, "{year}: {terms:?}");
        }
    }

    #[test]
    fn the_census_of_2025_was_taken_on_2_october() {
        assert_eq!(
            autumn_census(AcademicYear::beginning(2025)),
            date(2025, 10, 2)
        );
    }
}
