use bus::testing::{Chance, Disk};

use super::*;
use crate::last_reads::register::Read;
use crate::testing::now;

fn on(disk: &Disk) -> Result<Store, LastReadsError> {
    let disk = disk.clone();
    let open = move || Database::builder().create_with_backend(disk.clone());
    Store::open_by("reads".into(), Arc::new(open), now())
}

fn register(number: i64) -> Register {
    Register::new(Read {
        at: now() - TimeDelta::days(number),
        value: number,
        serial: None,
    })
}

fn named(key: &str, number: i64) -> BTreeMap<String, Register> {
    BTreeMap::from([(key.to_owned(), register(number))])
}

#[test]
fn what_was_written_is_there_after_a_power_cut() {
    let mut chance = Chance(7);
    for round in 0..100 {
        let disk = Disk::default();
        let mut store = on(&disk).unwrap();
        store.write(&named("a", 1)).unwrap();
        // The next write may be cut short anywhere; then it did not happen.
        disk.dies_after(chance.below(12));
        let written = store.write(&named("a", 2)).is_ok();
        drop(store);
        let mut store = on(&disk.after_power_cut(&mut chance)).unwrap();
        let found = store.registers().unwrap().remove("a").unwrap();
        let is_second = found == register(2);
        assert!(
            is_second || (!written && found == register(1)),
            "{round}: {found:?}"
        );
    }
}

#[test]
fn a_disk_that_was_full_is_written_again() {
    let disk = Disk::default();
    let mut store = on(&disk).unwrap();
    disk.is_full(true);
    let error = store.write(&named("a", 1)).unwrap_err();
    assert!(error.to_string().contains("reads"), "{error}");
    disk.is_full(false);
    store.write(&named("a", 1)).unwrap();
    assert_eq!(store.registers().unwrap()["a"], register(1));
}

#[test]
fn a_register_that_was_silent_for_too_long_is_forgotten() {
    let disk = Disk::default();
    let mut store = on(&disk).unwrap();
    store.write(&named("old", 401)).unwrap();
    store.write(&named("new", 399)).unwrap();
    drop(store);
    let registers = on(&disk).unwrap().registers().unwrap();
    assert_eq!(registers.keys().collect::<Vec<_>>(), ["new"]);
}
