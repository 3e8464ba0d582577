//! Converts sent values to kept values: the only place where ingest converts units.

use chrono::TimeDelta;
use events::{M3_PER_CUBIC_FOOT, MICRO, Quantity, Rule, Sent, micro_from_decimal};

use super::Fault;

/// A value in millionths of the unit it is kept in, rounded half away from zero; power is multiplied by the time it covers.
pub(crate) fn amount(value: f64, sent: Sent, covers: TimeDelta) -> Result<Quantity, Fault> {
    /// Above this limit a double cannot distinguish neighbouring millionths.
    const LIMIT: f64 = 9.0e15;
    let million = MICRO as f64;
    let scaled = match sent {
        Sent::KWh | Sent::M3 | Sent::KVArh => {
            return micro_from_decimal(value).map_err(|_| unmeasurable());
        }
        Sent::Wh => value * (million / 1000.0),
        Sent::MWh => value * (million * 1000.0),
        Sent::KW => value * million * covers.num_seconds() as f64 / 3600.0,
        Sent::Ft3 => value * (million * M3_PER_CUBIC_FOOT),
        Sent::Hcf => value * (million * 100.0 * M3_PER_CUBIC_FOOT),
    };
    if scaled.is_finite() && scaled.abs() <= LIMIT {
        Ok(scaled.round() as i64)
    } else {
        Err(unmeasurable())
    }
}

fn unmeasurable() -> Fault {
    Fault::new(
        Rule::Implausible,
        "no meter counts that far; send what it measured, or null",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF_HOUR: TimeDelta = TimeDelta::minutes(30);

    #[test]
    fn watt_hours_and_megawatt_hours_are_kept_as_kilowatt_hours() {
        assert_eq!(amount(412.5, Sent::Wh, HALF_HOUR), Ok(412_500));
        assert_eq!(amount(0.0123, Sent::MWh, HALF_HOUR), Ok(12_300_000));
        assert!(amount(1e300, Sent::MWh, HALF_HOUR).is_err());
    }

    /// 0.3048³ = 0.028316846592 m³ in a cubic foot: 36 of them are 1.019406477312 m³. Half a millilitre is rounded up.
    #[test]
    fn cubic_feet_are_kept_as_cubic_metres_to_the_nearest_millilitre() {
        assert_eq!(amount(36.0, Sent::Ft3, HALF_HOUR), Ok(1_019_406));
        assert_eq!(amount(0.36, Sent::Hcf, HALF_HOUR), Ok(1_019_406));
        assert_eq!(amount(1.0, Sent::Hcf, HALF_HOUR), Ok(2_831_685));
        assert_eq!(
            amount(1_000_000.0, Sent::Ft3, HALF_HOUR),
            Ok(28_316_846_592)
        );
    }

    #[test]
    fn power_is_taken_over_the_time_it_covers() {
        let check = |minutes: i64, wanted: Quantity| {
            let read = amount(14.4, Sent::KW, TimeDelta::minutes(minutes));
            assert_eq!(read, Ok(wanted), "{minutes}");
        };
        check(15, 3_600_000);
        check(30, 7_200_000);
        check(60, 14_400_000);
        // The day on which the clocks go forward has 23 hours.
        check(23 * 60, 331_200_000);
    }
}
