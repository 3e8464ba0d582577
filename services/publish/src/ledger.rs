//! A school's rows, read from the ledger: only the requested months of each topic.

use std::collections::BTreeSet;

use events::{Sharding, Topic, Urn};
use footprint::ledger::{LedgerEvent, MeterDay, events_from_frame, readings_from_frame};
use lake::{Lake, LedgerFolder, Month};
use polars::prelude::{ChunkCompareEq, DataFrame, PolarsResult};

use crate::PublishError;

/// Every row of readings of a school in some months, duplicates included.
pub(crate) async fn readings(
    lake: &Lake,
    urn: Urn,
    months: BTreeSet<Month>,
) -> Result<Vec<MeterDay>, PublishError> {
    rows(lake, urn, Topic::Readings, months, readings_from_frame).await
}

/// Every row of another topic of a school, duplicates included. All months are read: a correction may be in another month
/// than the event it corrects, and an event recorded in one month may count in later ones.
pub(crate) async fn events(
    lake: &Lake,
    urn: Urn,
    topic: Topic,
) -> Result<Vec<LedgerEvent>, PublishError> {
    let months = lake.ledger_months(topic).await?.into_iter().collect();
    rows(lake, urn, topic, months, events_from_frame).await
}

async fn rows<R: Send + 'static>(
    lake: &Lake,
    urn: Urn,
    topic: Topic,
    months: BTreeSet<Month>,
    of: fn(&DataFrame) -> PolarsResult<Vec<R>>,
) -> Result<Vec<R>, PublishError> {
    let Some(shards) = lake.shards().await? else {
        return Ok(Vec::new());
    };
    let partitions = 1;
    let shard = Sharding { shards, partitions }.shard(urn);
    let mut all = Vec::new();
    for month in months {
        let folder = LedgerFolder {
            topic,
            month,
            shard,
        };
        let objects = lake.read_folder(folder).await?;
        let read = tokio::task::spawn_blocking(move || {
            let mut rows = Vec::new();
            for object in &objects {
                rows.extend(of(&only(&object.rows, urn)?)?);
            }
            PolarsResult::Ok(rows)
        });
        all.extend(
            read.await?
                .map_err(|source| PublishError::Rows(urn, source))?,
        );
    }
    Ok(all)
}

/// The rows of one school. A shard holds many schools: other schools are dropped before rows are parsed.
fn only(rows: &DataFrame, urn: Urn) -> PolarsResult<DataFrame> {
    let of_school = rows.column("urn")?.u32()?.equal(urn.number());
    rows.filter(&of_school)
}
