//! Whether the days of a file are written day-first or month-first: all its rows settle it together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use events::{Refusal, Rule};
use serde::{Deserialize, Serialize};

use super::is_of_our_time;
use super::place::row;
use crate::rules::Fault;

/// The longest gap, in days, between the days of a file that run on: a week's holiday at most.
const LONGEST_GAP: i64 = 7;

/// The largest age, in days, at which a single day of a file is plausible.
const RECENT: i64 = 45;

/// Which of day and month comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayOrder {
    /// 31/12/2026
    DayFirst,
    /// 12/31/2026
    MonthFirst,
}

impl DayOrder {
    /// The order of these formats.
    pub(super) fn of(formats: &[String]) -> Self {
        let first = |part: &str| formats.iter().find_map(|format| format.find(part));
        match first("%d") < first("%m") {
            true => DayOrder::DayFirst,
            false => DayOrder::MonthFirst,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            DayOrder::DayFirst => "day-first",
            DayOrder::MonthFirst => "month-first",
        }
    }
}

/// How the days of a file are read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DateOrder {
    /// In the notation of strftime: the first that reads a text counts.
    pub(super) formats: Vec<String>,
    /// A note for the sender, where the order is in doubt or is not the format's.
    pub(super) note: Option<String>,
}

/// How days and times of a spreadsheet are written when it is opened; no other reading of them is possible.
const ISO_DAY: &str = "%Y-%m-%d";
const ISO_TIMES: [&str; 2] = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"];

/// The time that a text says in the first of these formats that reads it, or as ISO 8601 writes it. Unless it must be `with_time`,
/// a day is its midnight.
pub(super) fn stamp(text: &str, formats: &[String], with_time: bool) -> Option<NaiveDateTime> {
    let read = |format: &str| {
        let stamp = NaiveDateTime::parse_from_str(text, format).ok();
        let day = || NaiveDate::parse_from_str(text, format).ok();
        stamp
            .or_else(|| (!with_time).then(day)?.map(NaiveDateTime::from))
            .filter(|stamp| is_of_our_time(&stamp.date()))
    };
    let formats = formats.iter().map(String::as_str);
    formats.chain(ISO_TIMES).chain([ISO_DAY]).find_map(read)
}

/// Whether days in one of these formats could also be read with day and month swapped.
pub(super) fn has_two_orders(formats: &[String]) -> bool {
    formats.iter().any(|format| swapped(format).is_some())
}

/// The order that the sender of a part says all rows of its table settle.
pub(super) fn told(formats: &[String], order: DayOrder) -> DateOrder {
    if DayOrder::of(formats) == order {
        return as_stated(formats);
    }
    let other = formats.iter().filter_map(|format| swapped(format));
    DateOrder {
        formats: other.collect(),
        note: None,
    }
}

/// Rows of which some can only be day-first and others only month-first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Contradiction {
    /// The first line of either kind.
    pub(super) lines: [usize; 2],
    pub(super) refusal: Refusal,
}

/// Settles the order by every row of the file: `dates` are its texts, each with its first line. Fails where some rows can only
/// be day-first and others only month-first.
pub(super) fn settle(
    dates: &BTreeMap<String, usize>,
    column: &str,
    formats: &[String],
    today: NaiveDate,
) -> Result<DateOrder, Contradiction> {
    let other: Vec<String> = formats
        .iter()
        .filter_map(|format| swapped(format))
        .collect();
    if other.is_empty() {
        return Ok(as_stated(formats));
    }
    let parse =
        |text: &str, formats: &[String]| stamp(text, formats, false).map(|stamp| stamp.date());
    let (mut only_stated, mut only_other) = (Vec::new(), Vec::new());
    let mut either = BTreeSet::new();
    for (text, line) in dates {
        match (parse(text, formats), parse(text, &other)) {
            (Some(_), None) => only_stated.push((*line, text.as_str())),
            (None, Some(_)) => only_other.push((*line, text.as_str())),
            (Some(stated), Some(other)) if stated != other => {
                either.insert((stated, other));
            }
            _ => {}
        }
    }
    match (only_stated.into_iter().min(), only_other.into_iter().min()) {
        (Some(stated), Some(other)) => Err(contradiction(column, stated, other)),
        (Some(_), None) => Ok(as_stated(formats)),
        (None, Some((line, text))) => {
            let why = format!("{} ({text}) can only be read so", row(line));
            Ok(in_other_order(formats, other, &why))
        }
        (None, None) => Ok(by_run(formats, other, &either, today)),
    }
}

fn as_stated(formats: &[String]) -> DateOrder {
    DateOrder {
        formats: formats.to_vec(),
        note: None,
    }
}

fn in_other_order(formats: &[String], other: Vec<String>, why: &str) -> DateOrder {
    let note = format!(
        "the days of this file were read {}, as {} has it, and not {}, as its format says: {why}",
        name(&other),
        other.join(" or "),
        name(formats)
    );
    DateOrder {
        formats: other,
        note: Some(note),
    }
}

/// Every day can be read both ways. Days that are consecutive in one order are months apart in the other.
fn by_run(
    formats: &[String],
    other: Vec<String>,
    either: &BTreeSet<(NaiveDate, NaiveDate)>,
    today: NaiveDate,
) -> DateOrder {
    let stated: BTreeSet<_> = either.iter().map(|(stated, _)| *stated).collect();
    let swapped: BTreeSet<_> = either.iter().map(|(_, other)| *other).collect();
    let is_settled = match stated.len() {
        0 => true,
        1 => stated == swapped || is_recent(&stated, today) || !is_recent(&swapped, today),
        _ => is_run(&stated),
    };
    if is_settled {
        return as_stated(formats);
    }
    if swapped.len() > 1 && is_run(&swapped) {
        let why = "only so do they follow each other";
        return in_other_order(formats, other, why);
    }
    let note = format!(
        "every day of this file can be read day-first and month-first; it was read {}, as its format says. Compare the days, and \
         if they are wrong send the file in the order of its format",
        name(formats)
    );
    DateOrder {
        note: Some(note),
        ..as_stated(formats)
    }
}

fn is_run(days: &BTreeSet<NaiveDate>) -> bool {
    let next = days.iter().skip(1);
    days.iter()
        .zip(next)
        .all(|(day, next)| (*next - *day).num_days() <= LONGEST_GAP)
}

fn is_recent(days: &BTreeSet<NaiveDate>, today: NaiveDate) -> bool {
    days.iter()
        .all(|day| (0..=RECENT).contains(&(today - *day).num_days()))
}

/// The same notation with day and month swapped; `None` if the year comes first or the month is a word.
fn swapped(format: &str) -> Option<String> {
    let is_numeric = format.contains("%d") && format.contains("%m");
    let other = || {
        let marked = format.replace("%d", "\0");
        marked.replace("%m", "%d").replace('\0', "%m")
    };
    let year_first = format.starts_with("%Y") || format.starts_with("%y");
    (is_numeric && !year_first).then(other)
}

fn name(formats: &[String]) -> &'static str {
    DayOrder::of(formats).as_str()
}

fn contradiction(column: &str, stated: (usize, &str), other: (usize, &str)) -> Contradiction {
    let hint = "some days of the file can only be day-first and others only month-first; write all of them in one order";
    let (first, second) = (stated.min(other), stated.max(other));
    let seen = format!(
        "{column}: {} in line {}, {} in line {}",
        first.1, first.0, second.1, second.0
    );
    Contradiction {
        lines: [first.0, second.0],
        refusal: Fault::new(Rule::FileRow, hint).at(row(second.0), seen),
    }
}
