//! Converts rows of readings to a frame, and back.

use events::{Channel, MAX_SLOTS, Quality, Unit, Urn};
use polars::prelude::*;
use polars_arrow::bitmap::BitmapBuilder;

use super::columns::{
    Common, Shared, damaged, day_numbers, day_of, frame_of, integers, text_column,
};
use super::summed_frame::sum_columns;
use super::{MeterDay, Slots};

/// The frame the ledger keeps: `urn, day, meter, channel, unit, slots_micro, quality, quarters, sum_micro, flat, issue_stated,
/// issued, source, id, partition, offset, received, token`; times are UTC. `sum_micro` and `flat` follow from the half-hours: a
/// reader of sums need not decode those. `quarters` holds the quarters of half-hours that have no value, such as `26=1250000A`:
/// the number in the day, millionths of the unit, and the letter of the quality.
pub fn readings_to_frame(rows: &[&MeterDay]) -> PolarsResult<DataFrame> {
    let (mut slots, mut present) = (Vec::new(), BitmapBuilder::new());
    slots.reserve(rows.len() * MAX_SLOTS);
    for row in rows {
        row.slots.append_to(&mut slots, &mut present);
    }
    let slots =
        Int64Chunked::from_vec_validity("slots_micro".into(), slots, present.into_opt_validity());
    let shape = [rows.len(), MAX_SLOTS].map(|length| ReshapeDimension::new(length as i64));
    let slots = slots.into_series().reshape_array(&shape)?;
    let mut own = vec![
        text_column("meter", rows.iter().map(|row| row.meter.as_str())),
        text_column("channel", rows.iter().map(|row| row.channel.as_str())),
        text_column("unit", rows.iter().map(|row| row.unit.as_str())),
        slots.into_column(),
        text_column(
            "quality",
            rows.iter().map(|row| written(row.slots.letters())),
        ),
    ];
    own.push(text_column(
        QUARTERS,
        rows.iter().map(|row| written_quarters(&row.slots)),
    ));
    own.extend(sum_columns(rows));
    own.push(Column::new(
        "issue_stated".into(),
        rows.iter().map(|row| row.issue_stated).collect::<Vec<_>>(),
    ));
    frame_of(rows, own, |row| {
        (row.urn, row.day, row.issued, &row.identity, &row.origin)
    })
}

/// Letters up to the last half-hour with a value.
fn written(letters: [u8; MAX_SLOTS]) -> String {
    let text = String::from_utf8_lossy(&letters);
    text.trim_end_matches('-').to_owned()
}

/// The column of the quarters whose half-hours have no value. Objects of ledgers from before there were any lack it.
const QUARTERS: &str = "quarters";

fn written_quarters(slots: &Slots) -> String {
    let quarters = slots.quarters();
    let quarters =
        quarters.map(|(quarter, value, quality)| format!("{quarter}={value}{}", quality.letter()));
    quarters.collect::<Vec<_>>().join(" ")
}

fn read_quarters(text: &str, slots: &mut Slots) -> Option<()> {
    for one in text.split_ascii_whitespace() {
        let (quarter, rest) = one.split_once('=')?;
        let (value, letter) = rest.split_at_checked(rest.len().checked_sub(1)?)?;
        let quality = Quality::of(*letter.as_bytes().first()?)?;
        slots.set_quarter(quarter.parse().ok()?, value.parse().ok()?, quality);
    }
    Some(())
}

/// The rows in a frame of the ledger.
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
    quarters: Option<&'a StringChunked>,
    issue_stated: &'a BooleanChunked,
    issued: Int64Chunked,
    common: Common<'a>,
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
            quarters: frame.column(QUARTERS).ok().map(Column::str).transpose()?,
            issue_stated: frame.column("issue_stated")?.bool()?,
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
            slots: self.slots_of(row)?,
            issued: self
                .issued
                .get(row)
                .ok_or_else(|| damaged("issued", "nothing"))?,
            issue_stated: self
                .issue_stated
                .get(row)
                .ok_or_else(|| damaged("issue_stated", "nothing"))?,
            identity,
            origin,
        })
    }

    /// A value without a letter is actual.
    fn slots_of(&self, row: usize) -> PolarsResult<Slots> {
        let letters = self.quality.get(row).unwrap_or_default().as_bytes();
        let value = |slot: usize| {
            let letter = letters.get(slot).copied();
            let quality = letter.and_then(Quality::of).unwrap_or(Quality::Actual);
            Some((slot, self.slots.get(row * MAX_SLOTS + slot)?, quality))
        };
        let mut slots: Slots = (0..MAX_SLOTS).filter_map(value).collect();
        if let Some(quarters) = self.quarters.and_then(|quarters| quarters.get(row)) {
            read_quarters(quarters, &mut slots).ok_or_else(|| damaged(QUARTERS, quarters))?;
        }
        Ok(slots)
    }
}
