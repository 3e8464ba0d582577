//! Power cuts at any moment: acknowledged records are there; of an unacknowledged request, either all records or none.

use super::*;
use crate::testing::{Chance, Disk};

/// The number of simulated lives; each prints its seed if it fails.
const LIVES: u64 = 60;

/// The requests to a log, and its answers, in one life.
#[derive(Default)]
struct Known {
    /// By partition, the acknowledged records, in their order.
    acknowledged: Vec<Vec<String>>,
    /// The unanswered request, by partition.
    unanswered: Vec<Vec<String>>,
    committed: i64,
    commit_unanswered: Option<i64>,
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_records_survive_a_power_cut_at_any_moment() {
    for seed in 1..=LIVES {
        let mut chance = Chance(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed));
        let mut disk = Disk::default();
        let mut known = Known {
            acknowledged: vec![Vec::new(); 4],
            unanswered: vec![Vec::new(); 4],
            ..Known::default()
        };
        for life in 0..4 {
            let log = on(&disk).await;
            settle(&log, &mut known, &format!("seed {seed}, life {life}"));
            disk.dies_after(chance.below(200));
            live(&log, &mut chance, &mut known, life).await;
            log.close().await;
            disk = disk.after_power_cut(&mut chance);
        }
    }
}

async fn on(disk: &Disk) -> Log {
    let database = file::builder().create_with_backend(disk.clone()).unwrap();
    let log = Log::on(database, PathBuf::from("a disk")).unwrap();
    log.ensure_partitions(4).await.unwrap();
    log
}

/// Appends and commits until the disk is dead.
async fn live(log: &Log, chance: &mut Chance, known: &mut Known, life: usize) {
    for number in 0..1_000 {
        let count = 1 + chance.below(5);
        let mut request = vec![Vec::new(); 4];
        let mut records = Vec::new();
        for part in 0..count {
            let partition = chance.below(4);
            let value = format!("{life}-{number}-{part}-{}", "x".repeat(chance.below(3_000)));
            records.push(reading(partition as i32, &value));
            request[partition].push(value);
        }
        if log.append(&records).await.is_err() {
            known.unanswered = request;
            return;
        }
        for (partition, values) in request.into_iter().enumerate() {
            known.acknowledged[partition].extend(values);
        }
        if chance.below(3) == 0 {
            let offset = known.acknowledged[0].len() as i64;
            let next = Place {
                partition: 0,
                offset,
            };
            let commit = Commit {
                topic: Topic::Readings,
                next,
                note: offset.to_string(),
            };
            let log = log.clone();
            let done = move || log.commit("aggregate", &[commit]);
            match tokio::task::spawn_blocking(done).await.unwrap() {
                Ok(()) => known.committed = offset,
                Err(_dead) => {
                    known.commit_unanswered = Some(offset);
                    return;
                }
            }
        }
    }
}

/// Compares the log with what is known, and adds to that what is there of the unanswered request.
fn settle(log: &Log, known: &mut Known, when: &str) {
    let found: Vec<Vec<String>> = (0..4)
        .map(|partition| {
            let records = payloads(log, Topic::Readings, partition);
            let places = records.iter().map(|(offset, _)| *offset);
            assert!(
                places.eq(0..records.len() as i64),
                "{when}: offsets have gaps"
            );
            records
                .into_iter()
                .filter_map(|(_, payload)| payload)
                .collect()
        })
        .collect();
    let unanswered = std::mem::replace(&mut known.unanswered, vec![Vec::new(); 4]);
    let with: Vec<Vec<String>> = known
        .acknowledged
        .iter()
        .zip(unanswered)
        .map(|(acknowledged, unanswered)| [acknowledged.clone(), unanswered].concat())
        .collect();
    let counts = |of: &[Vec<String>]| of.iter().map(Vec::len).collect::<Vec<_>>();
    assert!(
        found == known.acknowledged || found == with,
        "{when}: {:?} records are there, {:?} were acknowledged and {:?} sent",
        counts(&found),
        counts(&known.acknowledged),
        counts(&with)
    );
    known.acknowledged = found;
    let committed = log.committed("aggregate", &[Topic::Readings], 0).unwrap();
    let committed = committed.first().map_or(0, |commit| {
        assert_eq!(commit.note, commit.next.offset.to_string(), "{when}");
        commit.next.offset
    });
    let may_be = [Some(known.committed), known.commit_unanswered.take()];
    assert!(
        may_be.contains(&Some(committed)),
        "{when}: committed {committed}"
    );
    known.committed = committed;
}
