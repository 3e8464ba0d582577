//! The limits from which readings are odd enough for a user to check.

use std::num::NonZeroU32;

use events::Fuel;
use serde::{Deserialize, Serialize};

/// The limits from which readings are odd: our own choice, configurable for every installation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AnomalyLimits {
    /// Days in a row with the same value, not zero, in every half-hour.
    pub stuck_days: NonZeroU32,
    /// Days in a row without any import of electricity.
    pub zero_days_electricity: NonZeroU32,
    /// Days in a row on which panels generate nothing.
    pub zero_days_solar: NonZeroU32,
    /// Days in a row without any gas: a boiler that heats no water is off all summer.
    pub zero_days_gas: NonZeroU32,
    /// How many times more, or less, the four weeks after a day measure than the four before it; more than 1.
    pub shift_factor: f64,
    /// Kilowatt-hours a day below which no shift is looked for: at very low use, a small change is many times more.
    pub shift_from_kwh_a_day: f64,
    /// How many times as much a day measures as the third-highest day of the twelve months before; more than 1.
    pub outlier_factor: f64,
}

impl Default for AnomalyLimits {
    fn default() -> Self {
        let days = |days| NonZeroU32::new(days).unwrap_or(NonZeroU32::MIN);
        AnomalyLimits {
            stuck_days: days(3),
            zero_days_electricity: days(3),
            zero_days_solar: days(7),
            zero_days_gas: days(100),
            shift_factor: 3.0,
            shift_from_kwh_a_day: 5.0,
            outlier_factor: 5.0,
        }
    }
}

/// A limit that would report everything as odd.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("cannot watch readings by {key} = {seen}: it has to be {rule}")]
pub struct AnomalyLimitsError {
    key: &'static str,
    seen: f64,
    rule: &'static str,
}

impl AnomalyLimits {
    /// Checks what the types alone cannot express.
    pub fn check(&self) -> Result<(), AnomalyLimitsError> {
        let check = |fits: bool, key, seen, rule| match fits {
            true => Ok(()),
            false => Err(AnomalyLimitsError { key, seen, rule }),
        };
        let is_factor = |factor: f64| factor.is_finite() && factor > 1.0;
        let factors = [
            ("shift_factor", self.shift_factor),
            ("outlier_factor", self.outlier_factor),
        ];
        for (key, factor) in factors {
            check(is_factor(factor), key, factor, "more than 1")?;
        }
        let least = self.shift_from_kwh_a_day;
        let is_least = least.is_finite() && least >= 0.0;
        check(is_least, "shift_from_kwh_a_day", least, "0 or more")
    }

    /// The longest run of days that a rule needs.
    pub(crate) fn longest_run(&self, fuel: Fuel) -> i64 {
        self.zero_days(fuel).max(i64::from(self.stuck_days.get()))
    }

    /// The number of consecutive days of zero that is odd for a fuel.
    pub(crate) fn zero_days(&self, fuel: Fuel) -> i64 {
        let days = match fuel {
            Fuel::Electricity => self.zero_days_electricity,
            Fuel::Solar => self.zero_days_solar,
            Fuel::Gas => self.zero_days_gas,
        };
        i64::from(days.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_of_one_or_less_is_refused_and_the_key_named() {
        for seen in [1.0, 0.5, -3.0, f64::NAN, f64::INFINITY] {
            let anomaly_limits = AnomalyLimits {
                shift_factor: seen,
                ..AnomalyLimits::default()
            };
            let result = anomaly_limits.check().map_err(|error| error.to_string());
            assert!(
                result
                    .as_ref()
                    .is_err_and(|message| message.contains("shift_factor")),
                "{result:?}"
            );
        }
        assert_eq!(AnomalyLimits::default().check(), Ok(()));
    }
}
