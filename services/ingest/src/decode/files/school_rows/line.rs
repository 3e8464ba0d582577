//! One row, and its cells.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use csv::StringRecord;
use events::{FieldError, Refusal, Rule, Urn};

use super::description::{Named, School, Texts};
use super::{SchoolName, SchoolSheet};
use crate::decode::files::cells::{means_none, number};
use crate::decode::files::columns::NamedColumns;
use crate::decode::files::date_order::stamp;
use crate::decode::files::description::{OneOrMore, Only};
use crate::decode::files::row;
use crate::decode::files::table::{Row, Table};
use crate::rules::Fault;

/// A row.
pub(super) struct Line<'a, 'c> {
    pub(super) at: Row<'a>,
    columns: &'c NamedColumns,
    /// How days are written.
    formats: &'c [String],
    cells: StringRecord,
    may_part_thousands: bool,
}

impl<'a, 'c> Line<'a, 'c> {
    pub(super) fn new(
        table: &Table<'_>,
        columns: &'c NamedColumns,
        at: Row<'a>,
        formats: &'c [String],
    ) -> Self {
        Line {
            at,
            columns,
            formats,
            cells: table.fields().clone(),
            may_part_thousands: table.may_part_thousands(),
        }
    }

    /// Whether a filter leaves the row alone, and for which text.
    pub(super) fn left_alone(&self, only: &Only) -> Option<String> {
        let text = self.text(&OneOrMore::One(only.column.clone()));
        let is = |known: &String| known.eq_ignore_ascii_case(text);
        (!only.values.iter().any(is)).then(|| format!("{} {text:?}", only.column))
    }

    /// The text of a cell; empty if there is none.
    pub(super) fn text(&self, column: &OneOrMore) -> &str {
        let column = self.columns.of(column);
        let cell = column.and_then(|column| self.cells.get(column.index));
        cell.unwrap_or_default().trim()
    }

    /// The text of a cell that says something.
    pub(super) fn maybe(&self, column: &OneOrMore) -> Option<&str> {
        let text = self.text(column);
        (!means_none(text)).then_some(text)
    }

    /// A cell that must not be empty.
    pub(super) fn required(&self, column: &OneOrMore) -> Result<&str, Refusal> {
        self.maybe(column).ok_or_else(|| {
            let is_cut = self
                .columns
                .of(column)
                .is_some_and(|column| self.cells.get(column.index).is_none());
            let hint = match is_cut {
                true => "the row is cut short",
                false => "it must not be empty",
            };
            let seen = self.text(column);
            let seen = if seen.is_empty() { "nothing" } else { seen };
            self.refuse(column, Fault::new(Rule::FileRow, hint), seen)
        })
    }

    /// A refusal for one of the columns.
    pub(super) fn refuse(&self, column: &OneOrMore, fault: Fault, seen: &str) -> Refusal {
        let name = self.columns.of(column).map(|column| column.name.as_str());
        let name = name.unwrap_or_default();
        fault.at(row(self.at.line), format_args!("{name}: {seen}"))
    }

    fn wrong(&self, column: &OneOrMore, hint: impl Into<String>) -> Refusal {
        let fault = Fault::new(Rule::FileRow, hint);
        self.refuse(column, fault, self.text(column))
    }

    /// The day in a cell.
    pub(super) fn day(&self, column: &OneOrMore) -> Result<NaiveDate, Refusal> {
        let text = self.required(column)?;
        let day = stamp(text, self.formats, false).map(|stamp| stamp.date());
        day.ok_or_else(|| {
            let formats = self.formats.join(" or ");
            self.wrong(
                column,
                format!("a day of 1900 to 2099, written {formats} as strftime has it"),
            )
        })
    }

    /// The school of the row.
    pub(super) fn school(&self, school: &School) -> Result<SchoolName, Refusal> {
        let text = self.required(&school.column)?;
        if let Some(urn) = named(&school.names, text) {
            return Ok(SchoolName::Urn(*urn));
        }
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<Urn>() {
            Ok(urn) => Ok(SchoolName::Urn(urn)),
            Err(error) if is_number => Err(self.wrong(&school.column, error.to_string())),
            Err(_) => Ok(SchoolName::Registered(text.to_owned())),
        }
    }

