//! Turns the footprints of the touched schools into records.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread::available_parallelism;

use bus::Record;
use chrono::{DateTime, NaiveDate, SecondsFormat};
use events::{Topic, Urn};
use footprint::{
    Changed, ComputeError, Footprint, Method, RECEIVED, Subject, Update, possible_keys, update,
};

use crate::partition::Partition;

/// How many schools are computed at once: enough for polars to be worth its overhead, few enough to bound memory.
const AT_ONCE: usize = 500;
/// The least schools for which another core is used: fewer take less time than a thread takes to start and polars to begin.
const LEAST_OF_A_CORE: usize = 25;

/// Records of some touched schools, with what has to be computed again if the broker does not take them.
pub struct Emission {
    /// Footprints, and tombstones for footprints that no longer exist.
    pub records: Vec<Record>,
    /// The schools.
    pub(crate) schools: BTreeSet<Urn>,
    /// When the first new row of each was received: see [`Partition::fresh`].
    pub(crate) fresh: BTreeMap<Urn, i64>,
}

/// Computes the next touched schools of a partition: their footprints that may have changed, and the tombstones for footprints
/// that no longer exist. `None` once no school is touched.
pub fn emit(
    partition: &mut Partition,
    number: i32,
    method: &Method,
    as_of: NaiveDate,
) -> Result<Option<Emission>, ComputeError> {
    let mut schools = Vec::new();
    while let Some(touched) = partition.next_touched() {
        schools.push(touched);
        if schools.len() == AT_ONCE {
            break;
        }
    }
    if schools.is_empty() {
        return Ok(None);
    }
    let position = partition.position_by_name();
    let none = BTreeSet::new();
    let update_of = |(urn, changed): &(Urn, Changed)| {
        Some(Update {
            subject: Subject {
                urn: *urn,
                history: partition.histories.get(urn)?,
                position: &position,
            },
            changed: *changed,
            known: partition.emitted.get(urn).unwrap_or(&none),
        })
    };
    let updates: Vec<Update<'_>> = schools.iter().filter_map(update_of).collect();
    let mut computed = Computed::default();
    for part in on_every_core(&updates, |part| Computed::of(part, number, method, as_of)) {
        computed.append(part?);
    }
    let Computed { records, mut keys } = computed;
    for (urn, _) in &schools {
        keys.entry(*urn).or_default();
    }
    let fresh = schools
        .iter()
        .filter_map(|(urn, _)| partition.fresh.remove_entry(urn));
    let fresh: BTreeMap<Urn, i64> = fresh.collect();
    let last: BTreeMap<Urn, usize> = records
        .iter()
        .enumerate()
        .map(|(at, (urn, _))| (*urn, at))
        .collect();
    let mut records: Vec<Record> = records.into_iter().map(|(_, record)| record).collect();
    // Only a school's last record carries the header: all of the school's figures are out once that record is.
    for (urn, at) in last {
        let header = fresh.get(&urn).and_then(|micros| received(*micros));
        records[at].headers.extend(header);
    }
    for (urn, now) in keys {
        // Before its first emit for a school, an owner does not know what an earlier owner emitted, so it takes every
        // possible key.
        let before = partition.emitted.insert(urn, now).or_else(|| {
            partition
                .histories
                .get(&urn)
                .map(|history| possible_keys(urn, history, as_of))
        });
        let (before, now) = (before.unwrap_or_default(), &partition.emitted[&urn]);
        records.extend(before.difference(now).map(|key| tombstone(key, number)));
    }
    let schools = schools.into_iter().map(|(urn, _)| urn).collect();
    Ok(Some(Emission {
        records,
        schools,
        fresh,
    }))
}

/// What is computed for some schools.
#[derive(Default)]
struct Computed {
    /// A record for each footprint that may have changed, with its school.
    records: Vec<(Urn, Record)>,
    /// The keys of all footprints of each school.
    keys: BTreeMap<Urn, BTreeSet<String>>,
}

impl Computed {
    fn of(
        updates: &[Update<'_>],
        number: i32,
        method: &Method,
        as_of: NaiveDate,
    ) -> Result<Self, ComputeError> {
        let computed = update(updates, method, as_of)?;
        let records = computed.footprints.iter();
        let records = records.map(|footprint| (footprint.urn, record(footprint, number)));
        Ok(Computed {
            records: records.collect(),
            keys: computed.keys,
        })
    }

    fn append(&mut self, mut other: Self) {
        self.records.append(&mut other.records);
        self.keys.append(&mut other.keys);
    }
}

/// What `compute` makes of the items, a part of them on each core.
fn on_every_core<T: Sync, C: Send>(items: &[T], compute: impl Fn(&[T]) -> C + Sync) -> Vec<C> {
    let cores = available_parallelism().map_or(1, NonZero::get);
    let size = items.len().div_ceil(cores).max(LEAST_OF_A_CORE);
    let compute = &compute;
    std::thread::scope(|scope| {
        let mut parts = items.chunks(size);
        let first = parts.next();
        let others: Vec<_> = parts
            .map(|part| scope.spawn(move || compute(part)))
            .collect();
        let others = others
            .into_iter()
            .map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic)));
        first.map(compute).into_iter().chain(others).collect()
    })
}

/// A header and not part of the value, so that the same ledger gives the same figures whenever its events arrived.
fn received(micros: i64) -> Option<(&'static str, String)> {
    let received = DateTime::from_timestamp_micros(micros)?;
    let text = received.to_rfc3339_opts(SecondsFormat::Micros, true);
    Some((RECEIVED, text))
}

fn record(footprint: &Footprint, partition: i32) -> Record {
    Record {
        payload: serde_json::to_vec(footprint).ok(),
        ..tombstone(&footprint.key(), partition)
    }
}

fn tombstone(key: &str, partition: i32) -> Record {
    Record {
        topic: Topic::Footprints,
        partition: Some(partition),
        key: key.to_owned(),
        headers: Vec::new(),
        payload: None,
    }
}
