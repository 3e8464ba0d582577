//! Finds the columns of a description in a file's header.

use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};

use super::description::{Description, Header, OneOrMore};
use super::labels::with_number;
use super::table::{Column, Head};

/// The columns of a file.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) meter: Column,
    /// The day of a row.
    pub(super) date: Option<Column>,
    /// The time of a row, in one column or in two.
    pub(super) at: Vec<Column>,
    pub(super) period: Option<Column>,
    pub(super) values: Vec<ValueColumn>,
    /// Which quarter of its half-hour a value is, if it is not of both.
    pub(super) quarter: Option<Column>,
    pub(super) unit: Option<Column>,
    pub(super) channel: Option<Column>,
    /// The status of the whole row.
    pub(super) status: Option<Column>,
    /// A column for each of [`Description::only`].
    pub(super) only: Vec<Column>,
    pub(super) total: Option<Column>,
    /// The number of the last column, if there is no header.
    pub(super) last: Option<usize>,
}

/// The column of one half-hour.
#[derive(Debug)]
pub(super) struct ValueColumn {
    pub(super) column: Column,
    /// When its half-hour begins, in minutes after the midnight with which the row's day begins.
    pub(super) starts: i64,
    pub(super) status: Option<Column>,
}

/// How a header differs from a description.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Differences {
    pub(crate) missing: Vec<String>,
    pub(crate) twice: Vec<String>,
    pub(crate) unexpected: Vec<String>,
    /// Columns that should stand in the order of the day, and do not.
    pub(crate) out_of_order: Vec<String>,
    /// Of a format without a header: what the first row has not, of what a row of the format has.
    pub(crate) unlike: Box<[String]>,
    /// How many of the described columns were found.
    pub(crate) found: usize,
}

impl Display for Differences {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let listed: [(&str, &[String]); 5] = [
            ("it has no column", &self.missing),
            ("it has twice", &self.twice),
            ("it has besides", &self.unexpected),
            ("out of the order of the day are", &self.out_of_order),
            ("without a header, its first row has", &self.unlike),
        ];
        let mut parts = listed
            .into_iter()
            .filter(|(_, columns)| !columns.is_empty());
        if let Some((what, columns)) = parts.next() {
            write!(f, "{what} {}", named(columns))?;
        }
        for (what, columns) in parts {
            write!(f, "; {what} {}", named(columns))?;
        }
        Ok(())
    }
}

/// The most columns that are named; the others are counted.
const NAMED: usize = 5;

fn named(columns: &[String]) -> String {
    let named = columns
        .iter()
        .take(NAMED)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match columns.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

impl Differences {
    pub(crate) fn count(&self) -> usize {
        let all: [&[String]; 5] = [
            &self.missing,
            &self.twice,
            &self.unexpected,
            &self.out_of_order,
            &self.unlike,
        ];
        all.iter().map(|columns| columns.len()).sum()
    }
}

/// Looks columns up, and notes how the header differs.
struct Finder<'h> {
    header: &'h Head<'h>,
    /// The number of the last described column, if there is no header and columns are numbers.
    last: Option<usize>,
    differences: Differences,
}

impl Columns {
    /// The columns of the day or the time.
    pub(super) fn stamps(&self) -> Vec<Column> {
        self.date.iter().chain(&self.at).cloned().collect()
    }

    /// Their names.
    pub(super) fn stamp_name(&self) -> String {
        let stamps = self.stamps();
        let names = stamps.iter().map(|column| column.name.as_str());
        names.collect::<Vec<_>>().join(" and ")
    }

    /// Finds all columns, and how many there are; or says how the header differs.
    pub(super) fn find(
        description: &Description,
        header: &Head<'_>,
    ) -> Result<(Self, usize), Differences> {
        let mut finder = Finder {
            header,
            last: description.header.none.then_some(0),
            differences: Differences::default(),
        };
        let columns = finder.columns(description);
        finder.found(columns)
    }
}

/// Columns by the names that a description gives them: the first, where it gives several.
#[derive(Debug, Default)]
pub(crate) struct NamedColumns(HashMap<String, Column>);

impl NamedColumns {
    /// Finds all of these columns, and how many there are; or says how the header differs.
    pub(super) fn find(
        extra: &Header,
        wanted: &[&OneOrMore],
        header: &Head<'_>,
    ) -> Result<(Self, usize), Differences> {
        let mut finder = Finder {
            header,
            last: None,
            differences: Differences::default(),
        };
        finder.extra(extra);
        let find = |names: &&OneOrMore| {
            let names = names.names();
            Some((names.first()?.clone(), finder.first_of(names)?))
        };
        // A column that was not found is among the differences.
        let columns = wanted.iter().filter_map(find).collect();
        finder.found(Some(NamedColumns(columns)))
    }

    /// The column with this name.
    pub(super) fn called(&self, name: &str) -> Option<&Column> {
        self.0.values().find(|column| column.name == name)
    }

    /// The column that a description names so.
    pub(super) fn of(&self, names: &OneOrMore) -> Option<&Column> {
        self.0.get(names.names().first()?)
    }
}

