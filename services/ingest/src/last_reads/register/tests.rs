use proptest::prelude::*;

use super::*;

const KIND: RegisterKind = RegisterKind {
    digits: None,
    most: 5_000 * MICRO,
};

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-11-20T{text}Z").parse().unwrap()
}

fn read(time: &str, value: f64) -> Read {
    Read {
        at: at(time),
        value: (value * MICRO as f64).round() as i64,
        serial: None,
    }
}

/// Feeds reads, and writes each known half-hour as `09:00 12.25 A`, after the findings that are not ordinary.
fn known(kind: RegisterKind, reads: impl IntoIterator<Item = Read>) -> Vec<String> {
    let mut reads = reads.into_iter();
    let mut register = Register::new(reads.next().unwrap());
    let mut found = Vec::new();
    for read in reads {
        let (finding, half_hours) = register.take(read, kind);
        if finding != Finding::Follows {
            found.push(format!("{finding:?}"));
        }
        for run in half_hours {
            for (index, (value, quality)) in run.values.iter().enumerate() {
                let start = run.start + HALF_HOUR * index as i32;
                let value = *value as f64 / MICRO as f64;
                found.push(format!(
                    "{} {value} {}",
                    start.format("%H:%M"),
                    quality.letter()
                ));
            }
        }
    }
    found
}

fn check(reads: &[(&str, f64)], wanted: &[&str]) {
    let reads = reads.iter().map(|(time, value)| read(time, *value));
    assert_eq!(known(KIND, reads), wanted);
}

#[test]
fn a_boundary_lies_between_the_reads_around_it() {
    // 08:59:50 to 09:00:10: 0.2, half of it before nine. 09:29:50 to 09:30:10: 0.4.
    check(
        &[
            ("08:59:50", 100.0),
            ("09:00:10", 100.2),
            ("09:15:00", 103.0),
            ("09:29:50", 105.0),
            ("09:30:10", 105.4),
        ],
        &["09:00 5.1 A"],
    );
    // Reads on the boundaries are taken as they are, and the first one may be on one.
    check(
        &[("09:00:00", 1.0), ("09:30:00", 2.5), ("10:00:00", 2.5)],
        &["09:00 1.5 A", "09:30 0 A"],
    );
    // Of a half-hour whose beginning was not seen nothing is said.
    check(&[("09:10:00", 1.0), ("09:30:00", 2.0)], &[]);
}

/// 12 kWh from 09:10 to 11:10 are 0.1 a minute.
#[test]
fn what_was_counted_in_a_gap_is_spread() {
    check(
        &[
            ("09:00:00", 10.0),
            ("09:10:00", 12.0),
            ("11:10:00", 24.0),
            ("11:20:00", 24.0),
            ("11:30:00", 26.0),
            ("12:00:00", 26.0),
        ],
        &[
            "09:00 4 S",
            "09:30 3 S",
            "10:00 3 S",
            "10:30 3 S",
            "11:00 3 S",
            "11:30 0 A",
        ],
    );
    // A register that stood still counted nothing.
    check(
        &[("09:00:00", 10.0), ("10:00:00", 10.0)],
        &["09:00 0 A", "09:30 0 A"],
    );
}

#[test]
fn a_repeated_or_late_read_adds_nothing() {
    check(
        &[
            ("09:00:00", 1.0),
            ("09:20:00", 2.0),
            ("09:20:00", 2.0),
            ("09:10:00", 1.5),
            ("09:20:00", 9.0),
            ("09:30:00", 3.0),
        ],
        &["Repeated", "Repeated", "Repeated", "09:00 2 A"],
    );
}

#[test]
fn a_momentary_zero_or_leap_changes_nothing() {
    check(
        &[
            ("09:00:00", 6613.4),
            ("09:15:00", 6615.0),
            ("09:15:10", 0.0),
            ("09:15:20", 6615.1),
            ("09:30:00", 6620.4),
        ],
        &["Doubted", "Slip", "09:00 7 A"],
    );
    check(
        &[
            ("09:00:00", 6613.4),
            ("09:15:00", 66134.0),
            ("09:30:00", 6620.4),
        ],
        &["Doubted", "Slip", "09:00 7 A"],
    );
    // A register near its end, where a zero could be a roll-over.
    check(
        &[
            ("09:00:00", 99_990.0),
            ("09:10:00", 0.0),
            ("09:30:00", 99_995.0),
        ],
        &["Doubted", "Slip", "09:00 5 A"],
    );
    // The boundary passes while the zero is doubted.
    check(
        &[
            ("08:00:00", 6613.4),
            ("08:30:00", 6620.1),
            ("09:00:00", 0.0),
            ("09:30:00", 6631.9),
            ("10:00:00", 6637.6),
        ],
        &[
            "08:00 6.7 A",
            "Doubted",
            "Slip",
            "08:30 5.9 S",
            "09:00 5.9 S",
            "09:30 5.7 A",
        ],
    );
}

