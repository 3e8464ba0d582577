//! Two reads of a cumulative register, spread over the half-hours between them.

use chrono::{DateTime, FixedOffset, SecondsFormat};
use events::{Quality, Refusal, RegisterSpan, Rule, Sent};

use super::{Run, spread};
use crate::decode::bad_values::BadValues;
use crate::decode::read_as::ReadFrom;
use crate::rules::{Bounds, Fault, amount, decimal, has_ended, plausible};

/// The longest time between two reads. A meter is read more often; spread over longer the figures mean nothing.
const LONGEST_DAYS: i64 = 400;

pub(super) fn between(
    reads: &RegisterSpan,
    read_from: &ReadFrom,
    bounds: &Bounds,
) -> Result<Run, Vec<Refusal>> {
    let one = |refusal: Refusal| vec![refusal];
    let read_as = read_from.only().map_err(|day| {
        let hint = format!(
            "what the meter's numbers are changes on {day} by its registration; send the reads up to that day, and those from \
             it on, as an event each"
        );
        one(Fault::new(Rule::Schema, hint).at("/data/register", "reads before and after it"))
    })?;
    if read_as.unit == Sent::KW {
        let hint =
            "a register counts energy or volume; send its reads in kWh, or the power as values";
        return Err(one(Fault::new(Rule::Schema, hint).at("/data/unit", "kW")));
    }
    let (opening, closing) = (&reads.opening, &reads.closing);
    on_half_hour(opening.at, "/data/register/opening/at").map_err(one)?;
    on_half_hour(closing.at, "/data/register/closing/at").map_err(one)?;
    let half_hours = (closing.at - opening.at).num_minutes() / 30;
    let slots = usize::try_from(half_hours).unwrap_or_default();
    if slots == 0 || slots as i64 > LONGEST_DAYS * 48 {
        let hint =
            format!("the closing read is 1 half-hour to {LONGEST_DAYS} days after the opening one");
        let fault = Fault::new(Rule::ValueCount, hint);
        return Err(one(
            fault.at("/data/register/closing/at", written(closing.at))
        ));
    }
    has_ended(closing.at.to_utc(), bounds)
        .map_err(|fault| one(fault.at("/data/register/closing/at", written(closing.at))))?;
    let read = |value: f64, pointer: &str| {
        // A register may show any number; only the difference of two reads must be plausible.
        let shown = amount(value, read_as.unit, closing.at - opening.at)
            .and_then(|micro| plausible(micro, i64::MAX));
        shown.map_err(|fault| one(fault.at(pointer, value)))
    };
    let from = read(opening.value, "/data/register/opening/value")?;
    let to = read(closing.value, "/data/register/closing/value")?;
    if to < from {
        let seen = format!("{}, after {}", decimal(to), decimal(from));
        let hint = "a register counts up: if the meter was exchanged or rolled over, send the reads of each register by \
                    itself";
        return Err(one(
            Fault::new(Rule::Negative, hint).at("/data/register/closing/value", seen)
        ));
    }
    let most = read_as.most.saturating_mul(half_hours);
    let total = plausible(to - from, most)
        .map_err(|fault| one(fault.at("/data/register/closing/value", closing.value)))?;
    Ok(Run {
        first: opening.at.to_utc(),
        half_hours: spread(total, slots, Quality::Spread).collect(),
        quarters: Vec::new(),
        bad: BadValues::default(),
    })
}

fn on_half_hour(at: DateTime<FixedOffset>, pointer: &str) -> Result<(), Refusal> {
    let on = at.timestamp() % 1800 == 0 && at.timestamp_subsec_nanos() == 0;
    let fault = || {
        Fault::new(
            Rule::Schema,
            "a read is taken on a half-hour, such as 09:00:00 or 09:30:00",
        )
    };
    if on {
        Ok(())
    } else {
        Err(fault().at(pointer, written(at)))
    }
}

pub(super) fn written(at: DateTime<FixedOffset>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
