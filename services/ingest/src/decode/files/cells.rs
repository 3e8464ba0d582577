//! Single cells of a file: meters, values, flags.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use events::{MeterId, MeterIdError, Quality, Quantity, Refusal, Rule, Status};

use super::format::Format;
use super::table::{Column, Row, Table};
use super::{ReadingContext, row};
use crate::decode::read_as::{Called, ReadAs};
use crate::register::{MeterEntry, Owners};
use crate::rules::{Fault, amount, plausible, plausible_half_hour};

/// The columns that every layout has.
pub(super) struct Common<'c> {
    known: ReadingContext<'c>,
    called: Called,
    meter: Column,
    status: Option<Column>,
    /// The last meter read: rows of one meter are usually adjacent, and the meter should not be parsed again for each row.
    last: Option<(String, OfMeter<'c>)>,
    /// For each meter, a note on how its values were converted, if they were not kept as received.
    conversions: BTreeMap<MeterId, String>,
}

/// A meter, and what is registered of it.
#[derive(Clone)]
pub(super) struct OfMeter<'c> {
    pub(super) meter: MeterId,
    registered: Option<&'c MeterEntry>,
}

/// The quality of a value; `None` if the status says that there is no value.
pub(super) type Known = Option<Quality>;

impl<'c> Common<'c> {
    pub(super) fn of(
        format: &Format,
        table: &Table<'_>,
        known: ReadingContext<'c>,
    ) -> Result<Self, Refusal> {
        let status = format
            .status
            .as_ref()
            .map(|status| table.column(status.column))
            .transpose()?;
        Ok(Common {
            known,
            called: Called {
                unit: format.unit,
                channel: format.channel,
                as_registered: false,
                is_register: false,
            },
            meter: table.column(format.meter)?,
            status,
            last: None,
            conversions: BTreeMap::new(),
        })
    }

    pub(super) fn meter(
        &mut self,
        table: &Table<'_>,
        at: &Row<'_>,
    ) -> Result<OfMeter<'c>, Refusal> {
        let text = required(table, &self.meter, at)?;
        if let Some((known, of_meter)) = &self.last
            && known == text
        {
            return Ok(of_meter.clone());
        }
        let meter = meter(text).map_err(|fault| refused(fault, &self.meter, at, text))?;
        let of_meter = OfMeter {
            registered: self.known.register.meter(&meter),
            meter,
        };
        self.last = Some((text.to_owned(), of_meter.clone()));
        Ok(of_meter)
    }

    /// How the values of a meter's day are read.
    pub(super) fn read_as(
        &mut self,
        of: &OfMeter<'_>,
        day: NaiveDate,
        at: &Row<'_>,
    ) -> Result<ReadAs, Refusal> {
        let read = self.called.on(day, of.registered, self.known.bounds);
        let read = read.map_err(|fault| refused(fault, &self.meter, at, of.meter.as_str()))?;
        if read.by.is_some()
            && !self.conversions.contains_key(&of.meter)
            && let Some(note) = read.describe(self.called, &of.meter)
        {
            self.conversions.insert(of.meter.clone(), note);
        }
        Ok(read)
    }

    /// For each meter, a note on how its values were converted, if they were not kept as received.
    pub(super) fn into_conversions(self) -> BTreeMap<MeterId, String> {
        self.conversions
    }

    pub(super) fn quality(
        &self,
        format: &Format,
        of: (&OfMeter<'_>, NaiveDate),
        table: &Table<'_>,
        at: &Row<'_>,
    ) -> Result<Known, Refusal> {
        let (Some(status), Some(column)) = (&format.status, &self.status) else {
            return Ok(Some(Quality::Actual));
        };
        let text = required(table, column, at)?;
        let (of_meter, day) = of;
        let registered = of_meter.registered.and_then(|meter| meter.on(day));
        if let Some(status) = registered.and_then(|(_, stands)| stands.status(text)) {
            return Ok(match status {
                Status::Actual => Some(Quality::Actual),
                Status::Estimated => Some(Quality::Estimated),
                Status::Missing => None,
            });
        }
        let known = status
            .flags
            .iter()
            .find(|(flag, _)| flag.eq_ignore_ascii_case(text));
        known.map(|(_, quality)| Some(*quality)).ok_or_else(|| {
            let flags: Vec<_> = status.flags.iter().map(|(flag, _)| *flag).collect();
            let hint = format!(
                "it is one of {}, or one that the meter's registration names in `statuses`",
                flags.join(", ")
            );
            refused(Fault::new(Rule::FileRow, hint), column, at, text)
        })
    }
}

/// A bare number: 13 digits are an MPAN, whatever the column is called, fewer an MPRN.
fn meter(text: &str) -> Result<MeterId, Fault> {
    let numbering = if text.len() == 13 { "mpan" } else { "mprn" };
    format!("{numbering}:{text}")
        .parse()
        .map_err(|error| match error {
            MeterIdError::MpanCheckDigit(_) => {
                let hint = format!("{error}; look the number up on a bill");
                Fault::new(Rule::CheckDigit, hint)
            }
            _ => Fault::new(
                Rule::FileRow,
                "a meter is an MPAN of 13 digits or an MPRN of 6 to 11",
            ),
        })
}

/// A cell that must not be empty.
pub(super) fn required<'t>(
    table: &'t Table<'_>,
    column: &Column,
    at: &Row<'_>,
) -> Result<&'t str, Refusal> {
    match table.field(column) {
        Some(text) if !text.is_empty() => Ok(text),
        found => {
            let hint = if found.is_some() {
                "it must not be empty"
            } else {
                "the row is cut short"
            };
            Err(refused(
                Fault::new(Rule::FileRow, hint),
                column,
                at,
                "nothing",
            ))
        }
    }
}

/// A half-hour's value; `None` if nothing was measured. If the row is too short for the value, the value counts as impossible.
pub(super) fn value(
    read: &ReadAs,
    table: &Table<'_>,
    column: &Column,
    at: &Row<'_>,
) -> Result<Option<Quantity>, Refusal> {
    let Some(text) = table.field(column) else {
        return required(table, column, at).map(|_| None);
    };
    if means_none(text) {
        return Ok(None);
    }
    let number = is_decimal(text).then(|| text.parse::<f64>().ok()).flatten();
    number
        .ok_or_else(|| {
            Fault::new(
                Rule::FileRow,
                "a value is a decimal number such as 14.4; leave it empty where nothing was measured",
            )
        })
        .and_then(|number| amount(number, read.unit, TimeDelta::minutes(30)))
        .and_then(plausible_half_hour)
        .and_then(|micro| plausible(micro, read.most))
        .map(Some)
        .map_err(|fault| refused(fault, column, at, text))
}

/// Whether the text stands for no measurement: empty, dashes of any kind, or one of these words.
fn means_none(text: &str) -> bool {
    const WORDS: [&str; 11] = [
        "null", "nil", "none", "nan", "n/a", "na", "#n/a", "missing", "no data", "no read", "\\n",
    ];
    let is_dash = |letter: char| matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    text.chars().all(is_dash) || WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Excludes other texts that Rust parses as numbers, such as `inf`: no supplier means them.
fn is_decimal(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
}

/// A refusal of a row for one of its columns.
pub(super) fn refused(fault: Fault, column: &Column, at: &Row<'_>, seen: &str) -> Refusal {
    fault.at(row(at.line), format_args!("{}: {seen}", column.name))
}
