//! The last footprint always reaches the results, and no reader takes a mixed set for a whole one.

mod generated;
mod publisher;
mod side_by_side;
mod store;

use bytes::Bytes;
use lake::result_key;
use tokio::sync::watch;

use super::write::ROUNDS_TO_A_LOOK;
use super::{ManifestObject, Published};
use crate::fixtures::{self, changed, school};
use crate::tables;
use publisher::{Publisher, csv_of, state_of};
use store::{Fate, Operation, TestStore};

/// A period's objects: every table in three formats, and the manifest.
const OBJECTS: usize = 3 * tables::NAMES.len() + 1;

#[tokio::test]
async fn only_what_changed_is_written_and_what_is_gone_is_deleted() {
    let store = TestStore::new();
    let lake = store.clean();
    let left_over = result_key("schools", "gone", "2019-20", "csv");
    let left = lake.write(&left_over, Bytes::from_static(b"x")).await;
    left.unwrap();
    let mut publisher = Publisher::of(&store, fixtures::footprints());
    let all = OBJECTS * publisher.live.footprint_store().slices().len();
    assert_eq!(publisher.write().await.unwrap().written, all as u64);
    assert_eq!(lake.read(&left_over).await.unwrap(), None);
    assert_eq!(lake.list("results").await.unwrap().len(), all);

    let same = school(0);
    publisher.live.change(&same.key(), Some(same));
    let round = publisher.write().await.unwrap();
    assert_eq!(round.written, 0, "the same figures are the same bytes");
    let mut other = school(0);
    other.waste.total.0 += 1;
    publisher.live.change(&other.key(), Some(other));
    let round = publisher.write().await.unwrap();
    assert_eq!(
        round.written, 7,
        "schools and trusts, three formats each, and the manifest"
    );

    for footprint in fixtures::footprints() {
        publisher.live.change(&footprint.key(), None);
    }
    publisher.write().await.unwrap();
    assert!(lake.list("results").await.unwrap().is_empty());
}

#[tokio::test]
async fn the_version_is_the_hash_of_the_checksums_whatever_the_order_of_arrival() {
    let one = state_of(&Publisher::of(&TestStore::new(), [school(0), school(1)]));
    let other = state_of(&Publisher::of(&TestStore::new(), [school(1), school(0)]));
    assert_eq!(one, other);
    let manifest = &one.manifest;
    let lines = manifest.objects.iter().map(|object| {
        assert!(object.is(&one.objects[&object.key]), "{}", object.key);
        format!("{}  {}\n", object.sha256, object.key)
    });
    let lines: String = lines.collect();
    assert_eq!(manifest.version, super::manifest::sha256(lines.as_bytes()));
    assert_eq!(manifest.objects.len(), OBJECTS - 1);
    let other = Publisher::of(&TestStore::new(), [changed(1), school(1)]);
    assert_ne!(manifest.version, state_of(&other).manifest.version);
    let lists = |csv: &[ManifestObject]| csv.iter().all(|csv| manifest.objects.contains(csv));
    let same = Publisher::of(&TestStore::new(), [school(0), school(1)]);
    assert!(lists(&csv_of(&same)) && !lists(&csv_of(&other)));
}

#[tokio::test]
async fn a_footprint_that_comes_during_a_slow_write_reaches_every_table_in_every_format() {
    for file in ["schools.parquet", "trusts.csv", "manifest.json"] {
        let store = TestStore::new();
        let (release, released) = watch::channel(false);
        store.plan(move |operation, key| {
            let is_paused = operation == Operation::Put && key.ends_with(file);
            match is_paused && !*released.borrow() {
                true => Fate::Held(released.clone()),
                false => Fate::Passes,
            }
        });
        let mut publisher = Publisher::of(&store, [school(0), school(1)]);
        let live = publisher.live.clone();
        let writing = tokio::spawn(async move {
            publisher.write().await.unwrap();
            publisher
        });
        store.until_paused().await;
        assert_eq!(publisher_reads(&store).await, Published::Absent, "{file}");
        let last = changed(5);
        live.change(&last.key(), Some(last));
        release.send_replace(true);
        let mut publisher = writing.await.unwrap();
        publisher.write().await.unwrap();
        let wanted = Published::Whole(state_of(&publisher));
        assert_eq!(publisher_reads(&store).await, wanted, "{file}");
    }
}

