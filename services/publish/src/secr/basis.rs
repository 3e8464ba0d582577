//! What a report counts: measurements only, or measurements with gaps filled by an estimate.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The basis of a report's energy and emissions. The two are never mixed in one report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = SecrBasis)]
pub enum Basis {
    /// The readings that arrived; missing data is not counted.
    #[default]
    Actual,
    /// The readings, and an estimate for the gaps in gas and grid electricity, as far as there is one.
    Filled,
}

/// A basis that does not exist.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a report is on the basis actual or filled; got {0:?}")]
pub struct NoBasis(String);

impl Basis {
    /// Both bases.
    pub const ALL: [Basis; 2] = [Basis::Actual, Basis::Filled];

    /// The name in queries and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Basis::Actual => "actual",
            Basis::Filled => "filled",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Basis::Actual => "actual readings",
            Basis::Filled => "gaps filled by estimate",
        }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Basis {
    type Err = NoBasis;
    fn from_str(text: &str) -> Result<Self, NoBasis> {
        let known = Basis::ALL.into_iter().find(|basis| basis.as_str() == text);
        known.ok_or_else(|| NoBasis(text.to_owned()))
    }
}
