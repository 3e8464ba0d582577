//! The least share of the expected half-hours that a claim needs.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A share from 0 to 1, kept in millionths so that a school at exactly 90% is not rejected because of rounding.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(try_from = "f64", into = "f64")]
#[schema(value_type = f64, exclusive_minimum = 0, maximum = 1)]
pub struct LeastCoverage(u32);

/// A share outside the possible range.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("cannot ask for a coverage of {0}: it has to be more than 0 and at most 1")]
pub struct LeastCoverageError(f64);

const WHOLE: u32 = 1_000_000;

impl Default for LeastCoverage {
    /// 90%.
    fn default() -> Self {
        LeastCoverage(900_000)
    }
}

impl TryFrom<f64> for LeastCoverage {
    type Error = LeastCoverageError;

    fn try_from(share: f64) -> Result<Self, LeastCoverageError> {
        let millionths = (share * f64::from(WHOLE)).round();
        let fits = millionths >= 1.0 && millionths <= f64::from(WHOLE);
        fits.then_some(LeastCoverage(millionths as u32))
            .ok_or(LeastCoverageError(share))
    }
}

impl From<LeastCoverage> for f64 {
    fn from(least: LeastCoverage) -> f64 {
        f64::from(least.0) / f64::from(WHOLE)
    }
}

impl LeastCoverage {
    /// Whether this many of the expected half-hours are enough. If none are expected, none are missing.
    pub fn is_reached(self, present: i64, expected: i64) -> bool {
        i128::from(present) * i128::from(WHOLE) >= i128::from(expected) * i128::from(self.0)
    }
}
