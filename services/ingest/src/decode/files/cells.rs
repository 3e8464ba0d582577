//! Single cells of a file: meters, values, statuses.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use events::{
    Channel, MeterId, MeterIdError, Quality, Quantity, Refusal, Rule, Sent, Status as Meaning,
};

use super::ReadingContext;
use super::columns::Columns;
use super::description::{Description, MeterKind, Status};
use super::place::FIELD;
use super::table::{Column, Row, Table};
use crate::decode::read_as::{Called, ReadAs};
use crate::register::{MeterEntry, Owners};
use crate::rules::{Fault, amount, plausible, plausible_half_hour};

/// Reads the cells of one file.
pub(super) struct Cells<'c> {
    description: &'c Description,
    columns: &'c Columns,
    known: ReadingContext<'c>,
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

impl<'c> Cells<'c> {
    pub(super) fn new(
        description: &'c Description,
        columns: &'c Columns,
        known: ReadingContext<'c>,
    ) -> Self {
        Cells {
            description,
            columns,
            known,
            last: None,
            conversions: BTreeMap::new(),
        }
    }

    /// Whether the row is one that the format leaves alone, and for which text.
    pub(super) fn left_alone(&self, table: &Table<'_>) -> Option<String> {
        let is = |texts: &[String], text: &str| {
            texts.iter().any(|known| known.eq_ignore_ascii_case(text))
        };
        let channel = &self.description.channel;
        if let Some(column) = &self.columns.channel {
            let text = table.field(column).unwrap_or_default();
            if is(&channel.skip, text) {
                return Some(format!("{} {text:?}", column.name));
            }
        }
        let filters = self.description.only.iter().zip(&self.columns.only);
        filters.into_iter().find_map(|(only, column)| {
            let text = table.field(column).unwrap_or_default();
            (!is(&only.values, text)).then(|| format!("{} {text:?}", column.name))
        })
    }

    /// The label that the row gives its values.
    pub(super) fn called(&self, table: &Table<'_>, at: &Row<'_>) -> Result<Called, Refusal> {
        let unit = &self.description.unit;
        let channel = &self.description.channel;
        Ok(Called {
            unit: match &self.columns.unit {
                Some(column) => named(&unit.names, table, column, at)?,
                None => unit.is.unwrap_or(Sent::KWh),
            },
            channel: match &self.columns.channel {
                Some(column) => named(&channel.names, table, column, at)?,
                None => channel.is.unwrap_or(Channel::AI),
            },
            as_registered: false,
            is_register: false,
        })
    }

    pub(super) fn meter(
        &mut self,
        table: &Table<'_>,
        at: &Row<'_>,
    ) -> Result<OfMeter<'c>, Refusal> {
        let column = &self.columns.meter;
        let text = required(table, column, at)?;
        if let Some((known, of_meter)) = &self.last
            && known == text
        {
            return Ok(of_meter.clone());
        }
        let meter = meter(text, self.description.meter.kind)
            .map_err(|fault| refused(fault, column, at, text))?;
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
        called: Called,
        of: &OfMeter<'_>,
        day: NaiveDate,
        at: &Row<'_>,
    ) -> Result<ReadAs, Refusal> {
        let read = called.on(day, of.registered, self.known.bounds);
        let read =
            read.map_err(|fault| refused(fault, &self.columns.meter, at, of.meter.as_str()))?;
        if read.by.is_some()
            && !self.conversions.contains_key(&of.meter)
            && let Some(note) = read.describe(called, &of.meter)
        {
            self.conversions.insert(of.meter.clone(), note);
        }
        Ok(read)
    }

    /// For each meter, a note on how its values were converted, if they were not kept as received.
    pub(super) fn into_conversions(self) -> BTreeMap<MeterId, String> {
        self.conversions
    }

    /// What the status in a column means for the values of a meter's day. Fails if it is not known.
    pub(super) fn quality(
        &self,
        column: &Column,
        of: (&OfMeter<'_>, NaiveDate),
        table: &Table<'_>,
        at: &Row<'_>,
    ) -> Result<Known, Refusal> {
        let Some(status) = &self.description.status else {
            return Ok(Some(Quality::Actual));
        };
        let text = match status.texts.empty {
            Some(_) => table.field(column).unwrap_or_default(),
            None => required(table, column, at)?,
        };
        let (of_meter, day) = of;
        let registered = of_meter.registered.and_then(|meter| meter.on(day));
        if let Some(meaning) = registered.and_then(|(_, stands)| stands.status(text)) {
            return Ok(match meaning {
                Meaning::Actual => Some(Quality::Actual),
                Meaning::Estimated => Some(Quality::Estimated),
                Meaning::Missing => None,
            });
        }
        status
            .texts
            .meaning(text)
            .ok_or_else(|| unknown(status, column, at, text))
    }
}

fn unknown(status: &Status, column: &Column, at: &Row<'_>, text: &str) -> Refusal {
    let known: Vec<_> = status.texts.known().collect();
    let hint = format!(
        "it is one of {}, or one that the meter's registration names in `statuses`",
        known.join(", ")
    );
    refused(Fault::new(Rule::FileRow, hint), column, at, text)
}

