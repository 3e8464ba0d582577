//! Keeps the number of objects small: the rows of a folder are merged into one object, and the merged objects are deleted
//! later.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use chassis::failpoint;
use events::Topic;
use footprint::ledger::{events_from_frame, readings_from_frame};
use footprint::view::{revisions, union};
use lake::{Lake, LedgerFolder};
use polars::frame::DataFrame;
use polars::prelude::PolarsResult;

use crate::AggregateError;
use crate::flush::{events_frame, readings_frame};

/// Objects whose rows are in a merged object, with the time from which they may be deleted.
#[derive(Default)]
pub struct PendingDeletes(VecDeque<(Instant, Vec<String>)>);

impl PendingDeletes {
    /// Schedules objects for deletion after `grace`, when the readers that listed them are done.
    pub fn add(&mut self, keys: Vec<String>, grace: Duration) {
        if !keys.is_empty() {
            self.0.push_back((Instant::now() + grace, keys));
        }
    }

    /// The time from which the first of them may be deleted.
    pub fn first_due(&self) -> Option<Instant> {
        self.0.front().map(|(when, _)| *when)
    }

    /// Takes the objects whose grace period is over. If the process ends first, the objects stay, and the next merge includes
    /// them again.
    pub fn due(&mut self) -> Vec<String> {
        let mut due = Vec::new();
        while self
            .0
            .front()
            .is_some_and(|(when, _)| *when <= Instant::now())
        {
            due.extend(self.0.pop_front().map(|(_, keys)| keys).unwrap_or_default());
        }
        due
    }
}

/// Merges a folder that holds at least `merge_at` objects into one object, and returns the keys of the objects it replaces.
pub async fn merge(
    lake: &Lake,
    folder: LedgerFolder,
    merge_at: usize,
) -> Result<Vec<String>, AggregateError> {
    if lake.list(&folder.key()).await?.len() < merge_at {
        return Ok(Vec::new());
    }
    let objects = lake.read_folder(folder).await?;
    let keys: Vec<String> = objects.iter().map(|object| object.key.clone()).collect();
    let frames: Vec<DataFrame> = objects.into_iter().map(|object| object.rows).collect();
    let merged = tokio::task::spawn_blocking(move || match folder.topic {
        Topic::Readings => merged_readings(&frames),
        _ => merged_events(&frames),
    });
    let mut rows = merged
        .await
        .map_err(|_| AggregateError::Ended("compaction"))?
        .map_err(|source| AggregateError::Rows {
            folder: folder.key(),
            source,
        })?;
    failpoint!("aggregate.merged-object.putting");
    let made = lake.put_merged(folder, &mut rows).await?;
    failpoint!("aggregate.merged-object.put");
    Ok(keys.into_iter().filter(|key| *key != made).collect())
}

/// Deletes objects whose rows are in a merged object.
pub async fn delete(lake: Lake, keys: Vec<String>) -> Result<(), AggregateError> {
    for key in keys {
        failpoint!("aggregate.deleting");
        lake.delete(&key).await?;
        failpoint!("aggregate.deleted");
    }
    Ok(())
}

fn merged_readings(frames: &[DataFrame]) -> PolarsResult<DataFrame> {
    let mut rows = Vec::new();
    for frame in frames {
        rows.extend(readings_from_frame(frame)?);
    }
    let mut by_school: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in &rows {
        by_school.entry(row.urn).or_default().push(row);
    }
    readings_frame(
        by_school
            .into_values()
            .flat_map(|rows| union(rows).0)
            .collect(),
    )
}

fn merged_events(frames: &[DataFrame]) -> PolarsResult<DataFrame> {
    let mut rows = Vec::new();
    for frame in frames {
        rows.extend(events_from_frame(frame)?);
    }
    events_frame(revisions(rows).iter().collect())
}
