//! The columns that all tables of the ledger share.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use events::{MeterId, Place, Urn};
use polars::prelude::*;

use super::{Identity, Origin};

const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();

fn days_since_epoch(day: NaiveDate) -> i32 {
    (day - EPOCH).num_days() as i32
}

pub(super) fn day_of(days: i32) -> NaiveDate {
    EPOCH
        .checked_add_signed(TimeDelta::days(days.into()))
        .unwrap_or(EPOCH)
}

fn date_column(name: &str, days: Vec<i32>) -> PolarsResult<Column> {
    Column::new(name.into(), days).cast(&DataType::Date)
}

fn time_column(name: &str, micros: Vec<i64>) -> PolarsResult<Column> {
    Column::new(name.into(), micros).cast(&DataType::Datetime(TimeUnit::Microseconds, None))
}

/// The common fields of every row of the ledger: its school, its day, when it was issued, its name and its origin.
pub(super) type Named<'a> = (Urn, NaiveDate, i64, &'a Identity, &'a Origin);

/// A frame of rows: `urn, day`, the table's own columns, then `issued, source, id, partition, offset, received, token`.
pub(super) fn frame_of<R>(
    rows: &[&R],
    own: Vec<Column>,
    named: impl Fn(&R) -> Named<'_>,
) -> PolarsResult<DataFrame> {
    let named: Vec<Named<'_>> = rows.iter().map(|row| named(row)).collect();
    let origins = || named.iter().map(|(.., origin)| *origin);
    let identities = || named.iter().map(|(.., identity, _)| *identity);
    let urns: Vec<_> = named.iter().map(|(urn, ..)| urn.number()).collect();
    let partitions: Vec<_> = origins().map(|origin| origin.place.partition).collect();
    let offsets: Vec<_> = origins().map(|origin| origin.place.offset).collect();
    let mut columns = vec![
        Column::new("urn".into(), urns),
        date_column(
            "day",
            named
                .iter()
                .map(|(_, day, ..)| days_since_epoch(*day))
                .collect(),
        )?,
    ];
    columns.extend(own);
    columns.extend([
        time_column(
            "issued",
            named.iter().map(|(_, _, issued, ..)| *issued).collect(),
        )?,
        text_column(
            "source",
            identities().map(|identity| identity.source.as_ref()),
        ),
        text_column("id", identities().map(|identity| identity.id.as_ref())),
        Column::new("partition".into(), partitions),
        Column::new("offset".into(), offsets),
        time_column(
            "received",
            origins().map(|origin| origin.received).collect(),
        )?,
        text_column("token", origins().map(|origin| origin.token.as_ref())),
    ]);
    DataFrame::new(rows.len(), columns)
}

/// A column of text.
pub(super) fn text_column(name: &str, texts: impl Iterator<Item = impl AsRef<str>>) -> Column {
    let texts = StringChunked::from_iter_values(name.into(), texts);
    texts.into_column()
}

/// The columns that identify the event of a row, the same in every table of the ledger.
pub(super) struct Common<'a> {
    source: &'a StringChunked,
    id: &'a StringChunked,
    partition: &'a Int32Chunked,
    offset: &'a Int64Chunked,
    received: Int64Chunked,
    token: &'a StringChunked,
}

/// Texts that many rows share, stored once.
#[derive(Default)]
pub(super) struct Shared {
    texts: HashMap<String, Arc<str>>,
    meters: HashMap<String, MeterId>,
}

impl Shared {
    pub(super) fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let new: Arc<str> = text.into();
        self.texts.insert(text.to_owned(), new.clone());
        new
    }

    pub(super) fn meter(&mut self, text: &str) -> PolarsResult<MeterId> {
        if let Some(known) = self.meters.get(text) {
            return Ok(known.clone());
        }
        let new: MeterId = text.parse().map_err(|_| damaged("meter", text))?;
        self.meters.insert(text.to_owned(), new.clone());
        Ok(new)
    }
}

pub(super) fn damaged(column: &str, seen: impl std::fmt::Debug) -> PolarsError {
    PolarsError::ComputeError(format!("column {column} of the ledger holds {seen:?}").into())
}

impl<'a> Common<'a> {
    pub(super) fn of(frame: &'a DataFrame) -> PolarsResult<Self> {
        Ok(Common {
            source: frame.column("source")?.str()?,
            id: frame.column("id")?.str()?,
            partition: frame.column("partition")?.i32()?,
            offset: frame.column("offset")?.i64()?,
            received: integers(frame, "received")?,
            token: frame.column("token")?.str()?,
        })
    }

    pub(super) fn row(&self, row: usize, shared: &mut Shared) -> PolarsResult<(Identity, Origin)> {
        let missing = |column| move || damaged(column, "nothing");
        let identity = Identity {
            source: shared.text(self.source.get(row).ok_or_else(missing("source"))?),
            id: self.id.get(row).ok_or_else(missing("id"))?.into(),
        };
        let place = Place {
            partition: self.partition.get(row).ok_or_else(missing("partition"))?,
            offset: self.offset.get(row).ok_or_else(missing("offset"))?,
        };
        let received = self.received.get(row).ok_or_else(missing("received"))?;
        let token = shared.text(self.token.get(row).unwrap_or_default());
        Ok((
            identity,
            Origin {
                received,
                place,
                token,
            },
        ))
    }
}

pub(super) fn integers(frame: &DataFrame, name: &str) -> PolarsResult<Int64Chunked> {
    Ok(frame.column(name)?.cast(&DataType::Int64)?.i64()?.clone())
}

pub(super) fn day_numbers(frame: &DataFrame, name: &str) -> PolarsResult<Int32Chunked> {
    Ok(frame.column(name)?.cast(&DataType::Int32)?.i32()?.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_back_as_it_was_before_1970_too() {
        for day in ["1900-01-01", "1969-12-31", "1970-01-01", "2099-12-31"] {
            let day: NaiveDate = day.parse().unwrap_or_default();
            assert_eq!(day_of(days_since_epoch(day)), day);
        }
    }
}
