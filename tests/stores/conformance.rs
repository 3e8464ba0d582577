//! What the ledger needs of a store.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use aggregate::{merge, read_readings, write};
use events::Topic;
use lake::{Lake, Put, export_key, export_record_key, export_since_key, result_key};

use super::log::{SHARDING, batches, tail};

/// Runs all checks on an empty lake.
pub async fn check(lake: &Lake) {
    the_first_put_stands(lake).await;
    of_many_puts_at_once_exactly_one_wins(lake).await;
    an_object_can_be_read_after_its_put(lake).await;
    listings_are_by_folder_and_in_order(lake).await;
    a_listing_shows_a_rewritten_object(lake).await;
    a_deleted_object_can_be_deleted_again(lake).await;
    keys_come_back_as_they_were_spelled(lake).await;
    readers_during_compaction_see_the_union(lake, lake).await;
}

async fn create(lake: &Lake, key: &str, content: impl Into<Vec<u8>>) -> Put {
    let content: Vec<u8> = content.into();
    lake.create(key, content.into()).await.expect("a put")
}

async fn read(lake: &Lake, key: &str) -> Option<Vec<u8>> {
    lake.read(key).await.expect("a get").map(Into::into)
}

async fn the_first_put_stands(lake: &Lake) {
    assert_eq!(create(lake, "first/a", "one").await, Put::Created);
    assert_eq!(create(lake, "first/a", "one").await, Put::Exists);
    assert_eq!(create(lake, "first/a", "two").await, Put::Exists);
    assert_eq!(read(lake, "first/a").await, Some(b"one".to_vec()));
    lake.write("first/a", "three".into()).await.expect("a put");
    assert_eq!(read(lake, "first/a").await, Some(b"three".to_vec()));
    // The name of a deleted object is free.
    lake.delete("first/a").await.expect("a delete");
    assert_eq!(create(lake, "first/a", "four").await, Put::Created);
}

async fn of_many_puts_at_once_exactly_one_wins(lake: &Lake) {
    for round in 0..5 {
        let key = format!("race/{round}");
        let puts = (0..8).map(|writer: u32| {
            let (lake, key) = (lake.clone(), key.clone());
            tokio::spawn(async move {
                let content = vec![b'a' + writer as u8; 10_000];
                (create(&lake, &key, content.clone()).await, content)
            })
        });
        let mut winners = Vec::new();
        for put in puts.collect::<Vec<_>>() {
            let (put, content) = put.await.expect("a task");
            winners.extend((put == Put::Created).then_some(content));
        }
        assert_eq!(winners.len(), 1, "exactly one wins");
        assert_eq!(read(lake, &key).await, winners.pop());
    }
}

async fn an_object_can_be_read_after_its_put(lake: &Lake) {
    assert_eq!(read(lake, "read/none").await, None);
    create(lake, "read/empty", "").await;
    assert_eq!(read(lake, "read/empty").await, Some(Vec::new()));
    // Larger than any client sends in one piece by default; the lake writes every object in one request.
    let large: Vec<u8> = (0..20_000_000_u32).map(|at| (at % 251) as u8).collect();
    assert_eq!(
        create(lake, "read/large", large.clone()).await,
        Put::Created
    );
    assert!(read(lake, "read/large").await == Some(large), "20 MB");
}

async fn listings_are_by_folder_and_in_order(lake: &Lake) {
    for key in ["10", "9", "b/2", "b/10", "b-c", "bb/1", "a/x/y"] {
        create(lake, &format!("list/{key}"), key).await;
    }
    let list = async |folder| lake.list(folder).await.expect("a list");
    assert_eq!(
        list("list").await,
        ["10", "9", "a/x/y", "b-c", "b/10", "b/2", "bb/1"].map(|key| format!("list/{key}")),
        "by bytes"
    );
    assert_eq!(list("list/b").await, ["list/b/10", "list/b/2"]);
    assert_eq!(list("list/none").await, [""; 0]);
    let folders = async |folder| lake.folders(folder).await.expect("a list");
    assert_eq!(folders("list").await, ["a", "b", "bb"]);
    assert_eq!(folders("list/none").await, [""; 0]);
    // More than one page of any store.
    let names: Vec<String> = (0..1_100).map(|at| format!("pages/{at:04}")).collect();
    for some in names.chunks(50) {
        let puts = some.iter().map(|key| {
            let (lake, key) = (lake.clone(), key.clone());
            tokio::spawn(async move { create(&lake, &key, "x").await })
        });
        for put in puts.collect::<Vec<_>>() {
            put.await.expect("a task");
        }
    }
    assert_eq!(list("pages").await, names);
}

