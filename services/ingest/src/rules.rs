//! The rules for values, whatever their format.

mod amount;
mod ceiling;
mod load;
mod sentinel;

use chrono::{DateTime, Datelike, SecondsFormat, TimeDelta, Utc};
use events::{MICRO, MOST_PER_HALF_HOUR, Quantity, Refusal, Rule};

use crate::limits::Limits;

pub(crate) use amount::amount;
pub(crate) use ceiling::ceiling;
pub(crate) use load::{heavy, weight_is_possible};

/// The bounds for values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// The latest end of a measurement: now, plus a tolerance for clocks that are ahead.
    pub(crate) latest: DateTime<Utc>,
    /// The most that a half-hour of an unknown meter can hold: the highest possible limit, because its event is refused and
    /// kept anyway.
    pub(crate) most: Quantity,
    /// The most meter-days in one request.
    pub(crate) meter_days: usize,
}

impl Bounds {
    pub(crate) fn new(limits: &Limits, now: DateTime<Utc>) -> Self {
        Bounds {
            latest: now + limits.skew(),
            most: MOST_PER_HALF_HOUR,
            meter_days: limits.max_meter_days,
        }
    }
}

/// A broken rule, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) rule: Rule,
    pub(crate) hint: String,
}

impl Fault {
    pub(crate) fn new(rule: Rule, hint: impl Into<String>) -> Self {
        Fault {
            rule,
            hint: hint.into(),
        }
    }

    pub(crate) fn at(self, pointer: impl Into<String>, seen: impl std::fmt::Display) -> Refusal {
        Refusal::new(pointer, self.rule, seen, self.hint)
    }
}

/// Checks that `amount` can be the measurement of an interval that holds at most `most`.
pub(crate) fn plausible(amount: Quantity, most: Quantity) -> Result<Quantity, Fault> {
    let fault = |hint: String| Err(Fault::new(Rule::Implausible, hint));
    if amount < 0 {
        let hint = "a channel measures zero or more; send what flows out as channel AE, and null for what is not known";
        return Err(Fault::new(Rule::Negative, hint));
    }
    if sentinel::is_sentinel(amount) {
        return fault(MEANS_NONE.to_owned());
    }
    if amount > most {
        return fault(format!(
            "it comes to {}, and at most {} (kWh, m³ or kVArh) can be measured in this time; check the unit, register the meter with the `capacity` it has, or send null",
            decimal(amount),
            decimal(most)
        ));
    }
    Ok(amount)
}

/// Checks that `amount` can be that of one half-hour or less, and is not a counter with a garbled half.
pub(crate) fn plausible_half_hour(amount: Quantity) -> Result<Quantity, Fault> {
    if sentinel::is_garbled(amount) {
        return Err(Fault::new(Rule::Implausible, MEANS_NONE));
    }
    Ok(amount)
}

const MEANS_NONE: &str = "meters send this number when they mean none; send null";

/// Checks that an interval that ends at `end` is over.
pub(crate) fn has_ended(end: DateTime<Utc>, bounds: &Bounds) -> Result<(), Fault> {
    if end <= bounds.latest {
        return Ok(());
    }
    let end = end.to_rfc3339_opts(SecondsFormat::Secs, true);
    Err(Fault::new(
        Rule::Future,
        format!("its time ends at {end}; send it after that, or null"),
    ))
}

/// Checks that an event can have been issued at `time`. A clock that is wrong by an hour or a time zone does no harm; one that
/// is years ahead would issue values that no correction could ever overrule.
pub(crate) fn issued(time: DateTime<Utc>, bounds: &Bounds) -> Result<(), Fault> {
    if time <= bounds.latest + TimeDelta::days(1) {
        return Ok(());
    }
    Err(Fault::new(
        Rule::Future,
        "set the sender's clock: the event is issued more than a day from now",
    ))
}

