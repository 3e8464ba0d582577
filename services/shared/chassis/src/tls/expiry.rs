//! Reads until when a certificate is valid: the only field the service needs that rustls does not provide.

use chrono::NaiveDateTime;

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The last second in which a DER certificate is valid, counted from 1970. RFC 5280, 4.1: the first element is the signed part;
/// it holds an optional version, then a serial number, an algorithm, the issuer, and the start and end of validity.
pub(super) fn not_after(certificate: &[u8]) -> Option<i64> {
    let mut certificate = sequence(&mut &*certificate)?;
    let mut signed = sequence(&mut certificate)?;
    if signed.first() == Some(&VERSION) {
        element(&mut signed)?;
    }
    for _serial_algorithm_issuer in 0..3 {
        element(&mut signed)?;
    }
    let mut validity = sequence(&mut signed)?;
    let _from = element(&mut validity)?;
    let (tag, until) = element(&mut validity)?;
    let until = std::str::from_utf8(until).ok()?;
    let until = match tag {
        // Two-digit years: those from 50 on are of the last century.
        UTC_TIME if until >= "50" => format!("19{until}"),
        UTC_TIME => format!("20{until}"),
        GENERALIZED_TIME => until.to_owned(),
        _ => return None,
    };
    let until = NaiveDateTime::parse_from_str(&until, "%Y%m%d%H%M%SZ").ok()?;
    Some(until.and_utc().timestamp())
}

fn sequence<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (tag, content) = element(from)?;
    (tag == SEQUENCE).then_some(content)
}

/// Splits the next element off: its tag and its content. For lengths from 128 on, the first byte gives the number of length
/// bytes.
fn element<'a>(from: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (&[tag, first], mut rest) = from.split_first_chunk::<2>()?;
    let length = match first {
        0..=0x7f => usize::from(first),
        0x81..=0x84 => {
            let (bytes, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
            rest = after;
            bytes
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte))
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    *from = rest;
    Some((tag, content))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Authority;

    #[test]
    fn the_end_is_read_in_both_ways_of_writing_it() {
        // From 2050 on years have four digits.
        for (year, seconds) in [(2027, 1_798_761_600), (2060, 2_840_140_800)] {
            let ends = Authority::new().issue_until("localhost", year).der;
            assert_eq!(not_after(&ends), Some(seconds), "{year}");
            for length in 0..ends.len() {
                let _no_panic = not_after(&ends[..length]);
            }
            assert_eq!(not_after(&ends[..40]), None);
        }
    }
}
