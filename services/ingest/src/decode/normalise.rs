//! Turns readings in any form into meter-days.

mod reads;
mod values;

use chrono::{DateTime, Utc};
use events::{
    Channel, MeterReadings, Quality, Quantity, Refusal, Rule, Sent, SettlementDay, Span, Unit,
};

use crate::decode::bad_values::BadValues;
use crate::decode::meter_day::{HalfHour, MeterDay, Quarter, UNKNOWN};
use crate::decode::read_as::ReadFrom;
use crate::rules::{Bounds, Fault};

/// A quarter of an hour, in seconds.
const QUARTER: i64 = 900;

/// Half-hours in a row, from an instant on.
struct Run {
    first: DateTime<Utc>,
    half_hours: Vec<HalfHour>,
    /// Quarters of unknown half-hours, in order, each with the second of the Unix epoch at which it begins.
    quarters: Vec<(i64, Quantity, Quality)>,
    bad: BadValues,
}

/// The meter-days of an event of readings, and its impossible values.
#[derive(Debug)]
pub(crate) struct Normalised {
    pub(crate) days: Vec<MeterDay>,
    pub(crate) bad: BadValues,
}

/// Returns the meter-days of an event of readings, or everything that is wrong with it. An impossible value makes its
/// half-hours missing; an event that holds no other value is refused.
pub(crate) fn normalise(
    readings: &MeterReadings,
    read: &ReadFrom,
    bounds: &Bounds,
) -> Result<Normalised, Vec<Refusal>> {
    unit_fits(readings).map_err(|refusal| vec![refusal])?;
    let span = readings.span().map_err(|error| {
        vec![Fault::new(Rule::Schema, error.to_string()).at("/data", "none or several")]
    })?;
    let run = match span {
        Span::Day(day) => values::of_day(readings, SettlementDay(day), read, bounds),
        Span::From(start) => values::from(readings, start, read, bounds),
        Span::Register(reads) => reads::between(reads, read, bounds),
    }?;
    let days = into_days(readings, read, &run);
    Ok(Normalised { days, bad: run.bad })
}

/// Reactive energy must never be added to energy, nor a volume to either.
fn unit_fits(readings: &MeterReadings) -> Result<(), Refusal> {
    let reactive = matches!(readings.channel, Channel::RI | Channel::RE);
    let hint = match (readings.unit, reactive) {
        (Sent::KVArh, false) => {
            "kVArh is the unit of channels RI and RE; AI and AE are energy or volume"
        }
        (Sent::KVArh, true) => return Ok(()),
        (_, true) => "channels RI and RE are measured in kVArh",
        (unit, false)
            if unit.kept() == Unit::CubicMetres && readings.meter.as_str().starts_with("mpan:") =>
        {
            "an MPAN is electricity, which is not measured by volume"
        }
        _ => return Ok(()),
    };
    let seen = format!(
        "{} of {} {}",
        readings.unit.as_str(),
        readings.channel.as_str(),
        readings.meter
    );
    Err(Refusal::new("/data/unit", Rule::Schema, seen, hint))
}

fn into_days(readings: &MeterReadings, read: &ReadFrom, run: &Run) -> Vec<MeterDay> {
    let mut days = Vec::new();
    let mut day = SettlementDay::of(run.first);
    let mut skipped = day.slot_at(run.first).unwrap_or_default();
    let mut left = run.half_hours.as_slice();
    while !left.is_empty() {
        let slots = day.slots();
        let (now, later) = left.split_at(left.len().min(slots - skipped.min(slots)));
        let mut half_hours = Vec::with_capacity(slots);
        half_hours.resize(skipped, UNKNOWN);
        half_hours.extend_from_slice(now);
        half_hours.resize(slots, UNKNOWN);
        let read = read.at(run.first.max(day.starts()));
        let (starts, ends) = (day.starts().timestamp(), day.ends().timestamp());
        let of_day = run.quarters.iter();
        let of_day = of_day.filter(|(begins, ..)| (starts..ends).contains(begins));
        let quarters = of_day.map(|(begins, value, quality)| Quarter {
            number: ((begins - starts) / QUARTER) as u8,
            value: *value,
            quality: *quality,
        });
        days.push(MeterDay {
            meter: readings.meter.clone(),
            channel: read.channel,
            unit: read.unit.kept(),
            as_registered: read.as_registered,
            day,
            half_hours,
            quarters: quarters.collect(),
        });
        (day, skipped, left) = (day.next(), 0, later);
    }
    days
}

/// Spreads a total over `slots` half-hours: whole millionths, as even as possible, that add up to the total exactly.
fn spread(total: Quantity, slots: usize, quality: Quality) -> impl Iterator<Item = HalfHour> {
    let (total, slots) = (i128::from(total), slots as i128);
    let up_to = move |slot: i128| total * slot / slots;
    (0..slots).map(move |slot| {
        let share = up_to(slot + 1) - up_to(slot);
        (i64::try_from(share).ok(), quality)
    })
}

#[cfg(test)]
mod tests;