async fn publisher_reads(store: &TestStore) -> Published {
    publisher::read(&store.clean()).await
}

#[tokio::test]
async fn killed_at_any_step_of_a_write_a_reader_sees_no_mixed_set_and_the_next_process_completes_it()
 {
    let before = state_of(&Publisher::of(&TestStore::new(), [school(0), school(1)]));
    let after = state_of(&Publisher::of(&TestStore::new(), [changed(1), school(1)]));
    let differing = before
        .objects
        .iter()
        .filter(|(key, content)| after.objects[*key] != **content);
    let changes = differing.count() + 1;
    for step in 0..=changes {
        let store = TestStore::new();
        let mut publisher = Publisher::of(&store, [school(0), school(1)]);
        publisher.write().await.unwrap();
        let last = changed(1);
        publisher.live.change(&last.key(), Some(last));
        store.dies_after(step);
        assert_eq!(publisher.write().await.is_ok(), step == changes);
        match publisher_reads(&store).await {
            Published::Whole(state) if step == 0 => assert_eq!(state, before),
            Published::Whole(state) if step == changes => assert_eq!(state, after),
            Published::Changing { .. } => assert!((1..changes).contains(&step), "{step}"),
            other => panic!("after {step} of {changes}: {other:?}"),
        }
        store.heal();
        let mut next = Publisher::of(&store, [changed(1), school(1)]);
        let round = next.write().await.unwrap();
        assert_eq!(round.written, (changes - step) as u64, "{step}");
        let wanted = Published::Whole(after.clone());
        assert_eq!(publisher_reads(&store).await, wanted);
    }
}

#[tokio::test]
async fn killed_at_any_step_of_a_deletion_a_reader_sees_no_part_and_the_next_process_completes_it()
{
    for step in 0..=OBJECTS {
        let store = TestStore::new();
        let mut publisher = Publisher::of(&store, [school(0)]);
        publisher.write().await.unwrap();
        let before = state_of(&publisher);
        publisher.live.change(&school(0).key(), None);
        store.dies_after(step);
        assert_eq!(publisher.write().await.is_ok(), step == OBJECTS);
        let wanted = match step {
            0 => Published::Whole(before),
            _ => Published::Absent,
        };
        assert_eq!(publisher_reads(&store).await, wanted, "{step}");
        store.heal();
        Publisher::of(&store, []).write().await.unwrap();
        let left = store.clean().list("results").await.unwrap();
        assert!(left.is_empty(), "{step}: {left:?}");
    }
}

#[tokio::test]
async fn a_put_that_was_given_up_and_arrives_late_is_found_and_written_over() {
    for late in ["trusts.csv", "manifest.json"] {
        let store = TestStore::new();
        let mut publisher = Publisher::of(&store, [school(0), school(1)]);
        store.plan(move |operation, key| {
            let is_late = operation == Operation::Put && key.ends_with(late);
            if is_late {
                Fate::ArrivesLate
            } else {
                Fate::Passes
            }
        });
        publisher.write().await.unwrap_err();
        store.heal();
        let last = changed(1);
        publisher.live.change(&last.key(), Some(last));
        publisher.write().await.unwrap();
        let wanted = Published::Whole(state_of(&publisher));
        assert_eq!(publisher_reads(&store).await, wanted);

        store.arrive(0).await;
        let mixed = publisher_reads(&store).await;
        assert!(matches!(mixed, Published::Changing { .. }), "{mixed:?}");
        let mut overwritten = 0;
        for _ in 0..ROUNDS_TO_A_LOOK + 1 {
            overwritten += publisher.write().await.unwrap().overwritten;
        }
        assert_eq!(publisher_reads(&store).await, wanted, "{late}");
        assert_eq!(overwritten, 1);
    }
}

