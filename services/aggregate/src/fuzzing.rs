//! Entry points for fuzz targets: the record parser, and the rejection of a record that cannot be parsed. Compiled under
//! `cfg(fuzzing)` only; see `tests/fuzz`.

use bus::Record;
use chrono::{DateTime, NaiveDate};
use events::{Place, Topic};
use footprint::{ComputeError, Method};

pub use crate::parse::{Parser, Poison, Row};
use crate::partition::Partition;
use crate::poll::{Poisoned, quoted};

/// The `rejected` record for a record that cannot be read.
pub fn rejected(topic: Topic, place: Place, why: &Poison, key: &[u8], value: &[u8]) -> Record {
    let poisoned = Poisoned {
        topic,
        place,
        why: why.to_string(),
        key: quoted(key),
        value: quoted(value),
    };
    crate::rejected::poison(&poisoned, DateTime::UNIX_EPOCH)
}

/// The footprints of every school of a partition, as records.
pub fn footprints(
    partition: &mut Partition,
    method: &Method,
    as_of: NaiveDate,
) -> Result<Vec<Record>, ComputeError> {
    partition.touch_all();
    let mut records = Vec::new();
    while let Some(emission) = crate::emit::emit(partition, 0, method, as_of)? {
        records.extend(emission.records);
    }
    Ok(records)
}
