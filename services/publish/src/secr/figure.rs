//! A figure of a report: a number, or the text of a published number.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::format;

/// A figure. A text keeps what a number would lose: how many decimals were printed, and typing errors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = SecrFigure)]
pub enum Figure {
    /// A number.
    Number(f64),
    /// The text as published, such as `1,692.10`.
    Written(String),
}

/// A figure as a decimal number: exact, so that sums of figures need no tolerance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Decimal {
    /// The value in billionths.
    pub billionths: i128,
    /// The number of decimals that are given.
    pub places: u32,
}

const MOST_PLACES: u32 = 9;
const ONE: i128 = 1_000_000_000;

impl Figure {
    /// The figure as a decimal; an error says why it cannot be read as one.
    pub(crate) fn decimal(&self) -> Result<Decimal, String> {
        match self {
            Figure::Number(number) if !number.is_finite() => Err("is not a number".to_owned()),
            Figure::Number(number) => {
                // A double has fifteen reliable digits: the rest is noise.
                let places = if number.abs() < 1e6 { 9 } else { 6 };
                let text = format!("{number:.places$}");
                let text = text.trim_end_matches('0').trim_end_matches('.');
                Decimal::parse(text)
            }
            Figure::Written(text) => Decimal::parse(text),
        }
    }

    /// The figure as a number for showing and comparing; none if it cannot be read as one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Figure::Number(number) => Some(*number).filter(|number| number.is_finite()),
            Figure::Written(_) => self.decimal().ok().map(Decimal::number),
        }
    }

    /// The text for people: a number with this many decimals, and a text unchanged.
    pub(crate) fn shown(&self, places: usize) -> String {
        match self {
            Figure::Number(number) => format::decimal(*number, places),
            Figure::Written(text) => text.clone(),
        }
    }
}

impl From<f64> for Figure {
    fn from(number: f64) -> Self {
        Figure::Number(number)
    }
}

impl Decimal {
    /// Reads `1,692.10`; thousands may be grouped, and then all of them must be.
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let whole = ungrouped(whole)?;
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let places = decimals.len() as u32;
        if whole.is_empty() || !all_digits(&whole) || !all_digits(decimals) || places > MOST_PLACES
        {
            return Err("is not a number".to_owned());
        }
        let too_long = |_| "is too long for a number".to_owned();
        let units: i128 = format!("{whole}{decimals}").parse().map_err(too_long)?;
        if units > i128::from(i64::MAX) {
            return Err("is too long for a number".to_owned());
        }
        let billionths = units * 10_i128.pow(MOST_PLACES - places);
        Ok(Decimal {
            billionths: if negative { -billionths } else { billionths },
            places,
        })
    }

    pub(crate) fn number(self) -> f64 {
        self.billionths as f64 / ONE as f64
    }

    /// Rounded to this many decimals, half away from zero.
    pub(crate) fn rounded(self, places: u32) -> Self {
        let step = 10_i128.pow(MOST_PLACES.saturating_sub(places));
        let half = step / 2 * self.billionths.signum();
        Decimal {
            billionths: (self.billionths + half) / step * step,
            places: places.min(MOST_PLACES),
        }
    }

    /// Half a unit of its last decimal: how far the exact value may be from the rounded one.
    pub(crate) fn half_a_step(self) -> i128 {
        10_i128.pow(MOST_PLACES.saturating_sub(self.places)) / 2
    }

    /// With its decimals, grouped: `1,692.10`.
    pub(crate) fn shown(self) -> String {
        let sign = if self.billionths < 0 { "\u{2212}" } else { "" };
        let size = self.billionths.unsigned_abs();
        let (whole, rest) = (size / ONE as u128, size % ONE as u128);
        let whole = format::grouped(i64::try_from(whole).unwrap_or(i64::MAX));
        if self.places == 0 {
            return format!("{sign}{whole}");
        }
        let decimals = format!("{rest:09}");
        format!("{sign}{whole}.{}", &decimals[..self.places as usize])
    }
}

/// The digits without the commas between thousands.
fn ungrouped(text: &str) -> Result<String, String> {
    let mut groups = text.split(',');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let well_grouped = (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
    if rest.is_empty() || well_grouped {
        return Ok([first].into_iter().chain(rest).collect());
    }
    Err("is not grouped in threes: a digit or a comma is missing, or one too many".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        let read = Figure::Written(text.to_owned()).decimal();
        let read_as = read.as_ref().map(|decimal| decimal.shown());
        match expected {
            Ok(shown) => assert_eq!(read_as.as_deref(), Ok(shown), "{text}"),
            Err(part) => assert!(read.unwrap_err().contains(part), "{text}"),
        }
    }

    #[test]
    fn a_figure_is_read_as_it_was_published_and_a_slip_of_the_pen_is_seen() {
        check("1,692.10", Ok("1,692.10"));
        check("8334712", Ok("8,334,712"));
        check("-0.5", Ok("\u{2212}0.5"));
        check("6,724,63", Err("grouped in threes"));
        check("6,7246,630", Err("grouped in threes"));
        check("n/a", Err("not a number"));
        check("1.2.3", Err("not a number"));
        check("", Err("not a number"));
    }

    #[test]
    fn a_number_is_the_decimal_it_was_written_as() {
        let decimal = Figure::Number(1_250.851_324).decimal().unwrap();
        assert_eq!(decimal.billionths, 1_250_851_324_000);
        assert_eq!(decimal.places, 6);
        // A country's tonnes also keep their milligrams.
        let large = Figure::Number(123_456.123_456_789).decimal().unwrap();
        assert_eq!(large.billionths, 123_456_123_456_789);
        let noisy = Figure::Number(0.1 + 0.2).decimal().unwrap();
        assert_eq!(noisy.billionths, 300_000_000);
        assert_eq!(Figure::Number(1_570.0).decimal().unwrap().places, 0);
        assert!(Figure::Number(f64::NAN).decimal().is_err());
    }

    #[test]
    fn rounding_goes_to_the_nearest() {
        let decimal = Figure::Written("1.42727".to_owned()).decimal().unwrap();
        assert_eq!(decimal.rounded(2).shown(), "1.43");
        assert_eq!(decimal.rounded(0).shown(), "1");
        assert_eq!(decimal.half_a_step(), 5_000);
    }
}
