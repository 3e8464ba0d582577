//! Numbers that meters send when they mean "none".

use events::{MICRO, Quantity};

/// Full counters of 32, 31 and 24 bits. Feeds that hand them on divide them by whatever power of ten they divide
/// readings by: 4294967.295 and 16777.215 are the same garbage.
const FULL: [Quantity; 3] = [0xFFFF_FFFF, 0x7FFF_FFFF, 0xFF_FFFF];

/// Further values that n3rgy's feed is known to send, in millionths.
const KNOWN: [Quantity; 3] = [8_590_017_000, 34_364_271_000, 38_655_370_000];

/// Each of those is a small reading above 2, 8 or 9 times 2³² millionths: a counter whose upper half is garbage.
const UPPER_HALF: Quantity = 1 << 32;

/// The most that the lower half of such a counter may hold: the known ones hold up to 4.5 kWh.
const LOWER_HALF: Quantity = 10 * MICRO;

/// Whether an amount in millionths is one of those numbers, for an interval of any length.
pub(super) fn is_sentinel(amount: Quantity) -> bool {
    let is_full = |full: &Quantity| amount % full == 0 && is_power_of_ten(amount / full);
    KNOWN.contains(&amount) || FULL.iter().any(is_full)
}

/// Whether the amount of a half-hour is a reading under a garbled upper half. A day may well come to 4,300 kWh; a half-hour
/// of a school does not.
pub(super) fn is_garbled(half_hour: Quantity) -> bool {
    half_hour >= UPPER_HALF && half_hour % UPPER_HALF <= LOWER_HALF
}

fn is_power_of_ten(number: Quantity) -> bool {
    number > 0 && 10_i64.pow(number.ilog10()) == number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_counter_is_a_sentinel_divided_by_any_power_of_ten() {
        for full in ["4294967295", "2147483647", "16777215"] {
            for places in 0..=6 {
                let scaled = 10_f64.powi(6 - places) * full.parse::<f64>().unwrap();
                assert!(is_sentinel(scaled.round() as Quantity), "{full}, {places}");
            }
        }
        for real in [
            0,
            1,
            10,
            MICRO,
            14_400_000,
            65_535_000,
            2 * 16_777_215,
            8_590_018_000,
        ] {
            assert!(!is_sentinel(real), "{real}");
        }
    }

    #[test]
    fn every_number_that_n3rgy_is_known_for_is_a_garbled_half_hour_and_no_school_has_one() {
        for known in KNOWN {
            assert!(is_sentinel(known) && is_garbled(known), "{known}");
        }
        // As a file with two decimals has it, and one times 2³² with three.
        assert!(is_garbled(8_590_020_000) && is_garbled(4_295_100_000));
        for real in [0, MICRO, 4_294 * MICRO, 4_400 * MICRO, 8_000 * MICRO] {
            assert!(!is_garbled(real), "{real}");
        }
    }
}