impl Finder<'_> {
    /// What was found, if nothing differs.
    fn found<T>(self, columns: Option<T>) -> Result<(T, usize), Differences> {
        match columns {
            Some(columns) if self.differences.count() == 0 => Ok((columns, self.differences.found)),
            _ => Err(self.differences),
        }
    }

    fn extra(&mut self, header: &Header) {
        for column in &header.absent {
            if !self.header.positions(column).is_empty() {
                self.differences.unexpected.push(column.clone());
            }
        }
        for column in &header.columns {
            self.one(column);
        }
    }

    fn columns(&mut self, description: &Description) -> Option<Columns> {
        self.extra(&description.header);
        let meter = self.first_of(description.meter.column.names());
        let date = description.date.as_ref();
        let date = date.map(|date| self.first_of(date.column.names()));
        let at = description.at.iter();
        let at = at.flat_map(|at| [&at.column, &at.date, &at.time]);
        let at: Vec<_> = at.flatten().map(|column| self.one(column)).collect();
        let period = description.period.as_ref();
        let period = period.map(|period| self.one(&period.column));
        let values = self.values(description);
        let quarter = description.values.quarter.as_ref();
        let quarter = quarter.map(|column| self.one(column));
        let unit = description.unit.column.as_ref();
        let unit = unit.map(|column| self.one(column));
        let channel = description.channel.column.as_ref();
        let channel = channel.map(|column| self.one(column));
        let status = description.status.as_ref();
        let status = status.and_then(|status| status.column.as_ref());
        let status = status.map(|column| self.one(column));
        let only = description.only.iter();
        let only: Vec<_> = only.map(|only| self.one(&only.column)).collect();
        let total = description.total.as_ref();
        let total = total.map(|total| self.one(&total.column));
        // A column that was not found is among the differences.
        Some(Columns {
            meter: meter?,
            date: all(date)?,
            at: at.into_iter().collect::<Option<_>>()?,
            period: all(period)?,
            values: values?,
            quarter: all(quarter)?,
            unit: all(unit)?,
            channel: all(channel)?,
            status: all(status)?,
            only: only.into_iter().collect::<Option<_>>()?,
            total: all(total)?,
            last: self.last,
        })
    }

    fn values(&mut self, description: &Description) -> Option<Vec<ValueColumn>> {
        if let Some(column) = &description.values.column {
            let column = self.one(column)?;
            return Some(vec![ValueColumn {
                column,
                starts: 0,
                status: None,
            }]);
        }
        let labels = description.labels();
        let found: Vec<_> = labels
            .iter()
            .map(|label| (label, self.first_of(&label.names)))
            .collect();
        let mut values = Vec::with_capacity(found.len());
        for (label, column) in found {
            values.push(ValueColumn {
                column: column?,
                starts: label.starts,
                status: None,
            });
        }
        if description.values.timed.is_some() {
            self.check_order(&values);
        }
        if let Some(status) = &description.status {
            for (at, value) in values.iter_mut().enumerate() {
                if let Some(beside) = &status.beside {
                    value.status = self.beside(&value.column, beside);
                }
                if let Some(numbered) = &status.numbered {
                    value.status = self.one(&with_number(numbered, at + 1));
                }
            }
        }
        Some(values)
    }

    /// Columns named by their times stand in the order of the day: where they do not, which midnight 00:00 is cannot be told.
    fn check_order(&mut self, values: &[ValueColumn]) {
        let pairs = values.windows(2);
        let out_of_order = pairs
            .filter(|pair| pair[0].column.index > pair[1].column.index)
            .map(|pair| pair[1].column.name.clone());
        self.differences.out_of_order.extend(out_of_order);
    }

    /// The column right after a value's, if it has the name that it should.
    fn beside(&mut self, value: &Column, name: &str) -> Option<Column> {
        let index = value.index + 1;
        if self.last.is_some() {
            return self.one(&(index + 1).to_string());
        }
        let name = name.replace("{label}", &value.name);
        let found = self.header.fields.get(index).map(str::trim);
        if found.is_some_and(|found| found.eq_ignore_ascii_case(&name)) {
            self.differences.found += 1;
            return Some(Column { name, index });
        }
        let missing = format!("{name} after {}", value.name);
        self.differences.missing.push(missing);
        None
    }

    fn one(&mut self, name: &str) -> Option<Column> {
        self.first_of(std::slice::from_ref(&name.to_owned()))
    }

    /// The column that has one of these names.
    fn first_of(&mut self, names: &[String]) -> Option<Column> {
        if let Some(last) = &mut self.last {
            // Checked to be a number, from 1.
            let number: usize = names.first()?.parse().ok()?;
            *last = number.max(*last);
            return Some(Column {
                name: format!("column {number}"),
                index: number.checked_sub(1)?,
            });
        }
        for name in names {
            match self.header.positions(name) {
                [index] => {
                    self.differences.found += 1;
                    return Some(Column {
                        name: name.clone(),
                        index: *index,
                    });
                }
                [] => {}
                _ => {
                    self.differences.twice.push(name.clone());
                    return None;
                }
            }
        }
        self.differences.missing.push(names.join(" or "));
        None
    }
}

/// A column that is not described is not missed.
#[allow(
    clippy::option_option,
    reason = "described or not, and then found or not"
)]
fn all(column: Option<Option<Column>>) -> Option<Option<Column>> {
    match column {
        None => Some(None),
        Some(found) => found.map(Some),
    }
}
