//! Check digits of meter numbers, which detect typing errors.

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
