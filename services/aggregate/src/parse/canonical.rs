//! Reads a meter-day from JSON directly into its slots.

use events::{
    Channel, LoneQuarter, MAX_SLOTS, MOST_PER_HALF_HOUR, Quantity, QuantityError,
    micro_from_decimal,
};
use footprint::ledger::SlotMask;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A meter-day as ingest writes it: a whole local day in half-hours.
#[derive(Deserialize)]
pub(super) struct Canonical<'a> {
    pub(super) meter: &'a str,
    #[serde(default)]
    pub(super) channel: Channel,
    pub(super) unit: &'a str,
    pub(super) day: &'a str,
    #[serde(borrow)]
    pub(super) values: &'a RawValue,
    #[serde(default)]
    pub(super) quality: Option<&'a str>,
    #[serde(default)]
    pub(super) quarters: Vec<LoneQuarter>,
    #[serde(default = "stated")]
    pub(super) issue_stated: bool,
}

fn stated() -> bool {
    true
}

/// The values in millionths of the unit, 0 where there is none, and their number.
pub(super) struct Values {
    pub(super) micro: [Quantity; MAX_SLOTS],
    pub(super) present: SlotMask,
    pub(super) count: usize,
}

/// Why the values are not those of a meter's day.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(super) enum ValuesError {
    #[error("values are not numbers or nulls: {0}")]
    Type(String),
    #[error(transparent)]
    Quantity(#[from] QuantityError),
    #[error("at most {MAX_SLOTS} values, not {0}")]
    Count(usize),
    #[error("no half-hour holds less than nothing or more than a million")]
    Range,
    #[error("quarter {0} is of no half-hour without a value")]
    Quarter(u8),
}

impl Values {
    /// Reads an array of numbers and nulls. Ingest writes plain decimals; serde_json reads what is written in another way.
    pub(super) fn read(array: &RawValue) -> Result<Self, ValuesError> {
        if let Some(values) = Self::read_plain(array.get().as_bytes()) {
            return values.check();
        }
        let written: Vec<Option<f64>> = serde_json::from_str(array.get())
            .map_err(|error| ValuesError::Type(error.to_string()))?;
        let mut values = Values::none();
        for value in written {
            values.push(value.map(micro_from_decimal).transpose()?);
        }
        values.check()
    }

    fn none() -> Self {
        Values {
            micro: [0; MAX_SLOTS],
            present: 0,
            count: 0,
        }
    }

    fn push(&mut self, value: Option<Quantity>) {
        if let (Some(value), Some(micro)) = (value, self.micro.get_mut(self.count)) {
            *micro = value;
            self.present |= 1 << self.count;
        }
        self.count += 1;
    }

    fn read_plain(array: &[u8]) -> Option<Self> {
        let mut values = Values::none();
        let mut rest = array.strip_prefix(b"[")?;
        loop {
            let (value, after) = match rest.strip_prefix(b"null") {
                Some(after) => (None, after),
                None => plain_decimal(rest).map(|(micro, after)| (Some(micro), after))?,
            };
            values.push(value);
            match after.split_first()? {
                (b',', more) => rest = more,
                (b']', []) => return Some(values),
                _ => return None,
            }
        }
    }

    fn check(self) -> Result<Self, ValuesError> {
        if self.count > MAX_SLOTS {
            return Err(ValuesError::Count(self.count));
        }
        let allowed = 0..=MOST_PER_HALF_HOUR;
        match self.micro.iter().all(|micro| allowed.contains(micro)) {
            true => Ok(self),
            false => Err(ValuesError::Range),
        }
    }
}

/// The value of a quarter, in millionths of the unit. It is of one of so many half-hours, and of none that is `taken`.
pub(super) fn quarter(
    one: &LoneQuarter,
    count: usize,
    taken: SlotMask,
) -> Result<Quantity, ValuesError> {
    let slot = usize::from(one.quarter / 2);
    if slot >= count || taken >> slot & 1 == 1 {
        return Err(ValuesError::Quarter(one.quarter));
    }
    let micro = micro_from_decimal(one.value)?;
    match (0..=MOST_PER_HALF_HOUR).contains(&micro) {
        true => Ok(micro),
        false => Err(ValuesError::Range),
    }
}

