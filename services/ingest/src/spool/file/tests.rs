use bus::testing::{Chance, Disk};

use super::*;
use crate::spool::builder;
use crate::testing::now;

fn on(disk: &Disk) -> Result<File, Error> {
    let disk = disk.clone();
    File::open(Box::new(move || {
        builder().create_with_backend(disk.clone())
    }))
}

/// A request of three rows, so that the test would notice a request cut in two.
fn request(number: usize) -> Vec<Row> {
    let part = |part| Row {
        at: now(),
        records: 1,
        text: format!("{number} {part} {}", "x".repeat(500 * (number % 40))),
    };
    (0..3).map(part).collect()
}

fn everything(file: &mut File) -> Vec<String> {
    let rows = file.first(usize::MAX).unwrap();
    rows.into_iter().map(|(_, row)| row.text).collect()
}

/// The expected content, as far as known, and the content if the interrupted step was completed.
struct Expected {
    known: Vec<String>,
    perhaps: Vec<String>,
}

impl Expected {
    /// Appends requests and removes rows at random, until a step fails.
    fn live(&mut self, file: &mut File, chance: &mut Chance, first: usize) {
        for number in first.. {
            let mut next = self.known.clone();
            let done = if chance.below(3) == 0 {
                let count = chance.below(7);
                next.drain(..count.min(next.len()));
                file.remove_first(count).map(|_| ())
            } else {
                let rows = request(number);
                next.extend(rows.iter().map(|row| row.text.clone()));
                let registration = (format!("s\n{number}"), format!("registration {number}"));
                file.append(&rows, &[registration]).map(|_| ())
            };
            match done {
                Ok(()) => self.known = next,
                Err(_) => {
                    self.perhaps = next;
                    return;
                }
            }
        }
    }
}

/// Cuts the power at any change or sync of any step, three times in each history, with any part of the unsynced sectors on the
/// disk. Everything acknowledged is there, in its order, and the interrupted step is there either completely or not at all.
#[test]
fn a_power_cut_loses_nothing_that_was_kept_and_leaves_nothing_by_half() {
    let (mut cut_off, mut kept) = (0, 0);
    for seed in 1..=100 {
        let mut chance = Chance(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed));
        let mut disk = Disk::default();
        let mut expected = Expected {
            known: Vec::new(),
            perhaps: Vec::new(),
        };
        let mut file = on(&disk).unwrap();
        for life in 1..=3 {
            disk.dies_after(chance.below(120));
            expected.live(&mut file, &mut chance, life * 1000);
            disk = disk.after_power_cut(&mut chance);
            file = on(&disk).unwrap_or_else(|error| panic!("seed {seed}, life {life}: {error}"));
            let found = everything(&mut file);
            assert!(
                found == expected.known || found == expected.perhaps,
                "seed {seed}, life {life}: {} rows, known were {}, or else {}",
                found.len(),
                expected.known.len(),
                expected.perhaps.len()
            );
            let bytes: usize = found.iter().map(String::len).sum();
            let contents = file.contents().unwrap();
            assert_eq!(
                (contents.records, contents.bytes),
                (found.len() as u64, bytes as u64)
            );
            (cut_off, kept) = (
                cut_off + usize::from(found == expected.known),
                kept + found.len(),
            );
            expected.known = found;
        }
    }
    assert!(
        (10..290).contains(&cut_off) && kept > 1000,
        "{cut_off} of 300 cut off, {kept} rows kept"
    );
}

#[test]
fn after_a_disk_that_does_not_write_the_file_is_used_again() {
    let disk = Disk::default();
    let mut file = on(&disk).unwrap();
    file.append(&request(1), &[]).unwrap();
    disk.is_full(true);
    for _ in 0..3 {
        file.append(&request(2), &[]).unwrap_err();
    }
    disk.is_full(false);
    let contents = file.append(&request(3), &[]).unwrap();
    assert_eq!(contents.records, 6);
    let texts = |number| {
        request(number)
            .into_iter()
            .map(|row| row.text)
            .collect::<Vec<_>>()
    };
    assert_eq!(everything(&mut file), [texts(1), texts(3)].concat());
}

#[test]
fn rows_are_read_in_their_order_and_as_many_as_fit() {
    let mut file = on(&Disk::default()).unwrap();
    for number in 0..30 {
        file.append(&request(number), &[]).unwrap();
    }
    let numbers = |file: &mut File, most| -> Vec<u64> {
        file.first(most)
            .unwrap()
            .iter()
            .map(|(request, _)| *request)
            .collect()
    };
    assert_eq!(numbers(&mut file, 0), [0]);
    // 4 bytes a row of request 0, and 504 of request 1.
    assert_eq!(numbers(&mut file, 12 + 504), [0, 0, 0, 1]);
    file.remove_first(5).unwrap();
    assert_eq!(numbers(&mut file, 504 + 1004), [1, 2]);
    let contents = file.remove_first(1000).unwrap();
    assert_eq!(contents, Contents::default());
    let contents = file.append(&request(1), &[]).unwrap();
    assert_eq!((contents.records, contents.oldest), (3, Some(now())));
}

#[test]
fn of_a_registration_the_first_stands_and_a_whole_register_is_known_for_whole() {
    let disk = Disk::default();
    let mut file = on(&disk).unwrap();
    let pair = |id: &str, text: &str| (id.to_owned(), text.to_owned());
    file.append(&request(0), &[pair("a", "first")]).unwrap();
    file.remember(&[pair("a", "second"), pair("b", "third")])
        .unwrap();
    assert_eq!(
        file.register().unwrap(),
        (vec!["first".to_owned(), "third".to_owned()], false)
    );
    file.register_whole().unwrap();
    drop(file);
    assert!(on(&disk).unwrap().register().unwrap().1);
}

/// The factor in deploy/config/ingest.toml holds for requests of any size, drained and filled again.
#[test]
fn the_file_is_at_most_three_times_as_large_as_its_rows() {
    let check = |bytes: usize, count: usize| {
        let disk = Disk::default();
        let mut file = on(&disk).unwrap();
        let row = Row {
            text: "x".repeat(bytes),
            ..request(0).remove(0)
        };
        for life in 1..=3 {
            let mut contents = Contents::default();
            for _ in 0..count {
                contents = file.append(std::slice::from_ref(&row), &[]).unwrap();
            }
            let size = redb::StorageBackend::len(&disk).unwrap();
            let times = size as f64 / contents.bytes as f64;
            assert!(times < 3.0, "life {life}, rows of {bytes} bytes: {times}");
            file.remove_first(count).unwrap();
        }
    };
    check(1_000, 4_000);
    check(5_000, 1_000);
    check(60_000, 100);
}
