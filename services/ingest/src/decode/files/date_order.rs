//! Whether the days of a file are written day-first or month-first: all its rows settle it together.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::{Refusal, Rule};

use super::table::Table;
use super::{is_of_our_time, row};
use crate::rules::Fault;

/// The longest gap, in days, between the days of a file that run on: a week's holiday at most.
const LONGEST_GAP: i64 = 7;

/// The largest age, in days, at which a single day of a file is plausible.
const RECENT: i64 = 45;

/// How the days of a file are read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DateOrder<'f> {
    /// In the notation of strftime.
    pub(super) format: Cow<'f, str>,
    /// A note for the sender, where the order is in doubt or is not the format's.
    pub(super) note: Option<String>,
}

/// Settles the order by every row of the file. Fails where some rows can only be day-first and others only month-first.
pub(super) fn settle<'f>(
    text: &str,
    column: &str,
    format: &'f str,
    today: NaiveDate,
) -> Result<DateOrder<'f>, Refusal> {
    let Some(other) = swapped(format) else {
        return Ok(as_stated(format));
    };
    let dates = dates(text, column)?;
    let parse = |text: &str, format: &str| {
        let day = NaiveDate::parse_from_str(text, format);
        day.ok().filter(is_of_our_time)
    };
    let (mut only_stated, mut only_other) = (Vec::new(), Vec::new());
    let mut either = BTreeSet::new();
    for (text, line) in &dates {
        match (parse(text, format), parse(text, &other)) {
            (Some(_), None) => only_stated.push((*line, text.as_str())),
            (None, Some(_)) => only_other.push((*line, text.as_str())),
            (Some(stated), Some(other)) => {
                either.insert((stated, other));
            }
            (None, None) => {}
        }
    }
    match (only_stated.into_iter().min(), only_other.into_iter().min()) {
        (Some(stated), Some(other)) => Err(contradiction(column, stated, other)),
        (Some(_), None) => Ok(as_stated(format)),
        (None, Some((line, text))) => {
            let why = format!("{} ({text}) can only be read so", row(line));
            Ok(in_other_order(format, other, &why))
        }
        (None, None) => Ok(by_run(format, other, &either, today)),
    }
}

fn as_stated(format: &str) -> DateOrder<'_> {
    DateOrder {
        format: Cow::Borrowed(format),
        note: None,
    }
}

fn in_other_order<'f>(format: &str, other: String, why: &str) -> DateOrder<'f> {
    let note = format!(
        "the days of this file were read {}, as {other} has it, and not {}, as its format says: {why}",
        name(&other),
        name(format)
    );
    DateOrder {
        format: Cow::Owned(other),
        note: Some(note),
    }
}

/// Every day can be read both ways. Days that are consecutive in one order are months apart in the other.
fn by_run<'f>(
    format: &'f str,
    other: String,
    either: &BTreeSet<(NaiveDate, NaiveDate)>,
    today: NaiveDate,
) -> DateOrder<'f> {
    let stated: BTreeSet<_> = either.iter().map(|(stated, _)| *stated).collect();
    let swapped: BTreeSet<_> = either.iter().map(|(_, other)| *other).collect();
    let is_settled = match stated.len() {
        0 => true,
        1 => stated == swapped || is_recent(&stated, today) || !is_recent(&swapped, today),
        _ => is_run(&stated),
    };
    if is_settled {
        return as_stated(format);
    }
    if swapped.len() > 1 && is_run(&swapped) {
        let why = "only so do they follow each other";
        return in_other_order(format, other, why);
    }
    let note = format!(
        "every day of this file can be read day-first and month-first; it was read {}, as its format says. Compare the days, and \
         if they are wrong send the file in the order of its format",
        name(format)
    );
    DateOrder {
        note: Some(note),
        ..as_stated(format)
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
    (is_numeric && !format.starts_with("%Y")).then(other)
}

fn name(format: &str) -> &'static str {
    match format.find("%d") < format.find("%m") {
        true => "day-first",
        false => "month-first",
    }
}

/// The distinct dates of a file, each with its first line.
fn dates(text: &str, column: &str) -> Result<BTreeMap<String, usize>, Refusal> {
    let mut table = Table::open(text)?;
    let column = table.column(column)?;
    let mut dates = BTreeMap::new();
    while let Some(row) = table.next_row() {
        if let Some(text) = table.field(&column)
            && !dates.contains_key(text)
        {
            dates.insert(text.to_owned(), row.line);
        }
    }
    Ok(dates)
}

fn contradiction(column: &str, stated: (usize, &str), other: (usize, &str)) -> Refusal {
    let hint = "some days of the file can only be day-first and others only month-first; write all of them in one order";
    let (first, second) = (stated.min(other), stated.max(other));
    let seen = format!(
        "{column}: {} in line {}, {} in line {}",
        first.1, first.0, second.1, second.0
    );
    Fault::new(Rule::FileRow, hint).at(row(second.0), seen)
}
