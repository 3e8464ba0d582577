use std::collections::BTreeMap;

use events::{Mode, ModeCounts};

use super::{Answers, GROUPS, answers};
use crate::disclosure::{Shown, is_small};

const EIGHT: [Mode; 8] = [
    Mode::Walk,
    Mode::Scoot,
    Mode::Cycle,
    Mode::Car,
    Mode::ParkAndStride,
    Mode::PublicBus,
    Mode::Taxi,
    Mode::Other,
];

/// The counts for walk, scoot, cycle, car, park and stride, bus, taxi and other; and the shares for active, sustainable and
/// car.
fn check(counts: [u32; 8], shown: [&str; 8], shares: [Option<f64>; 3]) {
    let counts: ModeCounts = EIGHT.into_iter().zip(counts).collect();
    let answers = answers(&counts);
    let text = |mode| {
        let shown: Option<&Shown> = answers.counts.get(&mode);
        shown.map_or_else(|| "0".to_owned(), |shown| shown.text())
    };
    assert_eq!(EIGHT.map(text), shown);
    let of = |group| answers.shares.get(&group).copied();
    assert_eq!(GROUPS.map(of), shares);
}

#[test]
fn counts_withheld_beside_a_small_count_are_of_its_own_group_so_that_shares_can_be_published() {
    check(
        [40, 3, 7, 30, 10, 10, 0, 0],
        ["40", "withheld", "withheld", "30", "10", "10", "0", "0"],
        [Some(0.5), Some(0.7), Some(0.3)],
    );
    check(
        [40, 5, 5, 30, 9, 7, 2, 2],
        [
            "40", "5", "5", "30", "9", "withheld", "withheld", "withheld",
        ],
        [Some(0.5), None, Some(0.3)],
    );
    // Two equal counts with a sum of eight: without other withheld counts beside them, both would be known to be four.
    check(
        [40, 4, 4, 30, 9, 7, 6, 0],
        ["withheld", "withheld", "withheld", "30", "9", "7", "6", "0"],
        [Some(0.48), Some(0.64), Some(0.3)],
    );
}

#[test]
fn a_share_that_reveals_a_small_count_is_not_published() {
    // All but three walk: if the two counts were shown separately, the three would be known.
    check(
        [57, 0, 0, 3, 0, 0, 0, 0],
        ["withheld", "0", "0", "withheld", "0", "0", "0", "0"],
        [None, None, None],
    );
    // The taxi's three are what remains of all other counts: so the count of cars is withheld, and with it the cars' share.
    check(
        [50, 0, 0, 47, 0, 0, 3, 0],
        ["50", "0", "0", "withheld", "0", "0", "withheld", "0"],
        [Some(0.5), Some(0.5), None],
    );
}

#[test]
fn nothing_is_published_of_four_answers_and_everything_of_many() {
    let few = answers(&[(Mode::Walk, 2), (Mode::Car, 2)].into());
    let nothing = Answers {
        total: Shown::UnderFive,
        counts: BTreeMap::new(),
        shares: BTreeMap::new(),
    };
    assert_eq!(few, nothing);
    check(
        [20, 10, 10, 30, 10, 10, 5, 5],
        ["20", "10", "10", "30", "10", "10", "5", "5"],
        [Some(0.4), Some(0.6), Some(0.3)],
    );
    assert_eq!(answers(&ModeCounts::new()).total, Shown::Count(0));
}

/// A reader who knows the rules tries every possible table and keeps those that would be published in the same way: no count
/// under five can be worked out from them. Covers all tables of up to 16 answers by six modes.
#[test]
fn no_table_reveals_a_small_count_to_a_reader_who_knows_the_rules() {
    for modes in [
        [
            Mode::Walk,
            Mode::Cycle,
            Mode::Car,
            Mode::PublicBus,
            Mode::Taxi,
            Mode::Other,
        ],
        [
            Mode::Walk,
            Mode::Scoot,
            Mode::Cycle,
            Mode::Car,
            Mode::Rail,
            Mode::Taxi,
        ],
        [
            Mode::Walk,
            Mode::Car,
            Mode::CarShare,
            Mode::PublicBus,
            Mode::Rail,
            Mode::Taxi,
        ],
    ] {
        let mut alike: BTreeMap<String, Vec<[u32; 6]>> = BTreeMap::new();
        every_table(16, &mut |table| {
            let counts: ModeCounts = modes
                .into_iter()
                .zip(table)
                .filter(|(_, count)| *count > 0)
                .collect();
            let published = format!("{:?}", answers(&counts));
            alike.entry(published).or_default().push(table);
        });
        for (published, tables) in alike {
            for mode in 0..modes.len() {
                let first = tables[0][mode];
                let is_revealed =
                    is_small(first) && tables.iter().all(|table| table[mode] == first);
                assert!(!is_revealed, "{:?} is {first} in {published}", modes[mode]);
            }
        }
    }
}

fn every_table(most: u32, see: &mut impl FnMut([u32; 6])) {
    fn rest(table: &mut [u32; 6], at: usize, left: u32, see: &mut impl FnMut([u32; 6])) {
        if at == table.len() {
            return see(*table);
        }
        for count in 0..=left {
            table[at] = count;
            rest(table, at + 1, left - count, see);
        }
    }
    rest(&mut [0; 6], 0, most, see);
}
