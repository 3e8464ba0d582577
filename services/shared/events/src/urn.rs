//! A school's Unique Reference Number, as the Department for Education issues it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Six digits, the first not zero: `100000` to `999999`. Written as text in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(into = "String", try_from = "String")]
#[schema(value_type = String, pattern = "^[1-9][0-9]{5}$")]
pub struct Urn(u32);

/// Text that is not a URN.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a URN is six digits, the first not zero; got {0:?}")]
pub struct UrnError(pub String);

impl Urn {
    /// The number itself, as the ledger's column holds it.
    pub fn number(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Urn {
    type Error = UrnError;
    fn try_from(number: u32) -> Result<Self, UrnError> {
        match number {
            100_000..=999_999 => Ok(Urn(number)),
            other => Err(UrnError(other.to_string())),
        }
    }
}

impl FromStr for Urn {
    type Err = UrnError;
    fn from_str(text: &str) -> Result<Self, UrnError> {
        let six_digits = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
        let number = six_digits.then(|| text.parse::<u32>().ok()).flatten();
        number
            .and_then(|n| Urn::try_from(n).ok())
            .ok_or_else(|| UrnError(text.to_owned()))
    }
}

impl TryFrom<String> for Urn {
    type Error = UrnError;
    fn try_from(text: String) -> Result<Self, UrnError> {
        text.parse()
    }
}

impl From<Urn> for String {
    fn from(urn: Urn) -> String {
        urn.to_string()
    }
}

impl fmt::Display for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

impl fmt::Debug for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Urn({self})")
    }
}
