//! Whether the rows of a payload have what its description names: a name that none of them has was renamed, or is of another
//! service.

use std::collections::BTreeSet;

use events::{Refusal, Rule};
use serde_json::Value;

use super::super::description::Readings;
use super::super::path::{Element, Path, shortened};
use super::Series;
use super::cells::field;
use crate::rules::Fault;

/// Fails if no row has a name that the description needs.
pub(super) fn check(
    readings: &Readings,
    series: &Series<'_>,
    root: &Value,
    rows: &[&(usize, Element<'_>)],
) -> Result<(), Refusal> {
    let at = readings.at.iter();
    let at = at.flat_map(|at| std::iter::once(&at.path).chain(&at.until));
    let date = readings.date.iter().map(|date| &date.path);
    let meter = readings.meter.iter().filter(|_| series.meter.is_none());
    let meter = meter.filter_map(|meter| meter.path.as_ref());
    let channel = readings
        .channel
        .path
        .iter()
        .filter(|_| series.channel.is_none());
    let status = readings
        .status
        .iter()
        .filter_map(|status| status.path.as_ref());
    let needed = at.chain(date).chain(meter).chain(channel).chain(status);
    for path in needed {
        let has = |(_, row): &&(usize, Element<'_>)| path.of(root, row).is_some();
        if !rows.iter().any(has) {
            return Err(missing(rows, path.as_str()));
        }
    }
    for name in readings.numbered().chain(readings.statuses()) {
        if !rows.iter().any(|(_, row)| row.value.get(&name).is_some()) {
            return Err(missing(rows, &name));
        }
    }
    let Some(value) = series.value else {
        return Ok(());
    };
    let has_value = |(_, row): &&(usize, Element<'_>)| value.of(root, row).is_some();
    if rows.iter().any(has_value) {
        return Ok(());
    }
    // Where rows may lack their values, all may, unless the value stands there under another name.
    let known = readings.names_of_rows();
    let is_unknown =
        |(_, row): &&(usize, Element<'_>)| names(row).any(|name| !known.contains(name));
    match readings.values.may_lack && !rows.iter().any(is_unknown) {
        true => Ok(()),
        false => Err(missing(rows, value.as_str())),
    }
}

/// The names of rows that the description does not know.
pub(super) fn unknown(readings: &Readings, rows: &[(usize, Element<'_>)]) -> BTreeSet<String> {
    let known = readings.names_of_rows();
    let names = rows.iter().flat_map(|(_, row)| names(row));
    names
        .filter(|name| !known.contains(*name))
        .map(shortened)
        .collect()
}

fn names<'r>(row: &'r Element<'_>) -> impl Iterator<Item = &'r str> {
    let names = row.value.as_object().into_iter();
    names.flat_map(|object| object.keys().map(String::as_str))
}

fn missing(rows: &[&(usize, Element<'_>)], name: &str) -> Refusal {
    let (pointer, instead) = match rows.first() {
        Some((_, row)) => match Path::try_from(name.to_owned()) {
            Ok(path) if !path.is_absolute() => (field(row, &path), row.instead()),
            _ => (name.to_owned(), row.instead()),
        },
        None => (name.to_owned(), String::new()),
    };
    let hint = format!(
        "no row has `{name}`, {instead}; send the payload as the service answers it, or describe the other form of it"
    );
    Fault::new(Rule::FileRow, hint).at(pointer, "no such name")
}

impl Readings {
    /// The first names of everything that is described of a row.
    fn names_of_rows(&self) -> BTreeSet<String> {
        let at = self.at.iter();
        let at = at.flat_map(|at| std::iter::once(&at.path).chain(&at.until));
        let series = self
            .series
            .iter()
            .filter_map(|series| series.value.as_ref());
        let meter = self.meter.iter().filter_map(|meter| meter.path.as_ref());
        let status = self.status.iter().filter_map(|status| status.path.as_ref());
        let paths = at
            .chain(self.date.iter().map(|date| &date.path))
            .chain(series)
            .chain(meter)
            .chain(status)
            .chain(&self.channel.path)
            .chain(&self.values.path)
            .chain(&self.values.plus);
        paths
            .map(|path| path.first_name().to_owned())
            .chain(self.numbered())
            .chain(self.statuses())
            .chain(self.others.iter().cloned())
            .collect()
    }
}