#[test]
fn a_register_rolls_over() {
    check(
        &[
            ("09:00:00", 99_998.0),
            ("09:10:00", 99_999.5),
            ("09:20:00", 0.5),
            ("09:30:00", 2.0),
        ],
        &["Doubted", "RollOver", "09:00 4 A"],
    );
    let five = RegisterKind {
        digits: Some(5),
        ..KIND
    };
    let reads = [
        read("09:00:00", 99_998.0),
        read("09:20:00", 0.5),
        read("09:30:00", 2.0),
    ];
    assert_eq!(
        known(five, reads.clone()),
        ["Doubted", "RollOver", "09:00 4 A"]
    );
    // A register of seven digits does not roll over there.
    let seven = RegisterKind {
        digits: Some(7),
        ..KIND
    };
    assert_eq!(known(seven, reads), ["Doubted", "Exchange", "09:00 1.5 S"]);
}

#[test]
fn an_exchange_or_a_reset_counts_what_both_registers_did_and_never_less_than_nothing() {
    // 3 by the old register, 2 by the new one; the ten seconds between them are not known.
    check(
        &[
            ("09:00:00", 50_123.0),
            ("09:10:00", 50_126.0),
            ("09:10:10", 4.0),
            ("09:10:20", 4.5),
            ("09:30:00", 6.0),
            ("10:00:00", 7.0),
        ],
        &["Doubted", "Exchange", "09:00 5 S", "09:30 1 A"],
    );
    // The serial says so at once, also where the new register shows more.
    let with = |time, value, serial: &str| Read {
        serial: Some(serial.to_owned()),
        ..read(time, value)
    };
    let reads = [
        with("09:00:00", 100.0, "A"),
        with("09:10:00", 103.0, "A"),
        with("09:10:10", 700.0, "B"),
        with("09:30:00", 702.0, "B"),
    ];
    assert_eq!(known(KIND, reads), ["Exchange", "09:00 5 S"]);
    // Hours without any meter are missing.
    check(
        &[
            ("09:00:00", 50_123.0),
            ("09:30:00", 50_126.0),
            ("12:10:00", 4.0),
            ("12:30:00", 4.5),
            ("13:00:00", 6.0),
        ],
        &["09:00 3 A", "Doubted", "Exchange", "12:30 1.5 A"],
    );
    // Two momentary zeros in a row look like a reset; the way back is no use of 6,600 kWh.
    check(
        &[
            ("09:00:00", 6613.0),
            ("09:10:00", 0.0),
            ("09:10:10", 0.0),
            ("09:10:20", 6613.1),
            ("09:30:00", 6614.1),
        ],
        &["Doubted", "Exchange", "Doubted", "Exchange", "09:00 1 S"],
    );
}

/// Steps of some seconds or, rarely, of hours, each with what was counted in it.
fn steps() -> impl Strategy<Value = Vec<(i64, Quantity)>> {
    let seconds = prop_oneof![8 => 1i64..600, 3 => 600i64..2_000, 1 => 2_000i64..40_000];
    let counted = prop_oneof![1 => Just(0), 3 => 0i64..3_000_000];
    proptest::collection::vec((seconds, counted), 1..200)
}

proptest! {
    /// Whatever the reads, with a register that rolls over, slips and repetitions: the half-hours follow one another without a
    /// hole, and between two reads on boundaries add up to what was counted.
    #[test]
    fn half_hours_add_up_to_what_was_counted(
        steps in steps(),
        begin in prop_oneof![Just(500 * MICRO), Just(99_990 * MICRO), 0i64..5_000_000_000],
        slips in proptest::collection::vec(any::<bool>(), 200),
    ) {
        let kind = RegisterKind { digits: Some(5), ..KIND };
        let range = 100_000 * MICRO;
        let first = at("09:00:00");
        let shown = |total: Quantity| (begin + total).rem_euclid(range);
        let mut register = Register::new(Read { at: first, value: shown(0), serial: None });
        let (mut now, mut total, mut known) = (first, 0, Vec::new());
        let mut feed = |register: &mut Register, at, value| {
            let (finding, runs) = register.take(Read { at, value, serial: None }, kind);
            prop_assert_ne!(finding, Finding::Exchange);
            for run in runs {
                for (index, (value, _)) in run.values.iter().enumerate() {
                    known.push((run.start + HALF_HOUR * index as i32, *value));
                }
            }
            Ok(())
        };
        for ((seconds, counted), slip) in steps.iter().zip(slips) {
            now += TimeDelta::seconds(*seconds);
            total += counted;
            // A slip near the roll-over could be the roll-over itself, and needs a read before it that is none.
            if slip && (10 * MICRO..range - 2_000 * MICRO).contains(&shown(total)) {
                feed(&mut register, now, 0)?;
                now += TimeDelta::seconds(1);
            }
            feed(&mut register, now, shown(total))?;
            feed(&mut register, now, shown(total))?;
        }
        // Two reads more, the last on a boundary: the first settles a doubt.
        let end = on_boundary(now) + HALF_HOUR * 2;
        feed(&mut register, end - TimeDelta::seconds(1), shown(total))?;
        feed(&mut register, end, shown(total))?;
        let sum: Quantity = known.iter().map(|(_, value)| value).sum();
        prop_assert_eq!(sum, total);
        for (index, (start, value)) in known.iter().enumerate() {
            prop_assert_eq!(*start, first + HALF_HOUR * index as i32);
            prop_assert!(*value >= 0);
        }
        prop_assert_eq!(first + HALF_HOUR * known.len() as i32, end);
    }
}
