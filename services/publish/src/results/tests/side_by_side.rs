//! Trusts are written side by side, and only those that changed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use footprint::Footprint;
use futures::FutureExt;
use tokio::sync::watch;

use super::OBJECTS;
use super::publisher::{PERIOD, Publisher};
use super::store::{Fate, Operation, TestStore};
use crate::fixtures::{TRUST, school};
use crate::results::state::slice_of;

/// A trust after the other one in the order of writing.
const NEXT: &str = "next-trust";

/// A school of that trust; `more` makes other figures.
fn of_next(more: i64) -> Footprint {
    let mut footprint = school(1);
    footprint.trust.id = NEXT.to_owned();
    footprint.waste.total.0 += more;
    footprint
}

#[tokio::test]
async fn a_trust_that_the_store_is_slow_to_take_holds_up_no_other() {
    let store = TestStore::new();
    let (release, released) = watch::channel(false);
    store.plan(move |operation, key| {
        let is_slow = operation == Operation::Put && key.contains(TRUST);
        match is_slow && !*released.borrow() {
            true => Fate::Held(released.clone()),
            false => Fate::Passes,
        }
    });
    let (write, mut written) = watch::channel(false);
    store.observe(move |key| {
        if key == lake::manifest_key(NEXT, PERIOD) {
            write.send_replace(true);
        }
        async {}.boxed()
    });
    let mut publisher = Publisher::of(&store, [school(0), of_next(0)]);
    let writing = tokio::spawn(async move { publisher.write().await });
    written.wait_for(|written| *written).await.unwrap();
    store.until_paused().await;
    release.send_replace(true);
    let round = writing.await.unwrap().unwrap();
    assert_eq!(round.written, 2 * OBJECTS as u64);
}

#[tokio::test]
async fn of_two_trusts_the_one_that_changed_is_written() {
    let store = TestStore::new();
    let mut publisher = Publisher::of(&store, [school(0), of_next(0)]);
    publisher.write().await.unwrap();
    let put = Arc::new(Mutex::new(BTreeSet::new()));
    let seen = put.clone();
    store.plan(move |operation, key| {
        if operation == Operation::Put {
            seen.lock().unwrap().insert(slice_of(key).unwrap().trust);
        }
        Fate::Passes
    });
    for footprint in [school(0), of_next(1)] {
        publisher.live.change(&footprint.key(), Some(footprint));
    }
    publisher.write().await.unwrap();
    assert_eq!(*put.lock().unwrap(), BTreeSet::from([NEXT.to_owned()]));
}
