//! Writes the content of the spool to Kafka, in its order; a row leaves the spool once Kafka has it.

use std::collections::HashMap;
use std::time::Duration;

use bus::Record;
use chassis::chain;
use events::{Topic, rejected_key};

use crate::background::is_curable;
use crate::identity::rejected_names;
use crate::persist::PersistError;
use crate::rejected::records::{key_number, tombstone};
use crate::spool::{Row, Spool, SpoolError, record};
use crate::state::{Dependency, IngestState};

/// The interval between two retries.
const AGAIN: Duration = Duration::from_secs(1);

/// Drains the spool whenever it is not empty and the broker is available, in an endless loop.
pub(crate) async fn drain(state: &IngestState) {
    let Some(spool) = &state.spool else { return };
    loop {
        spool.filled().await;
        // Drained events may remove records from `rejected`, so `rejected` has to be read first.
        let waits_for = [Dependency::Broker, Dependency::Rejected];
        if waits_for
            .into_iter()
            .any(|dependency| state.missing(dependency).is_some())
        {
            tokio::time::sleep(AGAIN).await;
            continue;
        }
        let drained = send_first(state, spool).await;
        spool.report(&state.health.readiness);
        if let Err(error) = drained {
            tracing::warn!(why = chain(&error), "the spool is not drained");
            tokio::time::sleep(AGAIN).await;
        } else if spool.is_empty() {
            tracing::info!("the spool is empty again");
        }
    }
}

async fn send_first(state: &IngestState, spool: &Spool) -> Result<(), PersistError> {
    let batch = Batch::of(spool.first().await?)?;
    state.send(&batch.records).await?;
    let gone = state.known_as_rejected(|keys| left_rejected(&batch.records, keys));
    if !gone.is_empty() {
        state.send(&gone).await?;
    }
    spool.remove_first(batch.rows, batch.records.len()).await?;
    Ok(())
}

/// Rows that may be sent together.
struct Batch {
    rows: usize,
    records: Vec<Record>,
}

impl Batch {
    /// Takes rows as long as their events differ. Of two events with one identity the first accepted must stand, but if a send
    /// fails in the middle, only the second may have arrived.
    fn of(rows: Vec<(u64, Row)>) -> Result<Self, SpoolError> {
        let mut batch = Batch {
            rows: 0,
            records: Vec::new(),
        };
        let mut requests = HashMap::new();
        for (request, row) in rows {
            let records = record::records(&row)
                .ok_or_else(|| SpoolError::NoText("a row of another version".to_owned()))?;
            for record in &records {
                if *requests.entry(identity(record)).or_insert(request) != request {
                    return Ok(batch);
                }
            }
            batch.rows += 1;
            batch.records.extend(records);
        }
        Ok(batch)
    }
}

fn identity(record: &Record) -> (String, String) {
    match event_of(record) {
        Some((source, id)) => (source.to_owned(), id.to_owned()),
        None => (String::new(), record.key.clone()),
    }
}

/// The source and id of a record that carries an event.
fn event_of(record: &Record) -> Option<(&str, &str)> {
    let header = |wanted| {
        let mut headers = record.headers.iter();
        headers
            .find(|(name, _)| *name == wanted)
            .map(|(_, value)| value.as_str())
    };
    Some((header("ce_source")?, header("ce_id")?))
}

/// Tombstones for accepted events that are still in `rejected`: when they were accepted, this service may not have read
/// `rejected` yet. Updates `keys` from the records of `rejected` among `records`.
fn left_rejected(records: &[Record], keys: &mut std::collections::HashSet<u128>) -> Vec<Record> {
    let mut gone = HashMap::new();
    for record in records {
        if record.topic == Topic::Rejected {
            let number = key_number(&record.key);
            gone.remove(&number);
            match record.payload.as_deref().is_some_and(is_curable) {
                true => keys.insert(number),
                false => keys.remove(&number),
            };
        } else if let Some((source, id)) = event_of(record)
            && !keys.is_empty()
        {
            let identity = (source.to_owned(), id.to_owned());
            for (source, id) in rejected_names(&identity) {
                let key = rejected_key(&source, &id);
                let number = key_number(&key);
                if keys.contains(&number) {
                    gone.insert(number, key);
                }
            }
        }
    }
    keys.retain(|number| !gone.contains_key(number));
    gone.into_values().map(tombstone).collect()
}

#[cfg(test)]
mod tests;
