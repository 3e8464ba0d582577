use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use bus::testing::Disk;
use chassis::chain;
use chassis::prometheus::Registry;
use events::Topic;
use tempfile::TempDir;

use super::*;
use crate::testing::now;

fn config(folder: &TempDir) -> SpoolConfig {
    SpoolConfig {
        path: folder.path().join("spool"),
        max_bytes: 1 << 20,
    }
}

fn open(config: &SpoolConfig) -> Result<Spool, SpoolError> {
    Spool::open(config, &SpoolMetrics::new(&Registry::new()).unwrap())
}

fn request(number: usize, bytes: usize) -> Vec<Record> {
    vec![Record {
        topic: Topic::Readings,
        partition: Some(1),
        key: number.to_string(),
        headers: Vec::new(),
        payload: Some(vec![b'x'; bytes]),
    }]
}

fn keys(spool: &Spool) -> Vec<String> {
    let rows = spool.0.with_file(|file| file.first(usize::MAX)).unwrap();
    let records = rows
        .iter()
        .flat_map(|(_, row)| record::records(row).unwrap());
    records.map(|record| record.key).collect()
}

#[test]
fn waiting_records_survive_a_restart_in_order_and_only_the_owner_can_read_them() {
    let folder = TempDir::new().unwrap();
    let config = config(&folder);
    let wanted: Vec<String> = (0..50).map(|number| number.to_string()).collect();
    let spool = open(&config).unwrap();
    for number in 0..50 {
        spool.0.push(&request(number, 1000), now()).unwrap();
    }
    assert_eq!(keys(&spool), wanted);
    drop(spool);
    let spool = open(&config).unwrap();
    assert_eq!((keys(&spool), spool.is_empty()), (wanted, false));
    let mode = std::fs::metadata(&config.path).unwrap().mode();
    assert_eq!(mode & 0o777, 0o600);
    drop(spool);
    // A file that others can read is reported, and its mode is not silently changed.
    std::fs::set_permissions(&config.path, Permissions::from_mode(0o640)).unwrap();
    let message = chain(&open(&config).err().unwrap());
    let path = config.path.display();
    assert!(
        message.contains(&format!("{path} has mode 0640, ")),
        "{message}"
    );
    assert!(
        message.ends_with(&format!("run: chmod 600 {path}")),
        "{message}"
    );
}