/// Checks that `time` can be the time of readings, or of their sending. A clock that was never set counts from 1900, 1904,
/// 1970, 1980 or 2000; no school has half-hours from before.
pub(crate) fn of_a_set_clock(time: DateTime<Utc>) -> Result<(), Fault> {
    const FIRST_YEAR: i32 = 2001;
    if time.year() >= FIRST_YEAR {
        return Ok(());
    }
    Err(Fault::new(
        Rule::Clock,
        format!(
            "set the clock of the meter or its gateway: there are no readings from before {FIRST_YEAR}"
        ),
    ))
}

/// Checks that readings whose last half-hour ended at `end` can have been issued at `time`; an error of a time zone does no
/// harm.
pub(crate) fn issued_after(time: DateTime<Utc>, end: DateTime<Utc>) -> Result<(), Fault> {
    if time + TimeDelta::days(1) >= end {
        return Ok(());
    }
    let end = end.to_rfc3339_opts(SecondsFormat::Secs, true);
    Err(Fault::new(
        Rule::Clock,
        format!(
            "set the clock: this is more than a day before {end}, when the last half-hour it comes with ended"
        ),
    ))
}

/// The shortest decimal for a number of millionths.
pub fn decimal(micro: Quantity) -> String {
    let mut text = String::new();
    push_decimal(&mut text, micro);
    text
}

/// Appends the shortest decimal for a number of millionths. `write!` would take longer than all the other work for a meter-day.
pub(crate) fn push_decimal(text: &mut String, micro: Quantity) {
    let million = MICRO.unsigned_abs();
    let (whole, fraction) = (
        micro.unsigned_abs() / million,
        micro.unsigned_abs() % million,
    );
    if micro < 0 {
        text.push('-');
    }
    let mut digits = itoa::Buffer::new();
    text.push_str(digits.format(whole));
    if fraction > 0 {
        // A one in front keeps the leading zeros; a point takes its place.
        let padded = digits.format(million + fraction);
        text.push('.');
        text.push_str(padded.get(1..).unwrap_or_default().trim_end_matches('0'));
    }
}

#[cfg(test)]
mod tests {
    use events::Sent;

    use super::*;

    const HALF_HOUR: TimeDelta = TimeDelta::minutes(30);

    #[test]
    fn a_decimal_is_read_back_as_the_same_millionths() {
        for (micro, text) in [
            (0, "0"),
            (14_400_000, "14.4"),
            (10_000_000, "10"),
            (1, "0.000001"),
            (100_000_000_000, "100000"),
            (10_050_000, "10.05"),
            (-2_500_000, "-2.5"),
            (120_000_100, "120.0001"),
            (4_000_000_000_000_001, "4000000000.000001"),
        ] {
            assert_eq!(decimal(micro), text);
            let read = amount(text.parse().unwrap(), Sent::KWh, HALF_HOUR);
            assert_eq!(read, Ok(micro));
        }
    }

    #[test]
    fn impossible_readings_are_refused() {
        let check = |value: f64, sent, wanted: Option<Rule>| {
            let judged =
                amount(value, sent, HALF_HOUR).and_then(|micro| plausible(micro, 40_000 * MICRO));
            assert_eq!(
                judged.err().map(|fault| fault.rule),
                wanted,
                "{value} {sent:?}"
            );
        };
        check(39_999.0, Sent::KWh, None);
        check(-0.1, Sent::KWh, Some(Rule::Negative));
        check(40_000.1, Sent::KWh, Some(Rule::Implausible));
        check(1e12, Sent::KWh, Some(Rule::Implausible));
        for sentinel in [
            4294967.295,
            2147483.647,
            16777.215,
            8590.017,
            34364.271,
            38655.37,
        ] {
            check(sentinel, Sent::KWh, Some(Rule::Implausible));
            check(sentinel, Sent::M3, Some(Rule::Implausible));
            check(sentinel * 1000.0, Sent::Wh, Some(Rule::Implausible));
        }
    }
}