/// Even at once and with the same size: publish reads an object again only if its tag has changed.
async fn a_listing_shows_a_rewritten_object(lake: &Lake) {
    let tag = async || {
        let listed = lake.list_tagged("tags").await.expect("a list");
        let keys: Vec<&str> = listed.iter().map(|object| object.key.as_str()).collect();
        assert_eq!(keys, ["tags/a"]);
        listed[0].tag.clone()
    };
    let mut before = None;
    for content in ["one", "two", "one", "two"] {
        lake.write("tags/a", content.into()).await.expect("a put");
        let after = tag().await;
        assert_ne!(Some(&after), before.as_ref(), "{content}");
        assert_eq!(tag().await, after, "it was not written");
        before = Some(after);
    }
}

async fn a_deleted_object_can_be_deleted_again(lake: &Lake) {
    create(lake, "gone/a", "x").await;
    for _ in 0..2 {
        lake.delete("gone/a").await.expect("a delete");
        assert_eq!(read(lake, "gone/a").await, None);
    }
    lake.delete("gone/never/there").await.expect("a delete");
    assert_eq!(lake.list("gone").await.expect("a list"), [""; 0]);
}

async fn keys_come_back_as_they_were_spelled(lake: &Lake) {
    let (trust, due) = ("calder-vale", "2026-11-01T0600Z");
    let keys = [
        result_key("schools", trust, "2025-26", "parquet"),
        export_key(trust, "termly", due, "1f0c", "board-pack.xlsx"),
        export_record_key(trust, "termly", due),
        export_since_key(trust, "termly"),
        "ledger/readings/month=2026-03/shard=007/00000-000000000001-000000000009-0a1b.parquet"
            .to_owned(),
        "results/schools/trust=0-9-a-z/period=2025-26/a_b.c=d-e".to_owned(),
    ];
    for key in keys {
        create(lake, &key, key.as_bytes()).await;
        assert_eq!(read(lake, &key).await.as_deref(), Some(key.as_bytes()));
        let folder = key.rsplit_once('/').expect("a folder").0;
        let listed = lake.list(folder).await.expect("a list");
        assert_eq!(listed, [key.as_str()], "as it was spelled");
        lake.delete(&key).await.expect("a delete");
    }
}

/// Fifty objects are merged into one. They are deleted one by one once the readers that began before the merged object
/// existed are done: this is the purpose of the grace time. The readers may use another path to the same lake.
pub async fn readers_during_compaction_see_the_union(lake: &Lake, theirs: &Lake) {
    let sent = batches(50);
    let mut folder = None;
    for rows in &sent {
        folder = write(lake, SHARDING, tail(rows, &[]))
            .await
            .expect("a flush")
            .pop();
    }
    let folder = folder.expect("a folder");
    assert_eq!(folder.topic, Topic::Readings);
    let wanted: BTreeSet<_> = sent
        .iter()
        .flatten()
        .map(|row| row.identity.clone())
        .collect();

    let done = Arc::new(AtomicBool::new(false));
    let reads: Arc<[AtomicUsize; 2]> = Arc::default();
    let readers: Vec<_> = (0..reads.len())
        .map(|reader| {
            let (lake, done, reads) = (theirs.clone(), done.clone(), reads.clone());
            let wanted = wanted.clone();
            tokio::spawn(async move {
                while !done.load(Ordering::SeqCst) {
                    let rows = read_readings(&lake, folder).await.expect("rows");
                    let found: BTreeSet<_> = rows.into_iter().map(|row| row.identity).collect();
                    assert_eq!(found, wanted, "every read gives the union");
                    reads[reader].fetch_add(1, Ordering::SeqCst);
                    // Memory answers at once, and would never yield the thread.
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    // Waits until each reader has finished its current pass.
    let begun_anew = async || {
        for (reader, reads) in readers.iter().zip(reads.iter()) {
            let before = reads.load(Ordering::SeqCst);
            while reads.load(Ordering::SeqCst) == before && !reader.is_finished() {
                tokio::task::yield_now().await;
            }
        }
    };
    begun_anew().await;
    let merged = merge(lake, folder, 2).await.expect("a merge");
    assert!(!merged.is_empty());
    begun_anew().await;
    for key in &merged {
        lake.delete(key).await.expect("a delete");
    }
    begun_anew().await;
    done.store(true, Ordering::SeqCst);
    for reader in readers {
        reader.await.expect("a reader");
    }
    let left = lake.list(&folder.key()).await.expect("a list");
    assert_eq!(left.len(), 1, "{left:?}");
}