#[test]
fn a_full_spool_takes_nothing_until_something_was_drained() {
    let folder = TempDir::new().unwrap();
    let config = config(&folder);
    let registry = Registry::new();
    let spool = Spool::open(&config, &SpoolMetrics::new(&registry).unwrap()).unwrap();
    let readiness = Readiness::default();
    let mut pushed = 0;
    let error = loop {
        match spool.0.push(&request(pushed, 100_000), now()) {
            Ok(()) => pushed += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, SpoolError::Full { .. }), "{error}");
    // A mebibyte holds ten of a hundred thousand bytes.
    assert_eq!((pushed, keys(&spool).len()), (10, 10));
    spool.report(&readiness);
    readiness.wait(SPOOL, "full");
    spool.report(&readiness);
    assert_eq!(readiness.waiting().as_deref(), Some("spool: full"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(spool.remove_first(1, 1)).unwrap();
    spool.report(&readiness);
    assert_eq!(readiness.waiting(), None);
    assert_eq!(spool.0.now().records, 9);
    assert!(readiness.reason_of(SPOOL).is_some());
    spool.0.push(&request(10, 100_000), now()).unwrap();
    let value = |name: &str| {
        let families = registry.gather();
        let family = families
            .iter()
            .find(|family| family.name() == name)
            .unwrap();
        let metric = &family.get_metric()[0];
        metric.get_gauge().get_value() + metric.get_counter().get_value()
    };
    assert_eq!(value("ingest_spool_records"), 10.0);
    assert_eq!(value("ingest_spool_max_bytes"), 1_048_576.0);
    assert!((1e6..1.048_576e6).contains(&value("ingest_spool_bytes")));
    assert_eq!(
        value("ingest_spool_oldest_timestamp_seconds"),
        now().timestamp() as f64
    );
    assert_eq!(value("ingest_spooled_records_total"), 11.0);
    assert_eq!(value("ingest_drained_records_total"), 1.0);
}

#[test]
fn a_record_that_no_broker_takes_is_not_put_where_it_would_hold_up_all_others() {
    let folder = TempDir::new().unwrap();
    let spool = open(&config(&folder)).unwrap();
    let error = spool
        .0
        .push(&request(0, LARGEST_RECORD), now())
        .unwrap_err();
    assert!(matches!(error, SpoolError::TooLarge(..)), "{error}");
    assert!(spool.is_empty());
}

#[test]
fn a_spool_that_cannot_be_opened_is_named() {
    let folder = TempDir::new().unwrap();
    let config = config(&folder);
    let check = |config: &SpoolConfig, wanted: &str| {
        let message = chain(&open(config).err().unwrap());
        assert!(message.contains(wanted), "{message}");
        assert!(
            message.contains(&folder.path().display().to_string()),
            "{message}"
        );
    };
    let first = open(&config).unwrap();
    check(&config, "in use by another process");
    drop(first);
    std::fs::write(&config.path, "something else altogether".repeat(1000)).unwrap();
    check(&config, "is damaged");
    let is_a_folder = SpoolConfig {
        path: folder.path().to_owned(),
        ..config.clone()
    };
    check(&is_a_folder, "cannot use the spool");
    let nowhere = SpoolConfig {
        path: folder.path().join("no/spool"),
        ..config
    };
    check(&nowhere, "there is no folder");
}

/// The file that a killed process leaves, not closed; its records, and its records before the last request.
fn left_by_a_kill(config: &SpoolConfig) -> (Vec<u8>, Vec<String>, Vec<String>) {
    let spool = open(config).unwrap();
    for number in 0..40 {
        spool.0.push(&request(number, 100 * number), now()).unwrap();
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(spool.remove_first(10, 10)).unwrap();
    let before = keys(&spool);
    spool.0.push(&request(40, 100), now()).unwrap();
    let whole = keys(&spool);
    (std::fs::read(&config.path).unwrap(), whole, before)
}

/// A damaged page cannot be distinguished from an interrupted write: in both cases the file returns to its state before the
/// last request. It never returns any other state as if that were complete.
#[test]
fn a_truncated_or_corrupted_file_gives_its_last_good_state_or_an_error() {
    let folder = TempDir::new().unwrap();
    let config = config(&folder);
    let (bytes, whole, before) = left_by_a_kill(&config);
    let metrics = SpoolMetrics::new(&Registry::new()).unwrap();
    let found = |bytes: &[u8]| {
        let disk = Disk::with(bytes.to_vec());
        let open = move || builder().create_with_backend(disk.clone());
        Spool::open_by(&config, &metrics, Box::new(open))
            .map(|spool| keys(&spool))
            .map_err(|error| error.to_string())
    };
    assert_eq!(found(&bytes).unwrap(), whole);
    let (mut good, mut damaged) = (0, 0);
    let mut check = |bytes: &[u8], how: String| match found(bytes) {
        Ok(found) => {
            assert!(found == whole || found == before, "{how}: {found:?}");
            good += 1;
        }
        Err(message) => {
            assert!(
                message.contains(&config.path.display().to_string()),
                "{how}: {message}"
            );
            damaged += 1;
        }
    };
    let odd = (5000..bytes.len()).step_by(bytes.len() / 100 + 1);
    // At odd places, and at borders of pages and sectors. Not at 0: an empty file is a spool that is not made yet.
    for cut in odd
        .clone()
        .flat_map(|at| [at, at / 4096 * 4096, at / 512 * 512])
    {
        check(&bytes[..cut], format!("cut at {cut}"));
    }
    for at in odd.chain((0..400).step_by(3)) {
        for (bits, length) in [(1, 1), (0xff, 700)] {
            let mut garbled = bytes.clone();
            let bytes = garbled.iter_mut().skip(at).take(length);
            bytes.for_each(|byte| *byte ^= bits);
            check(&garbled, format!("{length} bytes garbled at {at}"));
        }
    }
    assert!(good > 20 && damaged > 100, "{good} good, {damaged} damaged");
}
