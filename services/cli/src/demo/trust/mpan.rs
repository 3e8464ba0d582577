//! Meter numbers that pass every check and are assigned to no real meter.

use events::MeterId;

/// An MPAN of the distributor 23 in a block of nines, with its check digit: the twelve digits weighted by twelve primes,
/// modulo 11, modulo 10.
pub(super) fn mpan(school: u64, meter: u64) -> Option<MeterId> {
    const PRIMES: [u64; 12] = [3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43];
    let core = format!("23999999{school:02}{meter:02}");
    let weighted: u64 = digits(&core).zip(PRIMES).map(|(d, p)| d * p).sum();
    MeterId::mpan(&format!("{core}{}", weighted % 11 % 10)).ok()
}

/// An MPRN of ten digits: the first eight weighted by 8 down to 1, modulo 11, are the last two.
pub(super) fn mprn(school: u64) -> Option<MeterId> {
    let core = format!("999999{school:02}");
    let weighted: u64 = digits(&core).zip((1..=8).rev()).map(|(d, p)| d * p).sum();
    format!("mprn:{core}{:02}", weighted % 11).parse().ok()
}

/// A generation meter is identified by its serial number.
pub(super) fn solar_serial(school: u64) -> Option<MeterId> {
    format!("serial:CV-PV-{school:03}").parse().ok()
}

fn digits(text: &str) -> impl Iterator<Item = u64> {
    text.chars().filter_map(|c| c.to_digit(10)).map(u64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_passes_its_check() {
        for school in 1..=15 {
            assert!((1..=3).all(|meter| mpan(school, meter).is_some()));
            assert!(mprn(school).is_some() && solar_serial(school).is_some());
        }
    }
}
