//! Writes rows: one new object for each month and shard, by a create-only put.

use std::collections::BTreeMap;
use std::sync::Arc;

use chassis::failpoint;
use events::{Place, Sharding, Topic, Urn};
use footprint::ledger::{LedgerEvent, MeterDay, Origin, events_to_frame, readings_to_frame};
use futures::stream::{self, StreamExt, TryStreamExt};
use lake::{Covered, Lake, LedgerFolder, Month};
use polars::frame::DataFrame;
use polars::prelude::PolarsResult;

use crate::AggregateError;
use crate::partition::Tail;

/// Rows of one folder, in the order of the log.
enum Rows {
    Readings(Vec<Arc<MeterDay>>),
    Events(Vec<LedgerEvent>),
}

/// Objects written at a time: enough to hide a store's latency, few enough to bound the memory for encoding.
const AT_ONCE: usize = 8;

/// Writes the waiting rows, and returns the folders that received them.
pub async fn write(
    lake: &Lake,
    sharding: Sharding,
    tail: Tail,
) -> Result<Vec<LedgerFolder>, AggregateError> {
    let folders = by_folder(sharding, tail).into_iter();
    // Each object has a separate task, so that encoding uses every core.
    let written = folders.map(|(folder, rows)| tokio::spawn(put(lake.clone(), folder, rows)));
    stream::iter(written)
        .buffered(AT_ONCE)
        .map(|put| put.map_err(|_| AggregateError::Ended("flush"))?)
        .try_collect()
        .await
}

async fn put(lake: Lake, folder: LedgerFolder, rows: Rows) -> Result<LedgerFolder, AggregateError> {
    let covered = rows.covered();
    let encoded = tokio::task::spawn_blocking(move || rows.frame()).await;
    let mut frame = encoded
        .map_err(|_| AggregateError::Ended("flush"))?
        .map_err(|source| AggregateError::Rows {
            folder: folder.key(),
            source,
        })?;
    failpoint!("aggregate.object.putting");
    lake.put_rows(folder, covered, &mut frame).await?;
    failpoint!("aggregate.object.put");
    Ok(folder)
}

fn by_folder(sharding: Sharding, tail: Tail) -> BTreeMap<LedgerFolder, Rows> {
    let folder = |topic, urn: Urn, day| LedgerFolder {
        topic,
        month: Month::of(day),
        shard: sharding.shard(urn),
    };
    let mut folders = BTreeMap::new();
    for row in tail.readings {
        let folder = folder(Topic::Readings, row.urn, row.day);
        match folders
            .entry(folder)
            .or_insert_with(|| Rows::Readings(Vec::new()))
        {
            Rows::Readings(rows) => rows.push(row),
            Rows::Events(_) => {}
        }
    }
    for row in tail.events {
        let folder = folder(Topic::of(row.kind), row.urn, row.day);
        match folders
            .entry(folder)
            .or_insert_with(|| Rows::Events(Vec::new()))
        {
            Rows::Events(rows) => rows.push(row),
            Rows::Readings(_) => {}
        }
    }
    folders
}

impl Rows {
    fn covered(&self) -> Covered {
        let places = |origins: &mut dyn Iterator<Item = &Origin>| {
            origins.fold(None, |covered: Option<Covered>, origin| {
                let Place { partition, offset } = origin.place;
                let span = covered.unwrap_or(Covered {
                    first: origin.place,
                    last_offset: offset,
                });
                Some(Covered {
                    first: Place {
                        partition,
                        offset: span.first.offset.min(offset),
                    },
                    last_offset: span.last_offset.max(offset),
                })
            })
        };
        let covered = match self {
            Rows::Readings(rows) => places(&mut rows.iter().map(|row| &row.origin)),
            Rows::Events(rows) => places(&mut rows.iter().map(|row| &row.origin)),
        };
        covered.unwrap_or(Covered {
            first: Place {
                partition: 0,
                offset: 0,
            },
            last_offset: 0,
        })
    }

    fn frame(self) -> PolarsResult<DataFrame> {
        match self {
            Rows::Readings(rows) => readings_frame(rows.iter().map(Arc::as_ref).collect()),
            Rows::Events(rows) => events_frame(rows.iter().collect()),
        }
    }
}

/// Rows as the ledger orders them: by school, meter and day, so that a reader skips what it does not need.
pub fn readings_frame(mut rows: Vec<&MeterDay>) -> PolarsResult<DataFrame> {
    rows.sort_by(|a, b| {
        (a.urn, &a.meter, a.channel, a.day, &a.identity).cmp(&(
            b.urn,
            &b.meter,
            b.channel,
            b.day,
            &b.identity,
        ))
    });
    readings_to_frame(&rows)
}

/// Other events, by school, type, day and name.
pub fn events_frame(mut rows: Vec<&LedgerEvent>) -> PolarsResult<DataFrame> {
    rows.sort_by(|a, b| {
        (a.urn, a.kind, a.day, &a.identity).cmp(&(b.urn, b.kind, b.day, &b.identity))
    });
    events_to_frame(&rows)
}
