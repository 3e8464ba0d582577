#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod power_cuts;

use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::*;
use crate::{Change, Connectivity, Followed, Polled};

fn record(topic: Topic, partition: i32, key: &str, payload: Option<&str>) -> Record {
    Record {
        topic,
        partition: Some(partition),
        key: key.to_owned(),
        headers: vec![("ce_id", format!("{key}-1"))],
        payload: payload.map(|payload| payload.as_bytes().to_vec()),
    }
}

fn reading(partition: i32, value: &str) -> Record {
    record(Topic::Readings, partition, "100371", Some(value))
}

async fn log(folder: &TempDir) -> Log {
    let log = Log::open(folder.path().join("log")).unwrap();
    log.ensure_partitions(4).await.unwrap();
    log
}

fn payloads(log: &Log, topic: Topic, partition: i32) -> Vec<(i64, Option<String>)> {
    let end = log.end(topic, partition);
    let records = log.read(topic, partition, 0..end).unwrap();
    let payload = |record: StoredRecord| {
        let payload = record
            .payload
            .map(|payload| String::from_utf8(payload).unwrap());
        (record.place.offset, payload)
    };
    records.into_iter().map(payload).collect()
}

fn some(offset: i64, payload: &str) -> (i64, Option<String>) {
    (offset, Some(payload.to_owned()))
}

#[tokio::test]
async fn appended_records_are_there_in_order_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let first = log(&folder).await;
    let places = first
        .append(&[reading(1, "a"), reading(2, "b"), reading(1, "c")])
        .await;
    let at = |partition, offset| Place { partition, offset };
    assert_eq!(places.unwrap(), [at(1, 0), at(2, 0), at(1, 1)]);
    first.close().await;
    assert!(matches!(
        first.append(&[reading(1, "d")]).await,
        Err(LogError::Closed(_))
    ));
    let again = log(&folder).await;
    assert_eq!(
        payloads(&again, Topic::Readings, 1),
        [some(0, "a"), some(1, "c")]
    );
    assert_eq!(again.append(&[reading(1, "e")]).await.unwrap(), [at(1, 2)]);
    let read = again.read(Topic::Readings, 1, 2..3).unwrap();
    assert_eq!(read[0].header("ce_id"), Some("100371-1"));
}

#[tokio::test]
async fn another_opening_of_the_file_is_refused_by_its_name_until_it_is_closed() {
    let folder = TempDir::new().unwrap();
    let first = log(&folder).await;
    let refused = Log::open(first.path()).err().unwrap();
    assert!(
        matches!(&refused, LogError::InUse(path) if path == first.path()),
        "{refused}"
    );
    first.close().await;
    Log::open(first.path()).unwrap();
}