#[tokio::test]
async fn when_a_put_fails_those_beside_it_are_waited_for_and_overwrite_nothing_later() {
    let store = TestStore::new();
    let (release, released) = watch::channel(false);
    let (fail, mut failed) = watch::channel(false);
    store.plan(move |operation, key| match operation {
        Operation::Put if key.ends_with("changes.csv") => Fate::Held(released.clone()),
        Operation::Put if key.ends_with("findings.csv") => {
            fail.send_replace(true);
            Fate::Fails
        }
        _ => Fate::Passes,
    });
    let mut publisher = Publisher::of(&store, [school(0), school(1)]);
    let writing = tokio::spawn(async move { publisher.write().await });
    store.until_paused().await;
    failed.wait_for(|failed| *failed).await.unwrap();
    release.send_replace(true);
    writing.await.unwrap().unwrap_err();
    assert!(
        !store.is_holding(),
        "a put was given up while it was under way"
    );
}

#[tokio::test]
async fn an_object_whose_answer_was_lost_is_not_taken_for_the_one_before() {
    let store = TestStore::new();
    let mut publisher = Publisher::of(&store, [school(0), school(1)]);
    publisher.write().await.unwrap();
    let wanted = Published::Whole(state_of(&publisher));
    store.plan(|operation, key| {
        let is_lost = operation == Operation::Put && key.ends_with("trusts.csv");
        if is_lost {
            Fate::AnswerLost
        } else {
            Fate::Passes
        }
    });
    let other = changed(1);
    publisher.live.change(&other.key(), Some(other));
    publisher.write().await.unwrap_err();
    store.heal();
    // The figures are the same as before, but the object in the store is not.
    let same = school(0);
    publisher.live.change(&same.key(), Some(same));
    publisher.write().await.unwrap();
    assert_eq!(publisher_reads(&store).await, wanted);
}

#[tokio::test]
async fn the_newest_footprints_stand_when_an_old_process_writes_beside_the_new_one() {
    let store = TestStore::new();
    let mut new = Publisher::of(&store, [changed(1), school(1)]);
    let mut old = Publisher::of(&store, [school(0), school(1)]);
    new.write().await.unwrap();
    // The old process has not read the change yet when it is stopped.
    old.write().await.unwrap();
    drop(old);
    for _ in 0..ROUNDS_TO_A_LOOK + 1 {
        new.write().await.unwrap();
    }
    let wanted = Published::Whole(state_of(&new));
    assert_eq!(publisher_reads(&store).await, wanted);
}

#[tokio::test]
async fn a_period_that_cannot_be_written_does_not_keep_the_others_back() {
    let store = TestStore::new();
    store.plan(|operation, key| {
        let fails = operation == Operation::Put && key.contains("period=2024-25");
        if fails { Fate::Fails } else { Fate::Passes }
    });
    let mut publisher = Publisher::of(&store, fixtures::footprints());
    let periods = publisher.live.footprint_store().slices();
    for _ in &periods {
        publisher.write().await.unwrap_err();
    }
    for slice in periods {
        let read = Published::read(&store.clean(), &slice.trust, &slice.period).await;
        let is_whole = matches!(read.unwrap(), Published::Whole(_));
        assert_eq!(is_whole, slice.period != "2024-25", "{slice:?}");
    }
}

#[tokio::test]
async fn a_listing_that_fails_midway_forgets_nothing_that_it_has_found() {
    let store = TestStore::new();
    let mut publisher = Publisher::of(&store, [school(0), school(1)]);
    publisher.write().await.unwrap();
    let wanted = Published::Whole(state_of(&publisher));
    let replaced = result_key("lines", fixtures::TRUST, publisher::PERIOD, "csv");
    let lake = store.clean();
    lake.write(&replaced, Bytes::from_static(b"x"))
        .await
        .unwrap();
    for _ in 0..ROUNDS_TO_A_LOOK - 1 {
        publisher.write().await.unwrap();
    }
    // The replaced object is read, and then the read of another fails.
    store.plan(|operation, key| {
        let fails = operation == Operation::Get && key.ends_with("waste.json");
        if fails { Fate::Fails } else { Fate::Passes }
    });
    publisher.write().await.unwrap_err();
    store.heal();
    publisher.write().await.unwrap();
    assert_eq!(publisher_reads(&store).await, wanted);
}
