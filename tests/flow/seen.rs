//! The data that a pipeline leaves behind, in a form that can be compared between two runs.

use std::collections::BTreeMap;
use std::time::Duration;

use events::Topic;
use footprint::ledger::{events_from_frame, readings_from_frame};
use lake::Lake;
use publish::Published;

use crate::servers::Waiting;

/// The longest time that writing a state may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Every row of the ledger without its offset, sorted, each once.
pub async fn ledger_rows(lake: &Lake) -> Vec<String> {
    let mut rows = Vec::new();
    for topic in Topic::LEDGER {
        for folder in lake.ledger_folders(topic, |_| true).await.expect("folders") {
            for object in lake.read_folder(folder).await.expect("objects") {
                if topic == Topic::Readings {
                    for row in readings_from_frame(&object.rows).expect("rows") {
                        let values: Vec<_> = row.slots.values().collect();
                        rows.push(format!(
                            "{folder:?} {} {} {:?} {:?} {} {values:?} {} {} {:?}",
                            row.urn,
                            row.meter,
                            row.channel,
                            row.unit,
                            row.day,
                            String::from_utf8_lossy(&row.slots.letters()),
                            row.issued,
                            row.identity
                        ));
                    }
                } else {
                    for row in events_from_frame(&object.rows).expect("rows") {
                        rows.push(format!(
                            "{folder:?} {} {:?} {} {} {:?} {}",
                            row.urn, row.kind, row.day, row.issued, row.identity, row.data
                        ));
                    }
                }
            }
        }
    }
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// Every object under `results/`, byte for byte: one complete state of each trust and period, and no other object.
pub async fn results(lake: &Lake) -> BTreeMap<String, Vec<u8>> {
    let mut waiting = Waiting::up_to(PATIENCE);
    loop {
        match complete_states(lake).await {
            Ok(found) => {
                assert!(!found.is_empty(), "nothing was published");
                return found;
            }
            Err(key) => assert!(waiting.once_more().await, "{key} is in no whole state"),
        }
    }
}

/// The objects of all states; or the key of an object that belongs to none.
async fn complete_states(lake: &Lake) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut found = BTreeMap::new();
    for key in lake.list("results/manifest").await.expect("manifests") {
        let mut parts = key.split('/').skip(2);
        let mut part = |prefix| parts.next()?.strip_prefix(prefix);
        let (trust, period) = (part("trust=").unwrap(), part("period=").unwrap());
        let read = Published::read(lake, trust, period).await;
        match read.expect("a state") {
            Published::Whole(state) => {
                found.insert(key, state.manifest.json().to_vec());
                let objects = state.objects.into_iter();
                found.extend(objects.map(|(key, content)| (key, content.to_vec())));
            }
            Published::Changing { key } => return Err(key),
            Published::Absent => return Err(key),
        }
    }
    let keys = lake.list("results").await.expect("results");
    match keys.into_iter().find(|key| !found.contains_key(key)) {
        None => Ok(found),
        Some(key) => Err(key),
    }
}
