//! Files without a header: their columns are named by their numbers, and the first row must look like a row of the format.

use super::cells::{means_none, meter, number};
use super::columns::{Columns, Differences};
use super::date_order::stamp;
use super::description::{Description, Layout};
use super::read::joined;
use super::table::{Column, Head};

/// Checks that a first row has as many cells as columns are described, and that they look like those of the format; returns how
/// many do, or says what they are not.
pub(super) fn check(
    description: &Description,
    columns: &Columns,
    first: &Head<'_>,
) -> Result<usize, Differences> {
    let (cells, last) = (first.fields.len(), columns.last.unwrap_or_default());
    if cells != last {
        // A file of another width is not near.
        return Err(Differences {
            unlike: [format!("{cells} cells and not {last}")].into(),
            ..Differences::default()
        });
    }
    match unlike(description, columns, first) {
        (unlike, alike) if unlike.is_empty() => Ok(alike),
        (unlike, found) => Err(Differences {
            unlike: unlike.into(),
            found,
            ..Differences::default()
        }),
    }
}

/// What the cells have not, of what a row of the format has; and how many are as they should be.
fn unlike(description: &Description, columns: &Columns, first: &Head<'_>) -> (Vec<String>, usize) {
    let cell = |column: &Column| first.fields.get(column.index).map(str::trim);
    let text = |column: &Column| cell(column).unwrap_or_default();
    let (mut unlike, mut alike) = (Vec::new(), 0);
    let mut check = |is_alike: bool, what: &str, column: &str| match is_alike {
        true => alike += 1,
        false => unlike.push(format!("no {what} in {column}")),
    };
    let column = &columns.meter;
    let is_meter = meter(text(column), description.meter.kind).is_ok();
    check(is_meter, "meter", &column.name);
    let formats = description.date.as_ref().map(|date| &date.formats);
    let formats = formats.or(description.at.as_ref().map(|at| &at.formats));
    let with_time = description.layout == Layout::Reading;
    let is_stamp = stamp(
        &joined(cell, &columns.stamps()),
        formats.map(Vec::as_slice).unwrap_or_default(),
        with_time,
    );
    let what = if with_time { "time" } else { "day" };
    check(is_stamp.is_some(), what, &columns.stamp_name());
    if let Some(column) = &columns.period {
        check(text(column).parse::<u8>().is_ok(), "number", &column.name);
    }
    for value in &columns.values {
        let text = text(&value.column);
        let is_value = means_none(text) || number(text, true).is_some();
        check(is_value, "value", &value.column.name);
    }
    (unlike, alike)
}