const MOST_DIGITS: usize = 9;
/// Powers of ten that make millionths of a fraction of 0 to 6 digits.
const SCALES: [Quantity; 7] = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

/// The number at the beginning of a text, in millionths, and the text after it; none unless it is a decimal without a sign or an
/// exponent, of up to nine digits and six places.
fn plain_decimal(text: &[u8]) -> Option<(Quantity, &[u8])> {
    let (whole, whole_digits, rest) = digits(text);
    if whole_digits == 0 || whole_digits > MOST_DIGITS {
        return None;
    }
    let Some(fraction) = rest.strip_prefix(b".") else {
        return Some((whole * SCALES[0], rest));
    };
    let (fraction, places, rest) = digits(fraction);
    let scale = SCALES.get(places).filter(|_| places > 0)?;
    Some((whole * SCALES[0] + fraction * scale, rest))
}

/// The leading digits of a text as a number, how many there are, and the text after them. Stops after the tenth.
fn digits(text: &[u8]) -> (Quantity, usize, &[u8]) {
    let (mut number, mut count) = (0, 0);
    while let Some(digit) = text.get(count).filter(|byte| byte.is_ascii_digit())
        && count <= MOST_DIGITS
    {
        number = number * 10 + Quantity::from(digit - b'0');
        count += 1;
    }
    (number, count, text.get(count..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(array: &str) -> Result<(Vec<Quantity>, SlotMask), ValuesError> {
        let values = Values::read(&serde_json::from_str::<Box<RawValue>>(array).unwrap())?;
        Ok((values.micro[..values.count].to_vec(), values.present))
    }

    #[test]
    fn plain_decimals_are_read_as_the_floats_next_to_them() {
        let whole = [0_i64, 1, 9, 10, 999, 123_456, 1_000_000];
        let fractions = ["", ".0", ".1", ".01", ".000001", ".999999", ".123456", ".5"];
        for whole in whole {
            for fraction in fractions {
                let text = format!("{whole}{fraction}");
                let micro = micro_from_decimal(text.parse().unwrap()).unwrap();
                assert_eq!(
                    plain_decimal(text.as_bytes()),
                    Some((micro, &b""[..])),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_plain_decimal_is_read_as_a_float() {
        for text in ["-0.0", "1e-3", "0.0000001", "1.2345678", "-1", "1E2"] {
            assert!(plain_decimal(text.as_bytes()).is_none_or(|(_, rest)| !rest.is_empty()));
        }
        assert_eq!(
            read("[ 1e-3 , null,0.00000049, 2.5]"),
            Ok((vec![1_000, 0, 0, 2_500_000], 0b1101))
        );
        assert_eq!(read("[1.5,null,2]"), Ok((vec![1_500_000, 0, 2_000_000], 5)));
        assert_eq!(read("[]"), Ok((vec![], 0)));
    }

    #[test]
    fn a_value_that_no_half_hour_has_is_refused() {
        for array in ["[-0.5]", "[1000000.000001]", "[1e7]"] {
            assert_eq!(read(array), Err(ValuesError::Range), "{array}");
        }
        assert!(matches!(read("[\"1\"]"), Err(ValuesError::Type(_))));
        for (array, value) in [("[1e300]", 1e300), ("[12345678901]", 12_345_678_901.0)] {
            let too_much = ValuesError::Quantity(QuantityError(value));
            assert_eq!(read(array), Err(too_much), "{array}");
        }
        let many = format!("[{}]", ["1"; MAX_SLOTS + 1].join(","));
        assert_eq!(read(&many), Err(ValuesError::Count(51)));
    }
}