#[tokio::test]
async fn the_file_is_private_to_its_owner() {
    use std::os::unix::fs::MetadataExt;
    let folder = TempDir::new().unwrap();
    let log = log(&folder).await;
    let mode = std::fs::metadata(log.path()).unwrap().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn the_number_of_partitions_is_fixed_by_the_first_configuration() {
    let folder = TempDir::new().unwrap();
    let log = log(&folder).await;
    log.ensure_partitions(4).await.unwrap();
    let refused = log.ensure_partitions(8).await.err().unwrap();
    assert!(
        refused
            .to_string()
            .contains("has 4 partitions and the configuration says 8")
    );
}

#[tokio::test]
async fn of_a_compacted_topic_the_last_record_of_each_key_stays_and_a_deletion_until_the_next_start()
 {
    let folder = TempDir::new().unwrap();
    let first = log(&folder).await;
    let footprint = |key, payload| record(Topic::Footprints, 0, key, payload);
    let sent = [
        footprint("a", Some("1")),
        footprint("b", Some("2")),
        footprint("a", Some("3")),
    ];
    first.append(&sent).await.unwrap();
    assert_eq!(
        payloads(&first, Topic::Footprints, 0),
        [some(1, "2"), some(2, "3")]
    );
    first
        .append(&[footprint("b", None), footprint("c", None)])
        .await
        .unwrap();
    let deleted = [some(2, "3"), (3, None), (4, None)];
    assert_eq!(payloads(&first, Topic::Footprints, 0), deleted);
    first.append(&[footprint("c", Some("5"))]).await.unwrap();
    first.close().await;
    let again = log(&folder).await;
    assert_eq!(
        payloads(&again, Topic::Footprints, 0),
        [some(2, "3"), some(5, "5")]
    );
    again.append(&[footprint("a", Some("6"))]).await.unwrap();
    assert_eq!(
        payloads(&again, Topic::Footprints, 0),
        [some(5, "5"), some(6, "6")]
    );
}

#[tokio::test]
async fn the_same_key_always_goes_to_the_same_partition() {
    let folder = TempDir::new().unwrap();
    let log = log(&folder).await;
    let unplaced = |key: &str| Record {
        partition: None,
        ..record(Topic::Rejected, 0, key, Some("x"))
    };
    let keys: Vec<String> = (0..40).map(|number| format!("key-{number}")).collect();
    let sent: Vec<Record> = keys.iter().chain(&keys).map(|key| unplaced(key)).collect();
    let places = log.append(&sent).await.unwrap();
    let partitions: Vec<i32> = places.iter().map(|place| place.partition).collect();
    assert_eq!(partitions[..40], partitions[40..]);
    assert_eq!(
        (0..4).filter(|number| partitions.contains(number)).count(),
        4
    );
}

#[tokio::test]
async fn a_record_that_is_too_large_is_refused_with_its_whole_request() {
    let folder = TempDir::new().unwrap();
    let log = log(&folder).await;
    let large = "x".repeat(1 << 20);
    let refused = log
        .append(&[reading(0, "a"), reading(0, &large)])
        .await
        .err()
        .unwrap();
    assert!(refused.is_of_the_record(), "{refused}");
    assert_eq!(log.end(Topic::Readings, 0), 0);
}

#[tokio::test]
async fn a_follower_gets_existing_records_then_the_end_and_then_new_records() {
    let folder = TempDir::new().unwrap();
    let log = log(&folder).await;
    let register = |key| record(Topic::Register, 3, key, Some("r"));
    log.append(&[register("1"), register("2")]).await.unwrap();
    let mut followed = log.follow(Topic::Register, Connectivity::default());
    let keys = |followed: Option<Followed>| match followed {
        Some(Followed::Records(records)) => records.into_iter().map(|one| one.key).collect(),
        other => vec![format!("{other:?}")],
    };
    assert_eq!(keys(followed.recv().await), ["1", "2"]);
    assert!(matches!(followed.recv().await, Some(Followed::CaughtUp)));
    log.append(&[register("3")]).await.unwrap();
    assert_eq!(keys(followed.recv().await), ["3"]);
    log.close().await;
}

/// Everything that a consumer reads until no record is left.
fn read_all(consumer: &LogConsumer) -> Vec<String> {
    let mut read = Vec::new();
    loop {
        consumer.rebalance(|_| {}).unwrap();
        let polled = consumer.poll(Duration::ZERO, |record| {
            read.push(String::from_utf8(record.payload().unwrap().to_vec()).unwrap());
        });
        if polled.unwrap() == Polled::Nothing {
            return read;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_reads_on_from_where_it_is_committed_and_has_one_member() {
    let folder = TempDir::new().unwrap();
    let log = log(&folder).await;
    let topics = [Topic::Readings, Topic::Waste];
    log.append(&[reading(0, "a"), reading(0, "b"), reading(3, "c")])
        .await
        .unwrap();
    let blocking = move || {
        let consumer = log.join("aggregate", &topics).unwrap();
        assert!(matches!(
            log.join("aggregate", &topics),
            Err(LogError::OwnedAlready { .. })
        ));
        assert_eq!(read_all(&consumer), ["a", "b", "c"]);
        assert_eq!(log.uncommitted("aggregate", &topics).unwrap(), 3);
        assert_eq!(consumer.known_ends()[&(Topic::Readings, 0)], 2);
        let commit = Commit {
            topic: Topic::Readings,
            next: Place {
                partition: 0,
                offset: 1,
            },
            note: "a note".to_owned(),
        };
        consumer.commit(std::slice::from_ref(&commit)).unwrap();
        assert_eq!(
            consumer.committed(&topics, 0).unwrap(),
            std::slice::from_ref(&commit)
        );
        assert_eq!(log.uncommitted("aggregate", &topics).unwrap(), 2);
        let too_long = Commit {
            note: "x".repeat(5_000),
            ..commit
        };
        assert!(matches!(
            consumer.commit(&[too_long]),
            Err(LogError::NoteTooLong(5_000))
        ));

        consumer.rejoin();
        let mut changes = Vec::new();
        consumer.rebalance(|change| changes.push(change)).unwrap();
        let partitions = vec![0, 1, 2, 3];
        let revoked = Change::Revoked {
            partitions: partitions.clone(),
            lost: false,
        };
        assert_eq!(changes, [revoked, Change::Assigned(partitions)]);
        assert_eq!(read_all(&consumer), ["b", "c"]);
        drop(consumer);
        let again = log.join("aggregate", &topics).unwrap();
        assert_eq!(read_all(&again), ["b", "c"]);
    };
    tokio::task::spawn_blocking(blocking).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_waits_is_woken_by_an_append_and_by_a_failure() {
    let folder = TempDir::new().unwrap();
    let log = log(&folder).await;
    let far = Duration::from_secs(3_600);
    let waiting = |log: Log| {
        tokio::task::spawn_blocking(move || {
            let consumer = log.join("aggregate", &[Topic::Readings]).unwrap();
            consumer.rebalance(|_| {}).unwrap();
            consumer.poll(far, |_| {})
        })
    };
    let woken = waiting(log.clone());
    log.append(&[reading(2, "a")]).await.unwrap();
    assert_eq!(woken.await.unwrap().unwrap(), Polled::Record);
    let committed = tokio::task::spawn_blocking({
        let log = log.clone();
        move || {
            let next = Place {
                partition: 2,
                offset: 1,
            };
            let note = String::new();
            let topic = Topic::Readings;
            log.commit("aggregate", &[Commit { topic, next, note }])
        }
    });
    committed.await.unwrap().unwrap();
    let woken = waiting(log.clone());
    log.0
        .progress
        .fail(LogError::WriterEnded(log.path().to_owned()));
    assert!(matches!(
        woken.await.unwrap(),
        Err(LogError::WriterEnded(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_kept_for_30_days_and_every_group_has_committed_is_deleted() {
    let folder = TempDir::new().unwrap();
    let log = log(&folder).await;
    let register = record(Topic::Register, 0, "1", Some("r"));
    let sent: Vec<Record> = ["a", "b", "c"].map(|value| reading(0, value)).into();
    log.append(&sent).await.unwrap();
    log.append(&[register, reading(1, "d")]).await.unwrap();
    let commit = |group: &'static str, topic, offset| {
        let log = log.clone();
        let commit = Commit {
            topic,
            next: Place {
                partition: 0,
                offset,
            },
            note: String::new(),
        };
        tokio::task::spawn_blocking(move || log.commit(group, &[commit]).unwrap())
    };
    commit("aggregate", Topic::Readings, 2).await.unwrap();
    commit("another", Topic::Readings, 3).await.unwrap();
    commit("aggregate", Topic::Register, 1).await.unwrap();
    let trim = |now: SystemTime| {
        let database = log.database().unwrap();
        let writing = database.begin_write().unwrap();
        let is_more = retention::trim(&writing, &log.0.progress.ends(), now).unwrap();
        writing.commit().unwrap();
        assert!(!is_more);
    };
    let days = |days: u64| SystemTime::now() + Duration::from_secs(days * 24 * 60 * 60);
    trim(days(29));
    assert_eq!(payloads(&log, Topic::Readings, 0).len(), 3);
    trim(days(31));
    assert_eq!(payloads(&log, Topic::Readings, 0), [some(2, "c")]);
    assert_eq!(
        payloads(&log, Topic::Readings, 1),
        [some(0, "d")],
        "nothing is committed"
    );
    assert_eq!(
        payloads(&log, Topic::Register, 0),
        [some(0, "r")],
        "kept for ever"
    );
    assert_eq!(log.first(Topic::Readings, 0).unwrap(), 2);
    assert_eq!(log.first(Topic::Waste, 0).unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_beside_the_process_reads_and_appends_through_its_socket() {
    let folder = TempDir::new().unwrap();
    let log = log(&folder).await;
    let socket = folder.path().join("socket");
    let server = LogServer::bind(log.clone(), &socket).unwrap();
    let serving = tokio::spawn(server.serve());
    let client = LogClient::at(&socket);
    assert!(client.is_answered());
    let places = client
        .append(&[record(Topic::Rejected, 1, "k", Some("ä"))])
        .await
        .unwrap();
    assert_eq!(
        places,
        [Place {
            partition: 1,
            offset: 0
        }]
    );
    let stands = client.snapshot(Topic::Rejected).await.unwrap();
    assert_eq!(stands, log.read(Topic::Rejected, 1, 0..1).unwrap());
    log.append(&[reading(0, "a")]).await.unwrap();
    let topics = [Topic::Readings];
    assert_eq!(client.uncommitted("aggregate", &topics).await.unwrap(), 1);
    assert_eq!(client.ends(&topics).await.unwrap(), log.ends(&topics));
    assert!(log.ends(&topics).iter().any(|(_, end)| end.offset == 1));
    assert_eq!(client.committed("aggregate", &topics, 0).await.unwrap(), []);
    let large = "x".repeat(1 << 20);
    let refused = client.append(&[reading(0, &large)]).await.err().unwrap();
    assert!(refused.to_string().contains("larger than"), "{refused}");
    serving.abort();
    let _aborted = serving.await;
    assert!(!client.is_answered());
    let refused = client.snapshot(Topic::Rejected).await.err().unwrap();
    assert!(matches!(refused, LogError::Unreachable { .. }));
}