/// What a cell's text stands for.
fn named<T: Copy>(
    names: &BTreeMap<String, T>,
    table: &Table<'_>,
    column: &Column,
    at: &Row<'_>,
) -> Result<T, Refusal> {
    let text = required(table, column, at)?;
    let known = names
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text));
    known.map(|(_, meaning)| *meaning).ok_or_else(|| {
        let names: Vec<_> = names.keys().map(String::as_str).collect();
        let hint = format!("this format knows {}", names.join(", "));
        refused(Fault::new(Rule::FileRow, hint), column, at, text)
    })
}

/// A bare number: 13 digits are an MPAN, whatever the column is called, fewer an MPRN, unless the format says what it is, or the
/// number itself: `mpan:…`.
pub(super) fn meter(text: &str, kind: Option<MeterKind>) -> Result<MeterId, Fault> {
    if kind.is_none() && text.contains(':') {
        return text.parse().map_err(|error: MeterIdError| {
            let rule = match error {
                MeterIdError::MpanCheckDigit(_) => Rule::CheckDigit,
                _ => Rule::FileRow,
            };
            Fault::new(rule, error.to_string())
        });
    }
    let numbering = match kind {
        Some(MeterKind::Serial) => "serial",
        Some(MeterKind::Mpan) => "mpan",
        Some(MeterKind::Mprn) => "mprn",
        None if text.len() == 13 => "mpan",
        None => "mprn",
    };
    if kind != Some(MeterKind::Serial) && is_scientific(text) {
        let hint = "a spreadsheet has shortened the number: format the column as text, and export the file again";
        return Err(Fault::new(Rule::FileRow, hint));
    }
    format!("{numbering}:{text}")
        .parse()
        .map_err(|error| match error {
            MeterIdError::MpanCheckDigit(_) => {
                let hint = format!("{error}; look the number up on a bill");
                Fault::new(Rule::CheckDigit, hint)
            }
            _ if kind == Some(MeterKind::Serial) => Fault::new(Rule::FileRow, error.to_string()),
            _ => Fault::new(
                Rule::FileRow,
                "a meter is an MPAN of 13 digits or an MPRN of 6 to 11",
            ),
        })
}

/// Whether a spreadsheet wrote a long number as `2.38E+12`.
pub fn is_scientific(text: &str) -> bool {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once(['E', 'e'])
        .is_some_and(|(number, exponent)| {
            number.split('.').all(is_digits) && is_digits(exponent.trim_start_matches('+'))
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

/// The value of a half-hour, or of the quarter of an hour that it covers; `None` if nothing was measured. If the row is too short
/// for the value, the value counts as impossible.
pub(super) fn value(
    read: &ReadAs,
    table: &Table<'_>,
    column: &Column,
    at: &Row<'_>,
    covers: TimeDelta,
) -> Result<Option<Quantity>, Refusal> {
    let Some(text) = table.field(column) else {
        return required(table, column, at).map(|_| None);
    };
    if means_none(text) {
        return Ok(None);
    }
    number(text, table.may_part_thousands())
        .ok_or_else(|| {
            Fault::new(
                Rule::FileRow,
                "a value is a decimal number such as 14.4; leave it empty where nothing was measured",
            )
        })
        .and_then(|number| amount(number, read.unit, covers))
        .and_then(plausible_half_hour)
        .and_then(|micro| plausible(micro, read.most_in(covers.num_seconds())))
        .map(Some)
        .map_err(|fault| refused(fault, column, at, text))
}

/// A decimal number. Commas are allowed where they part thousands, which they do not in a file that others than commas delimit.
pub(super) fn number(text: &str, may_part_thousands: bool) -> Option<f64> {
    if !text.contains(',') {
        return is_decimal(text).then(|| text.parse().ok()).flatten();
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?.trim_start_matches(['-', '+']);
    let in_thousands = (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && groups.all(|group| group.len() == 3);
    let bare = text.replace(',', "");
    let is_number =
        may_part_thousands && in_thousands && !fraction.contains(',') && is_decimal(&bare);
    is_number.then(|| bare.parse().ok()).flatten()
}

/// Whether the text stands for no measurement: empty, dashes of any kind, or one of these words.
pub(super) fn means_none(text: &str) -> bool {
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
    match column.name.strip_prefix(FIELD).zip(at.place) {
        Some((field, place)) => fault.at(format!("{}/{field}", place.pointer), seen),
        None => fault.at(at.pointer(), format_args!("{}: {seen}", column.name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_part_thousands_and_nothing_else() {
        let check = |text: &str, wanted: Option<f64>| {
            assert_eq!(number(text, true), wanted, "{text}");
        };
        check("1,234.5", Some(1234.5));
        check("-1,234,567", Some(-1_234_567.0));
        check("14.4", Some(14.4));
        check("1e3", Some(1000.0));
        // A decimal comma is not an English number, and might be taken for a thousand times as much.
        check("14,4", None);
        check("0,512", None);
        check("1234,567", None);
        check(",123", None);
        check("1,23,456", None);
        check("1.5,000", None);
        check("inf", None);
        // In a file that semicolons delimit, a comma is a decimal comma.
        assert_eq!(number("1,234", false), None);
    }

    #[test]
    fn a_number_that_a_spreadsheet_shortened_is_known_and_a_serial_number_is_none() {
        for text in ["2.38E+12", "1.2e12", "2E+12"] {
            assert!(is_scientific(text) && meter(text, None).is_err(), "{text}");
        }
        assert!(!is_scientific("EIGHT") && !is_scientific("2399999909024"));
        let serial = meter("21E5012345", Some(MeterKind::Serial)).unwrap();
        assert_eq!(serial.as_str(), "serial:21E5012345");
    }
}
