//! The behaviour of every adapter.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bus::{
    Bus, Change, Commit, Followed, GroupConfig, GroupConsumer, Polled, Producer, Reader, Record,
    StoredRecord, committed, ends, ensure_topics, first, follow, snapshot, uncommitted,
};
use events::{Place, Sharding, Topic};

use crate::servers::Waiting;

const SHARDING: Sharding = Sharding {
    shards: 8,
    partitions: 4,
};
const GROUP: &str = "conformance";
const TOPICS: [Topic; 2] = [Topic::Readings, Topic::Waste];
const PATIENCE: Duration = Duration::from_secs(60);
const WAIT: Duration = Duration::from_millis(100);

/// Runs all checks on an empty bus.
pub async fn check(bus: &Bus) {
    topics_have_the_partitions_of_the_configuration(bus).await;
    records_are_read_as_they_were_sent(bus).await;
    a_record_that_no_topic_accepts_is_an_error_of_the_record(bus).await;
    a_group_reads_on_from_where_it_is_committed(bus).await;
    a_follower_catches_up_once(bus).await;
    the_last_record_of_each_key_stands(bus).await;
}

fn record(topic: Topic, partition: i32, key: &str, payload: Option<&str>) -> Record {
    Record {
        topic,
        partition: Some(partition),
        key: key.to_owned(),
        headers: vec![("ce_id", format!("{key} ä")), ("ce_source", String::new())],
        payload: payload.map(|payload| payload.as_bytes().to_vec()),
    }
}

fn producer(bus: &Bus) -> Producer {
    Producer::new(bus, PATIENCE).expect("a producer")
}

async fn send(bus: &Bus, records: &[Record]) -> Vec<Place> {
    producer(bus).send(records).await.expect("it is kept")
}

fn texts(records: &[StoredRecord]) -> Vec<String> {
    let payload = |record: &StoredRecord| record.payload.clone().unwrap_or_default();
    let texts = records.iter().map(payload).map(String::from_utf8);
    texts.collect::<Result<_, _>>().expect("texts")
}

async fn topics_have_the_partitions_of_the_configuration(bus: &Bus) {
    for _ in 0..2 {
        ensure_topics(bus, SHARDING).await.expect("the topics");
    }
    let other = Sharding {
        partitions: 8,
        ..SHARDING
    };
    let refused = ensure_topics(bus, other).await.expect_err("refused");
    assert!(refused.is_configuration(), "{refused}");
    assert!(
        refused.to_string().contains("has 4 partitions"),
        "{refused}"
    );
}

async fn records_are_read_as_they_were_sent(bus: &Bus) {
    let sent = [
        record(Topic::Activity, 2, "a", Some("1")),
        record(Topic::Activity, 3, "b", Some("")),
        record(Topic::Activity, 2, "c", None),
        record(Topic::Activity, 2, "a", Some("4")),
    ];
    let places = send(bus, &sent).await;
    let at = |partition, offset| Place { partition, offset };
    assert_eq!(places, [at(2, 0), at(3, 0), at(2, 1), at(2, 2)]);
    let stored = |place: Place, record: &Record| StoredRecord {
        topic: record.topic,
        place,
        key: record.key.clone(),
        headers: record
            .headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        payload: record.payload.clone(),
    };
    let wanted: Vec<_> = places
        .into_iter()
        .zip(&sent)
        .map(|(at, one)| stored(at, one))
        .collect();
    let mut all = snapshot(bus, Topic::Activity).await.expect("records");
    all.sort_by_key(|record| record.place);
    let mut in_order = wanted.clone();
    in_order.sort_by_key(|record| record.place);
    assert_eq!(all, in_order);
    let reader = Reader::new(bus, Topic::Activity, PATIENCE).expect("a reader");
    let (ends, middle) = tokio::task::spawn_blocking(move || {
        (
            reader.ends(&[0, 2, 3]).expect("ends"),
            reader.records(2, 1..3).expect("records"),
        )
    })
    .await
    .expect("a thread");
    assert_eq!(ends, [(0, 0), (2, 3), (3, 1)]);
    assert_eq!(middle, [wanted[2].clone(), wanted[3].clone()]);
    assert_eq!(
        first(bus, Topic::Activity, 2).await.expect("a place"),
        at(2, 0)
    );
    assert_eq!(
        first(bus, Topic::Activity, 1).await.expect("a place"),
        at(1, 0)
    );
}

async fn a_record_that_no_topic_accepts_is_an_error_of_the_record(bus: &Bus) {
    // Bytes that do not compress.
    let mut state = 88_172_645_463_325_252_u64;
    let noise = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    });
    let large = Record {
        payload: Some(noise.take(2 << 20).collect()),
        ..record(Topic::Travel, 0, "large", None)
    };
    let refused = producer(bus).send([large]).await.expect_err("refused");
    assert!(refused.is_of_the_record(), "{refused}");
    assert_eq!(snapshot(bus, Topic::Travel).await.expect("records"), []);
}

/// A member of the group, polled until it has read `count` records.
async fn read(consumer: &Arc<GroupConsumer>, count: usize) -> (Vec<Change>, Vec<String>) {
    let consumer = consumer.clone();
    let reading = move || {
        let deadline = std::time::Instant::now() + PATIENCE;
        let (mut changes, mut read) = (Vec::new(), Vec::new());
        while read.len() < count || changes.is_empty() {
            assert!(std::time::Instant::now() < deadline, "{changes:?} {read:?}");
            consumer
                .rebalance(|change| {
                    if let Change::Assigned(partitions) = &change {
                        partitions
                            .iter()
                            .for_each(|number| consumer.resume(*number));
                    }
                    changes.push(change);
                })
                .expect("a change");
            let polled = consumer.poll(WAIT, |record| {
                let payload = record.payload().unwrap_or_default().to_vec();
                read.push(String::from_utf8(payload).expect("a text"));
            });
            polled.expect("a poll");
            consumer.check().expect("a member");
        }
        read.sort();
        (changes, read)
    };
    tokio::task::spawn_blocking(reading)
        .await
        .expect("a thread")
}