    /// What a cell means: by a text that the format knows, or as `parse` reads it.
    pub(super) fn meaning<T: Copy>(
        &self,
        texts: &Texts<T>,
        what: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, Refusal> {
        let text = self.required(&texts.column)?;
        let known = named(&texts.names, text).copied();
        known.or_else(|| parse(text)).ok_or_else(|| {
            let hint = match texts.names.is_empty() {
                true => what.to_owned(),
                false => format!("{what}; or this format knows {}", listed(&texts.names)),
            };
            self.wrong(&texts.column, hint)
        })
    }

    /// What holds for every row, or what a cell means.
    pub(super) fn named<T: Copy>(&self, named_by: &Named<T>) -> Result<T, Refusal> {
        let column = match (named_by.is, &named_by.column) {
            (Some(same), _) => return Ok(same),
            (None, Some(column)) => column,
            (None, None) => {
                let fault = Fault::new(Rule::FileRow, "the format does not say what it is");
                return Err(fault.at(row(self.at.line), "nothing"));
            }
        };
        // An empty cell may be one that the format names.
        if let Some(meaning) = named(&named_by.names, self.text(column)) {
            return Ok(*meaning);
        }
        self.required(column)?;
        let hint = format!("this format knows {}", listed(&named_by.names));
        Err(self.wrong(column, hint))
    }

    /// A decimal number.
    pub(super) fn number(&self, column: &OneOrMore) -> Result<f64, Refusal> {
        let text = self.required(column)?;
        number(text, self.may_part_thousands)
            .filter(|number| number.is_finite())
            .ok_or_else(|| self.wrong(column, "a decimal number such as 14.4"))
    }

    /// A whole number.
    pub(super) fn whole(&self, column: &OneOrMore) -> Result<u32, Refusal> {
        let number = self.number(column)?;
        let is_whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
        match is_whole {
            true => Ok(number as u32),
            false => Err(self.wrong(column, "a whole number, 0 or more")),
        }
    }

    /// A rule that an event of this row breaks, at the column that the field was read from.
    pub(super) fn breaks(&self, sheet: &SchoolSheet<'_>, error: &FieldError) -> Refusal {
        let hint = format!("must be {}", error.rule);
        let fault = Fault::new(Rule::FileRow, hint);
        let name = sheet.column(&error.pointer);
        match name.and_then(|name| self.columns.called(name)) {
            Some(column) => {
                let seen = self.cells.get(column.index).unwrap_or_default().trim();
                fault.at(row(self.at.line), format_args!("{}: {seen}", column.name))
            }
            None => fault.at(row(self.at.line), &error.pointer),
        }
    }
}

fn named<'n, T>(names: &'n BTreeMap<String, T>, text: &str) -> Option<&'n T> {
    let is = |(name, _): &(&String, &T)| name.to_lowercase() == text.to_lowercase();
    names.iter().find(is).map(|(_, meaning)| meaning)
}

/// The most names that a hint lists.
const LISTED: usize = 12;

fn listed<T>(names: &BTreeMap<String, T>) -> String {
    let first: Vec<_> = names.keys().take(LISTED).map(String::as_str).collect();
    let more = names.len().saturating_sub(LISTED);
    match more {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// The columns that fields of events are read from, by their names in the file's header.
pub(super) fn columns(
    lines: &[Line<'_, '_>],
    fields: &[(&'static str, Option<&OneOrMore>)],
) -> Vec<(&'static str, String)> {
    let columns = lines.first().map(|line| line.columns);
    let name = |(field, column): &(&'static str, Option<&OneOrMore>)| {
        let column = columns?.of((*column)?)?;
        Some((*field, column.name.clone()))
    };
    fields.iter().filter_map(name).collect()
}
