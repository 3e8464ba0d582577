//! Days, months and instants, as people read them.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use chrono_tz::Europe::London;
use footprint::Days;

/// `21 November 2026`
pub(crate) fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// `21 Nov 2026`
pub(crate) fn short_day(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// The end of an interval, on London's clock: `21 Nov 2026` and `23:30`. An end at midnight is shown as 24:00 of the day
/// before: a meter that has sent all of Saturday has sent nothing of Sunday.
pub(crate) fn ended(instant: DateTime<Utc>) -> (String, String) {
    let local = instant.with_timezone(&London).naive_local();
    match local.date().pred_opt() {
        Some(before) if local.time() == NaiveTime::MIN => {
            (short_day(before), "00:00 next day".to_owned())
        }
        _ => (short_day(local.date()), local.format("%H:%M").to_string()),
    }
}

/// The same as one text: `21 Nov 2026, 24:00`.
pub(crate) fn instant(instant: DateTime<Utc>) -> String {
    let (day, time) = ended(instant);
    format!("{day}, {time}")
}

/// A half-hour of the local clock by when it begins, counted from midnight: `17:30` is number 35.
pub(crate) fn clock(half_hour: usize) -> String {
    format!("{:02}:{:02}", half_hour / 2, half_hour % 2 * 30)
}

/// The first day of a month written `2026-03`.
pub(crate) fn month_first(month: &str) -> Option<NaiveDate> {
    format!("{month}-01").parse().ok()
}

/// `March 2026`
pub(crate) fn month(month: &str) -> String {
    month_first(month).map_or_else(
        || month.to_owned(),
        |first| first.format("%B %Y").to_string(),
    )
}

/// Whether all days of a month lie in `days`.
pub(crate) fn month_is_whole(month: &str, days: Days) -> bool {
    month_first(month)
        .is_some_and(|first| days.contains(first) && days.contains(last_of_month(first)))
}

pub(crate) fn last_of_month(day: NaiveDate) -> NaiveDate {
    let (year, month) = if day.month() == 12 {
        (day.year() + 1, 1)
    } else {
        (day.year(), day.month() + 1)
    };
    NaiveDate::from_ymd_opt(year, month, 1)
        .and_then(|next| next.pred_opt())
        .unwrap_or(day)
}
