//! Rows of readings without their half-hours: what loading a history needs, in a tenth of the time.

use std::cmp::Ordering;

use chrono::NaiveDate;
use events::{Channel, MeterId, Place, Unit, Urn};
use polars::prelude::*;

use super::columns::{Shared, damaged, day_numbers, day_of, integers};
use super::{DayKey, DaySum, MeterDay};

/// The columns that [`summed_rows`] reads: all but `slots_micro`, `issue_stated` and `token`.
pub const SUMMED_COLUMNS: [&str; 14] = [
    "urn",
    "day",
    "meter",
    "channel",
    "unit",
    "quality",
    SUM,
    FLAT,
    "issued",
    "source",
    "id",
    "partition",
    "offset",
    "received",
];

/// The sum of a row's half-hours, in millionths of its unit.
const SUM: &str = "sum_micro";
/// Whether the row's half-hours are flat, as [`DaySum`] defines it.
const FLAT: &str = "flat";

/// A row of readings without its half-hours. The texts are those of the frame.
#[derive(Debug, Clone)]
pub struct SummedRow<'a> {
    /// The school.
    pub urn: Urn,
    /// The meter.
    pub meter: MeterId,
    /// The channel.
    pub channel: Channel,
    /// The local day.
    pub day: NaiveDate,
    /// The sum of the half-hours.
    pub sum: DaySum,
    /// When the source issued it, in microseconds since 1970.
    pub issued: i64,
    /// The issuer.
    pub source: &'a str,
    /// Its id within the source.
    pub id: &'a str,
    /// When ingest received it, in microseconds since 1970.
    pub received: i64,
    /// Its position in the log.
    pub place: Place,
}

impl SummedRow<'_> {
    /// The key of the row.
    pub fn key(&self) -> DayKey {
        DayKey {
            meter: self.meter.clone(),
            channel: self.channel,
            day: self.day,
        }
    }

    /// Whether both rows are copies of one revision of one event.
    pub fn has_same_name(&self, other: &SummedRow<'_>) -> bool {
        (self.id, self.source, self.issued) == (other.id, other.source, other.issued)
    }

    /// The order of arrival: of two copies, the earlier one counts.
    pub fn compare_arrival(&self, other: &SummedRow<'_>) -> Ordering {
        (self.received, self.place).cmp(&(other.received, other.place))
    }
}

/// The columns of a row's sum that its letters do not tell.
pub(super) fn sum_columns(rows: &[&MeterDay]) -> [Column; 2] {
    let sums = || rows.iter().map(|row| DaySum::new(row.unit, &row.slots));
    let (sum, flat): (Vec<i64>, Vec<bool>) = sums().map(|sum| (sum.sum, sum.flat)).unzip();
    [Column::new(SUM.into(), sum), Column::new(FLAT.into(), flat)]
}

/// Whether a frame of readings has the columns of sums.
pub fn has_sums(frame: &DataFrame) -> bool {
    frame.column(SUM).is_ok() && frame.column(FLAT).is_ok()
}

/// The rows of a frame that has [`SUMMED_COLUMNS`].
pub fn summed_rows(
    frame: &DataFrame,
) -> PolarsResult<impl Iterator<Item = PolarsResult<SummedRow<'_>>>> {
    let columns = Columns::of(frame)?;
    let mut shared = Shared::default();
    Ok((0..frame.height()).map(move |row| columns.row(row, &mut shared)))
}

struct Columns<'a> {
    urn: &'a UInt32Chunked,
    day: Int32Chunked,
    meter: &'a StringChunked,
    channel: &'a StringChunked,
    unit: &'a StringChunked,
    quality: &'a StringChunked,
    sum: &'a Int64Chunked,
    flat: &'a BooleanChunked,
    issued: Int64Chunked,
    source: &'a StringChunked,
    id: &'a StringChunked,
    partition: &'a Int32Chunked,
    offset: &'a Int64Chunked,
    received: Int64Chunked,
}

impl<'a> Columns<'a> {
    fn of(frame: &'a DataFrame) -> PolarsResult<Self> {
        Ok(Columns {
            urn: frame.column("urn")?.u32()?,
            day: day_numbers(frame, "day")?,
            meter: frame.column("meter")?.str()?,
            channel: frame.column("channel")?.str()?,
            unit: frame.column("unit")?.str()?,
            quality: frame.column("quality")?.str()?,
            sum: frame.column(SUM)?.i64()?,
            flat: frame.column(FLAT)?.bool()?,
            issued: integers(frame, "issued")?,
            source: frame.column("source")?.str()?,
            id: frame.column("id")?.str()?,
            partition: frame.column("partition")?.i32()?,
            offset: frame.column("offset")?.i64()?,
            received: integers(frame, "received")?,
        })
    }

    fn row(&self, row: usize, shared: &mut Shared) -> PolarsResult<SummedRow<'a>> {
        let urn = present(self.urn.get(row), "urn")?;
        let channel = present(self.channel.get(row), "channel")?;
        let unit = present(self.unit.get(row), "unit")?;
        let letters = present(self.quality.get(row), "quality")?.as_bytes();
        let count =
            |counts: fn(&u8) -> bool| letters.iter().filter(|letter| counts(letter)).count() as u8;
        Ok(SummedRow {
            urn: Urn::try_from(urn).map_err(|_| damaged("urn", urn))?,
            meter: shared.meter(present(self.meter.get(row), "meter")?)?,
            channel: Channel::parse(channel).ok_or_else(|| damaged("channel", channel))?,
            day: day_of(present(self.day.get(row), "day")?),
            sum: DaySum {
                sum: present(self.sum.get(row), SUM)?,
                unit: Unit::parse(unit).ok_or_else(|| damaged("unit", unit))?,
                present: count(|letter| *letter != b'-'),
                estimated: count(|letter| *letter == b'E'),
                spread: count(|letter| *letter == b'S'),
                // The letters end with that of the last value.
                last: letters.len() as u8,
                flat: present(self.flat.get(row), FLAT)?,
            },
            issued: present(self.issued.get(row), "issued")?,
            source: present(self.source.get(row), "source")?,
            id: present(self.id.get(row), "id")?,
            received: present(self.received.get(row), "received")?,
            place: Place {
                partition: present(self.partition.get(row), "partition")?,
                offset: present(self.offset.get(row), "offset")?,
            },
        })
    }
}

fn present<T>(value: Option<T>, column: &str) -> PolarsResult<T> {
    value.ok_or_else(|| damaged(column, "nothing"))
}
