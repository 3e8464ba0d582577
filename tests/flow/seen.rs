//! What a pipeline left behind, in a form that two runs can be compared by.

use std::collections::BTreeMap;

use events::Topic;
use footprint::ledger::{events_from_frame, readings_from_frame};
use lake::Lake;

/// Every row of the ledger but for where it came from, sorted, each once.
pub async fn ledger_rows(lake: &Lake) -> Vec<String> {
    let mut rows = Vec::new();
    for topic in Topic::LEDGER {
        for folder in lake.ledger_folders(topic, |_| true).await.expect("folders") {
            for object in lake.read_folder(folder).await.expect("objects") {
                if topic == Topic::Readings {
                    for row in readings_from_frame(&object.rows).expect("rows") {
                        let values: Vec<_> = row.slots.iter().flatten().collect();
                        rows.push(format!(
                            "{folder:?} {} {} {:?} {:?} {} {values:?} {} {} {:?}",
                            row.urn,
                            row.meter,
                            row.channel,
                            row.unit,
                            row.day,
                            String::from_utf8_lossy(&row.quality),
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

/// Every object under `results/`, byte for byte.
pub async fn results(lake: &Lake) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for key in lake.list("results").await.expect("results") {
        let content = lake
            .read(&key)
            .await
            .expect("an object")
            .expect("it is still there");
        found.insert(key, content.to_vec());
    }
    assert!(!found.is_empty(), "nothing was published");
    found
}