async fn a_group_reads_on_from_where_it_is_committed(bus: &Bus) {
    let sent = [
        record(Topic::Readings, 1, "a", Some("r1")),
        record(Topic::Readings, 1, "a", Some("r2")),
        record(Topic::Waste, 1, "a", Some("w1")),
        record(Topic::Waste, 3, "b", Some("w3")),
    ];
    send(bus, &sent).await;
    let left = || async { uncommitted(bus, GROUP, &TOPICS).await.expect("a number") };
    assert_eq!(left().await, 4);
    let mut grown = ends(bus, &TOPICS).await.expect("ends");
    assert_eq!(grown.len(), 8, "every partition of both");
    grown.retain(|(_, end)| end.offset > 0);
    let end = |topic, partition, offset| (topic, Place { partition, offset });
    assert_eq!(
        grown,
        [
            end(Topic::Readings, 1, 2),
            end(Topic::Waste, 1, 1),
            end(Topic::Waste, 3, 1)
        ]
    );
    let join = || {
        let joined = GroupConsumer::join(bus, &GroupConfig::default(), GROUP, &TOPICS);
        Arc::new(joined.expect("a member"))
    };
    let consumer = join();
    assert!(consumer.connectivity().is_reached());
    let (changes, records) = read(&consumer, 4).await;
    let Some(Change::Assigned(partitions)) = changes.last() else {
        panic!("{changes:?}");
    };
    let mut partitions = partitions.clone();
    partitions.sort_unstable();
    assert_eq!(partitions, [0, 1, 2, 3]);
    assert_eq!(records, ["r1", "r2", "w1", "w3"]);
    let commits: Vec<Commit> = [(Topic::Readings, 1), (Topic::Waste, 1)]
        .map(|(topic, offset)| Commit {
            topic,
            next: Place {
                partition: 1,
                offset,
            },
            note: "{\"row\": \"ä\"}".to_owned(),
        })
        .into();
    let (member, wanted) = (consumer.clone(), commits.clone());
    let found = tokio::task::spawn_blocking(move || {
        member.commit(&wanted).expect("a commit");
        member.committed(&TOPICS, 1).expect("what is committed")
    });
    assert_eq!(found.await.expect("a thread"), commits);
    assert_eq!(
        committed(bus, GROUP, &TOPICS, 1).await.expect("commits"),
        commits
    );
    assert_eq!(
        committed(bus, GROUP, &TOPICS, 3).await.expect("commits"),
        []
    );
    assert_eq!(left().await, 2);

    consumer.rejoin().expect("it joins again");
    let (changes, records) = read(&consumer, 2).await;
    assert!(
        matches!(changes.first(), Some(Change::Revoked { lost: false, .. })),
        "{changes:?}"
    );
    assert_eq!(records, ["r2", "w3"]);
    drop(consumer);
    let again = join();
    assert_eq!(read(&again, 2).await.1, ["r2", "w3"]);
    let polling = again.clone();
    let polled = tokio::task::spawn_blocking(move || polling.poll(WAIT, |_| {}));
    assert_eq!(
        polled.await.expect("a thread").expect("a poll"),
        Polled::Nothing
    );
}

async fn a_follower_catches_up_once(bus: &Bus) {
    let register = |text| record(Topic::Register, 0, "a", Some(text));
    send(bus, &[register("1"), register("2")]).await;
    let mut followed = follow(bus, Topic::Register).await.expect("it follows");
    let mut seen = Vec::new();
    let mut caught_up = 0;
    while caught_up == 0 {
        match followed.recv().await {
            Some(Followed::Records(records)) => seen.extend(texts(&records)),
            Some(Followed::CaughtUp) => caught_up += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seen, ["1", "2"]);
    for text in ["3", "4"] {
        send(bus, &[register(text)]).await;
        match followed.recv().await {
            Some(Followed::Records(records)) => assert_eq!(texts(&records), [text]),
            other => panic!("{other:?}"),
        }
    }
}

async fn the_last_record_of_each_key_stands(bus: &Bus) {
    let unplaced = |key: &str, payload| Record {
        partition: None,
        ..record(Topic::Rejected, 0, key, payload)
    };
    let keys: Vec<String> = (0..20).map(|number| format!("key-{number}")).collect();
    for round in ["1", "2", "3"] {
        let sent = keys.iter().map(|key| unplaced(key, Some(round)));
        send(bus, &sent.collect::<Vec<_>>()).await;
    }
    send(bus, &[unplaced("key-0", None)]).await;
    let mut waiting = Waiting::up_to(PATIENCE);
    let mut stands: BTreeMap<String, Option<Vec<u8>>> = BTreeMap::new();
    while stands.len() < keys.len() {
        for record in snapshot(bus, Topic::Rejected).await.expect("records") {
            stands.insert(record.key, record.payload);
        }
        assert!(waiting.once_more().await, "{stands:?}");
    }
    for key in &keys {
        let wanted = (key != "key-0").then(|| b"3".to_vec());
        assert_eq!(
            stands[key], wanted,
            "{key}: its records stand in one partition, in order"
        );
    }
}
