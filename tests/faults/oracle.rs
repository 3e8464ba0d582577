//! The data that a run leaves behind, and the difference to a run without faults.

use std::collections::{BTreeMap, BTreeSet};

use bus::{StoredRecord, snapshot};
use events::{RejectedEvent, Topic};
use serde_json::Value;

use crate::flow::deployment::Deployment;
use crate::flow::seen::{ledger_rows, results};

/// All data that can be read afterwards, without times and positions in a log.
pub struct Left {
    /// Every row of the ledger, each once, sorted.
    rows: Vec<String>,
    /// Every event in `rejected` with the rules it broke, by key.
    rejected: BTreeMap<String, String>,
    /// Every footprint, by key.
    footprints: BTreeMap<String, String>,
    /// Every object under `results/`, byte for byte.
    results: BTreeMap<String, Vec<u8>>,
}

/// The difference to the run without faults.
#[derive(Debug, Default)]
pub struct Differences {
    /// Missing rows and missing rejected events.
    pub lost: usize,
    /// Extra rows and extra rejected events.
    pub doubled: usize,
    /// The differences as text; of each kind only the first few.
    pub messages: Vec<String>,
}

impl std::ops::AddAssign for Differences {
    fn add_assign(&mut self, more: Differences) {
        self.lost += more.lost;
        self.doubled += more.doubled;
        self.messages.extend(more.messages);
    }
}

impl Left {
    /// Waits until all events are in the ledger, published and written, and reads the data.
    pub async fn read(world: &dyn Deployment) -> Left {
        world.wait_until_settled().await;
        let lake = world.lake();
        Left {
            rows: ledger_rows(&lake).await,
            rejected: latest(world, Topic::Rejected, refused).await,
            footprints: latest(world, Topic::Footprints, figures).await,
            results: results(&lake).await,
        }
    }

    /// The number of rejected events.
    pub fn rejected(&self) -> usize {
        self.rejected.len()
    }

    /// Removes the rejected events.
    pub fn without_rejected(mut self) -> Left {
        self.rejected.clear();
        self
    }

    /// Removes the rejected events with these keys. Also returns how many there were.
    pub fn without_refused(mut self, keys: &BTreeSet<String>) -> (Left, usize) {
        let before = self.rejected.len();
        self.rejected.retain(|key, _| !keys.contains(key));
        let found = before - self.rejected.len();
        (self, found)
    }

    /// How this differs from `expected`.
    pub fn differences(&self, expected: &Left) -> Differences {
        let mut found = Differences::default();
        let rows = |left: &Left| left.rows.iter().map(|row| (row.clone(), ())).collect();
        let (lost, doubled) =
            missing_and_more("row", &rows(self), &rows(expected), &mut found.messages);
        found.lost += lost;
        found.doubled += doubled;
        let refused = (&self.rejected, &expected.rejected);
        let (lost, doubled) =
            missing_and_more("refused", refused.0, refused.1, &mut found.messages);
        found.lost += lost;
        found.doubled += doubled;
        unequal(
            "footprint",
            &self.footprints,
            &expected.footprints,
            &mut found.messages,
        );
        unequal(
            "result",
            &self.results,
            &expected.results,
            &mut found.messages,
        );
        found
    }
}

/// The newest record of each key, made comparable by `read`.
async fn latest(
    world: &dyn Deployment,
    topic: Topic,
    read: impl Fn(&[u8]) -> String,
) -> BTreeMap<String, String> {
    let records = snapshot(&world.kafka(), topic).await.expect("a topic");
    let newest: BTreeMap<String, Option<Vec<u8>>> = records
        .into_iter()
        .map(|StoredRecord { key, payload, .. }| (key, payload))
        .collect();
    newest
        .into_iter()
        .filter_map(|(key, payload)| Some((key, read(&payload?))))
        .collect()
}

/// Without the time and the hints: they may name a position in the log.
fn refused(payload: &[u8]) -> String {
    let refused: RejectedEvent = serde_json::from_slice(payload).expect("a refused event");
    let rules: Vec<_> = refused
        .refusals
        .iter()
        .map(|one| one.rule.as_str())
        .collect();
    format!("{} {}", rules.join(","), refused.event)
}

/// Without the position in the log, which repetitions move.
fn figures(payload: &[u8]) -> String {
    let mut footprint: Value = serde_json::from_slice(payload).expect("a footprint");
    footprint["position"].take();
    footprint.to_string()
}

const MOST_MESSAGES: usize = 5;

fn missing_and_more<T: PartialEq>(
    what: &str,
    found: &BTreeMap<String, T>,
    expected: &BTreeMap<String, T>,
    messages: &mut Vec<String>,
) -> (usize, usize) {
    let differing = |a: &BTreeMap<String, T>, b: &BTreeMap<String, T>| -> Vec<String> {
        let differs = |(key, value): &(&String, &T)| b.get(*key) != Some(*value);
        a.iter()
            .filter(differs)
            .map(|(key, _)| key.clone())
            .collect()
    };
    let (missing, more) = (differing(expected, found), differing(found, expected));
    messages.extend(
        missing
            .iter()
            .take(MOST_MESSAGES)
            .map(|key| format!("{what} lost: {key}")),
    );
    messages.extend(
        more.iter()
            .take(MOST_MESSAGES)
            .map(|key| format!("{what} too many: {key}")),
    );
    (missing.len(), more.len())
}

fn unequal<T: PartialEq>(
    what: &str,
    found: &BTreeMap<String, T>,
    expected: &BTreeMap<String, T>,
    messages: &mut Vec<String>,
) {
    let keys = found
        .keys()
        .chain(expected.keys().filter(|key| !found.contains_key(*key)));
    let differing = keys.filter(|key| found.get(*key) != expected.get(*key));
    messages.extend(
        differing
            .take(MOST_MESSAGES)
            .map(|key| format!("{what} differs: {key}")),
    );
}
