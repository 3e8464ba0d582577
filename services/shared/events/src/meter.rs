//! A meter's identity: which numbering it belongs to, and its number.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `mpan:` and 13 digits, `mprn:` and 6 to 11 digits, or `serial:` and up to 32 letters, digits and `-_.`.
///
/// The text includes the numbering, so that a gas MPRN and a serial number with the same digits stay two meters.
///
/// ```
/// use events::{MeterId, MeterIdError};
///
/// let meter: MeterId = "mpan:2200012767323".parse()?;
/// assert_eq!(meter.number(), "2200012767323");
/// // The last digit is a check digit.
/// assert!(MeterId::mpan("2200012767324").is_err());
/// # Ok::<(), MeterIdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(into = "String", try_from = "String")]
#[schema(value_type = String, pattern = "^(mpan:[0-9]{13}|mprn:[0-9]{6,11}|serial:[A-Za-z0-9_.-]{1,32})$")]
pub struct MeterId(Arc<str>);

/// Text that is not a meter's identity.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MeterIdError {
    /// The text does not begin with `mpan:`, `mprn:` or `serial:`.
    #[error("a meter is written mpan:…, mprn:… or serial:…; got {0:?}")]
    Numbering(String),
    /// An MPAN that is not 13 digits.
    #[error("an MPAN core is 13 digits; got {0:?}")]
    MpanLength(String),
    /// Thirteen digits, but the last is not the check digit of the others.
    #[error("the last digit of MPAN {0} is not its check digit")]
    MpanCheckDigit(String),
    /// An MPRN that is not 6 to 11 digits.
    #[error("an MPRN is 6 to 11 digits; got {0:?}")]
    MprnLength(String),
    /// A serial number that is empty, too long or has a character outside the set.
    #[error("a serial number is 1 to 32 letters, digits or -_.; got {0:?}")]
    Serial(String),
}

impl MeterId {
    /// The whole text, numbering and number.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number without its numbering.
    pub fn number(&self) -> &str {
        self.0.split_once(':').map_or(&self.0, |(_, number)| number)
    }

    /// Why an accepted number looks mistyped: an MPRN whose last two digits are not its check digits.
    pub fn doubt(&self) -> Option<&'static str> {
        let mprn = self.0.strip_prefix("mprn:")?;
        let doubt =
            "the last two digits of the MPRN are not its check digits; compare it with a bill";
        (!mprn_check_digits_ok(mprn)).then_some(doubt)
    }

    /// An MPAN from its bare 13 digits.
    pub fn mpan(digits: &str) -> Result<Self, MeterIdError> {
        format!("mpan:{digits}").parse()
    }
}

impl FromStr for MeterId {
    type Err = MeterIdError;
    fn from_str(text: &str) -> Result<Self, MeterIdError> {
        let unknown = || MeterIdError::Numbering(text.to_owned());
        let (numbering, number) = text.split_once(':').ok_or_else(unknown)?;
        let digits = number.bytes().all(|b| b.is_ascii_digit());
        match numbering {
            "mpan" if !digits || number.len() != 13 => {
                Err(MeterIdError::MpanLength(number.to_owned()))
            }
            "mpan" if !mpan_check_digit_ok(number) => {
                Err(MeterIdError::MpanCheckDigit(number.to_owned()))
            }
            "mprn" if !digits || !(6..=11).contains(&number.len()) => {
                Err(MeterIdError::MprnLength(number.to_owned()))
            }
            "serial" if !is_serial(number) => Err(MeterIdError::Serial(number.to_owned())),
            "mpan" | "mprn" | "serial" => Ok(MeterId(text.into())),
            _ => Err(unknown()),
        }
    }
}

fn is_serial(number: &str) -> bool {
    (1..=32).contains(&number.len())
        && number
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

impl TryFrom<String> for MeterId {
    type Error = MeterIdError;
    fn try_from(text: String) -> Result<Self, MeterIdError> {
        text.parse()
    }
}

impl From<MeterId> for String {
    fn from(id: MeterId) -> String {
        id.0.to_string()
    }
}

impl fmt::Display for MeterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for MeterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MeterId({})", self.0)
    }
}

/// The check digit of an MPAN core: the first twelve digits weighted by twelve primes (11 is skipped), modulo 11,
/// modulo 10, is the thirteenth. Source: the MPAN rules of the Balancing and Settlement Code.
pub fn mpan_check_digit_ok(digits: &str) -> bool {
    const PRIMES: [u32; 12] = [3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43];
    let digits: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
    let [weighted @ .., check] = digits.as_slice() else {
        return false;
    };
    let sum: u32 = weighted.iter().zip(PRIMES).map(|(d, p)| d * p).sum();
    weighted.len() == PRIMES.len() && sum % 11 % 10 == *check
}

/// The check digits of an MPRN: all digits but the last two, weighted by the number of digits left, modulo 11, give the number
/// in the last two digits. Leading zeros, which spreadsheets remove, do not matter. The rule is known second-hand only, so a
/// number that fails should be compared with a bill, and is not refused.
pub fn mprn_check_digits_ok(digits: &str) -> bool {
    let digits: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
    let [weighted @ .., tens, units] = digits.as_slice() else {
        return false;
    };
    let sum: u32 = weighted.iter().rev().zip(1..).map(|(d, w)| d * w).sum();
    sum % 11 == tens * 10 + units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_mpan_ends_in_its_check_digit() {
        let valid = [
            "2200012767323",
            "2200012030374",
            "2336533093112",
            "1712423842469",
            "1700052624128",
            "1710035168313",
            "2000027391990",
            "2000050773706",
            "2200030370866",
        ];
        for digits in valid {
            assert!(mpan_check_digit_ok(digits), "{digits}");
        }
        for digits in ["1234567891000", "1012345678901", "220001276732", ""] {
            assert!(!mpan_check_digit_ok(digits), "{digits:?}");
        }
    }

    /// 3938424403: 3·8 + 9·7 + 3·6 + 8·5 + 4·4 + 2·3 + 4·2 + 4·1 = 179 = 16·11 + 3.
    #[test]
    fn an_mprn_ends_in_its_check_digits() {
        // 1·4 + 0·3 + 0·2 + 6·1 = 10; and a leading zero changes nothing.
        for digits in ["3938424403", "03938424403", "100610"] {
            assert!(mprn_check_digits_ok(digits), "{digits}");
        }
        for digits in ["3938424404", "3938424430", "3983424403", "03", "3", ""] {
            assert!(!mprn_check_digits_ok(digits), "{digits:?}");
        }
    }
}
