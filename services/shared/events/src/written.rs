//! Days and instants, parsed exactly as the schemas write them. chrono's parser is laxer (`2026-3-1`, spaces, years of five
//! digits), and an event that one service accepts and another refuses could not be replayed.

use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Utc};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A day or an instant with exactly one spelling.
pub trait Written: Sized {
    /// The format, for messages.
    const RULE: &'static str;

    /// Parses the text; none if it is in any other format, or lies outside the years 1900 to 2099.
    fn read(text: &str) -> Option<Self>;
}

impl Written for NaiveDate {
    const RULE: &'static str = "a day of 1900 to 2099, written 2026-03-29";

    fn read(text: &str) -> Option<Self> {
        let shaped = has_shape(text, b"dddd-dd-dd");
        let day = shaped.then(|| text.parse::<NaiveDate>().ok()).flatten()?;
        (1900..=2099).contains(&day.year()).then_some(day)
    }
}

impl Written for DateTime<FixedOffset> {
    const RULE: &'static str =
        "an instant of 1900 to 2099 with its offset, written 2026-03-29T00:30:00Z or …+01:00";

    fn read(text: &str) -> Option<Self> {
        let (clock, rest) = text.split_at_checked(19)?;
        let fraction = rest.strip_prefix('.').map_or(0, |digits| {
            1 + digits.bytes().take_while(u8::is_ascii_digit).count()
        });
        let zone = rest.get(fraction..)?;
        // No clock of ours shows a leap second, and chrono would store it as a second fraction.
        let shaped = has_shape(clock, b"dddd-dd-ddTdd:dd:dd")
            && !clock.ends_with("60")
            && (fraction == 0 || (2..=10).contains(&fraction))
            && (zone == "Z" || has_shape(zone, b"+dd:dd") || has_shape(zone, b"-dd:dd"));
        let instant = shaped.then(|| DateTime::parse_from_rfc3339(text).ok())??;
        // Check both years, because an instant is written again in UTC.
        let years = [instant.year(), instant.to_utc().year()];
        years
            .iter()
            .all(|year| (1900..=2099).contains(year))
            .then_some(instant)
    }
}

impl Written for DateTime<Utc> {
    const RULE: &'static str = <DateTime<FixedOffset> as Written>::RULE;

    fn read(text: &str) -> Option<Self> {
        DateTime::<FixedOffset>::read(text).map(|instant| instant.to_utc())
    }
}

/// Whether `text` has the shape `shape`, where a `d` stands for any digit.
fn has_shape(text: &str, shape: &[u8]) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape).all(|(byte, place)| match place {
            b'd' => byte.is_ascii_digit(),
            place => byte == *place,
        })
}

/// For `#[serde(deserialize_with)]` on a required field.
pub(crate) fn one<'de, D: Deserializer<'de>, T: Written>(from: D) -> Result<T, D::Error> {
    Field::deserialize(from).map(|Field(value)| value)
}

/// For `#[serde(default, deserialize_with)]` on a field that may be left out or null.
pub(crate) fn maybe<'de, D: Deserializer<'de>, T: Written>(from: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(from).map(|field| field.map(|Field(value)| value))
}

struct Field<T>(T);

impl<'de, T: Written> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader<T>(PhantomData<T>);

        impl<T: Written> Visitor<'_> for Reader<T> {
            type Value = Field<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::RULE)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Field<T>, E> {
                let unexpected = serde::de::Unexpected::Str(text);
                T::read(text)
                    .map(Field)
                    .ok_or_else(|| E::invalid_value(unexpected, &self))
            }
        }

        from.deserialize_str(Reader(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Written>(text: &str, read: bool) {
        assert_eq!(T::read(text).is_some(), read, "{text:?}");
    }

    #[test]
    fn a_day_is_read_in_one_way_only() {
        check::<NaiveDate>("2026-03-29", true);
        check::<NaiveDate>("2024-02-29", true);
        for wrong in [
            "2026-02-29",
            "2026-3-1",
            "26-03-01",
            "2026-03-1 ",
            "1899-12-31",
            "2100-01-01",
            "",
        ] {
            check::<NaiveDate>(wrong, false);
        }
    }

    #[test]
    fn an_instant_is_read_in_one_way_only() {
        for right in [
            "2026-03-29T00:30:00Z",
            "2026-03-29T00:30:00.5+01:00",
            "2026-03-29T23:59:59.123456789-00:00",
        ] {
            check::<DateTime<Utc>>(right, true);
        }
        for wrong in [
            "2026-03-29 00:30:00Z",
            "2026-03-29t00:30:00z",
            "2026-03-29T00:30:00",
            "2026-03-29T00:30Z",
            "2026-03-29T24:00:00Z",
            "2026-03-29T23:59:60Z",
            "2026-03-29T00:30:00.Z",
            "2026-03-29T00:30:00.1234567890Z",
            "2026-03-29T00:30:00+0100",
            "2026-03-29T00:30:00+24:00",
            "2026-03-29T00:30:00−01:00",
            "2099-12-31T23:30:00-01:00",
        ] {
            check::<DateTime<Utc>>(wrong, false);
        }
    }
}
