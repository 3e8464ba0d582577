//! Rows of readings as a frame, and back.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use events::{Channel, MAX_SLOTS, MeterId, Place, Quantity, Unit, Urn};
use polars::prelude::*;

use super::{Identity, MeterDay, Origin};

const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();

pub(super) fn days_since_epoch(day: NaiveDate) -> i32 {
    (day - EPOCH).num_days() as i32
}

pub(super) fn day_of(days: i32) -> NaiveDate {
    let days = u64::try_from(days).unwrap_or(0);
    EPOCH.checked_add_days(Days::new(days)).unwrap_or(EPOCH)
}

pub(super) fn date_column(name: &str, days: Vec<i32>) -> PolarsResult<Column> {
    Column::new(name.into(), days).cast(&DataType::Date)
}

pub(super) fn time_column(name: &str, micros: Vec<i64>) -> PolarsResult<Column> {
    Column::new(name.into(), micros).cast(&DataType::Datetime(TimeUnit::Microseconds, None))
}

/// The frame the ledger keeps: `urn, meter, channel, unit, day, slots_micro, quality, issued, source, id, partition,
/// offset, received, token`; times are UTC.
pub fn readings_to_frame(rows: &[&MeterDay]) -> PolarsResult<DataFrame> {
    let slots: Int64Chunked = rows
        .iter()
        .flat_map(|row| row.slots.iter().copied())
        .collect();
    let slots = slots
        .with_name("slots_micro".into())
        .into_series()
        .reshape_array(&[
            ReshapeDimension::new(rows.len() as i64),
            ReshapeDimension::new(MAX_SLOTS as i64),
        ])?;
    let quality: Vec<&str> = rows
        .iter()
        .map(|row| {
            std::str::from_utf8(&row.quality)
                .unwrap_or_default()
                .trim_end_matches('-')
        })
        .collect();
    let text = |name: &str, of: fn(&MeterDay) -> &str| {
        Column::new(
            name.into(),
            rows.iter().map(|row| of(row)).collect::<Vec<_>>(),
        )
    };
    DataFrame::new(
        rows.len(),
        vec![
            Column::new(
                "urn".into(),
                rows.iter().map(|row| row.urn.number()).collect::<Vec<_>>(),
            ),
            text("meter", |row| row.meter.as_str()),
            text("channel", |row| row.channel.as_str()),
            text("unit", |row| row.unit.as_str()),
            date_column(
                "day",
                rows.iter().map(|row| days_since_epoch(row.day)).collect(),
            )?,
            slots.into_column(),
            Column::new("quality".into(), quality),
            time_column("issued", rows.iter().map(|row| row.issued).collect())?,
            text("source", |row| &row.identity.source),
            text("id", |row| &row.identity.id),
            Column::new(
                "partition".into(),
                rows.iter()
                    .map(|row| row.origin.place.partition)
                    .collect::<Vec<_>>(),
            ),
            Column::new(
                "offset".into(),
                rows.iter()
                    .map(|row| row.origin.place.offset)
                    .collect::<Vec<_>>(),
            ),
            time_column(
                "received",
                rows.iter().map(|row| row.origin.received).collect(),
            )?,
            text("token", |row| &row.origin.token),
        ],
    )
}

/// The rows that a frame of the ledger holds.
pub fn readings_from_frame(frame: &DataFrame) -> PolarsResult<Vec<MeterDay>> {
    let columns = Columns::of(frame)?;
    let mut shared = Shared::default();
    (0..frame.height())
        .map(|row| columns.row(row, &mut shared))
        .collect()
}

struct Columns<'a> {
    urn: &'a UInt32Chunked,
    meter: &'a StringChunked,
    channel: &'a StringChunked,
    unit: &'a StringChunked,
    day: Int32Chunked,
    slots: Int64Chunked,
    quality: &'a StringChunked,
    issued: Int64Chunked,
    common: Common<'a>,
}

/// The columns that say which event a row came from, the same in every table of the ledger.
pub(super) struct Common<'a> {
    source: &'a StringChunked,
    id: &'a StringChunked,
    partition: &'a Int32Chunked,
    offset: &'a Int64Chunked,
    received: Int64Chunked,
    token: &'a StringChunked,
}

/// Texts that many rows share, kept once.
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

    fn meter(&mut self, text: &str) -> PolarsResult<MeterId> {
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

impl<'a> Columns<'a> {
    fn of(frame: &'a DataFrame) -> PolarsResult<Self> {
        let slots = frame
            .column("slots_micro")?
            .as_materialized_series()
            .explode(ExplodeOptions {
                empty_as_null: true,
                keep_nulls: true,
            })?;
        Ok(Columns {
            urn: frame.column("urn")?.u32()?,
            meter: frame.column("meter")?.str()?,
            channel: frame.column("channel")?.str()?,
            unit: frame.column("unit")?.str()?,
            day: day_numbers(frame, "day")?,
            slots: slots.i64()?.clone(),
            quality: frame.column("quality")?.str()?,
            issued: integers(frame, "issued")?,
            common: Common::of(frame)?,
        })
    }

    fn row(&self, row: usize, shared: &mut Shared) -> PolarsResult<MeterDay> {
        let channel = self.channel.get(row).unwrap_or_default();
        let unit = self.unit.get(row).unwrap_or_default();
        let urn = self.urn.get(row).unwrap_or_default();
        let (identity, origin) = self.common.row(row, shared)?;
        Ok(MeterDay {
            urn: Urn::try_from(urn).map_err(|_| damaged("urn", urn))?,
            meter: shared.meter(self.meter.get(row).unwrap_or_default())?,
            channel: Channel::parse(channel).ok_or_else(|| damaged("channel", channel))?,
            unit: Unit::parse(unit).ok_or_else(|| damaged("unit", unit))?,
            day: self
                .day
                .get(row)
                .map(day_of)
                .ok_or_else(|| damaged("day", "nothing"))?,
            slots: self.slots_of(row),
            quality: letters(self.quality.get(row).unwrap_or_default()),
            issued: self
                .issued
                .get(row)
                .ok_or_else(|| damaged("issued", "nothing"))?,
            identity,
            origin,
        })
    }

    fn slots_of(&self, row: usize) -> [Option<Quantity>; MAX_SLOTS] {
        std::array::from_fn(|slot| self.slots.get(row * MAX_SLOTS + slot))
    }
}

fn letters(text: &str) -> [u8; MAX_SLOTS] {
    let mut letters = [b'-'; MAX_SLOTS];
    for (slot, letter) in letters.iter_mut().zip(text.bytes()) {
        *slot = letter;
    }
    letters
}
