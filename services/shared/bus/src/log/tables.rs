//! The tables of the file, and the changes that may be made to them.

use std::collections::BTreeMap;

use events::{Place, Topic};
use redb::{
    Database, Error, ReadableDatabase, ReadableTable, Table, TableDefinition, WriteTransaction,
};

use super::{TOPICS, is_compacted};
use crate::Commit;

/// A record in the form in which it is written.
pub(super) struct Appended {
    pub(super) topic: Topic,
    pub(super) partition: i32,
    pub(super) key: String,
    pub(super) is_tombstone: bool,
    pub(super) bytes: Vec<u8>,
}

/// Records by topic, partition and offset.
pub(super) const RECORDS: TableDefinition<'_, (u8, u32, u64), &[u8]> =
    TableDefinition::new("records.v1");
/// The next offset of a topic and partition.
const ENDS: TableDefinition<'_, (u8, u32), u64> = TableDefinition::new("ends.v1");
/// For compacted topics: the offset of the last record of a key.
const LATEST: TableDefinition<'_, (u8, u32, &str), u64> = TableDefinition::new("latest.v1");
/// For compacted topics: records that deleted their key. They stay until the next start, so that every reader sees them.
const TOMBSTONES: TableDefinition<'_, (u8, u32, u64), &str> = TableDefinition::new("tombstones.v1");
/// The next offset a group has to read, and its note.
pub(super) const COMMITTED: TableDefinition<'_, (&str, u8, u32), (u64, &str)> =
    TableDefinition::new("committed.v1");
/// Settings of the log as a whole.
const SETTINGS: TableDefinition<'_, &str, u32> = TableDefinition::new("settings.v1");
/// The key in [`SETTINGS`] for the number of partitions of every topic.
const PARTITIONS: &str = "partitions";

/// The initial state of an opened log.
pub(super) struct Opened {
    /// 0 if the log is new.
    pub(super) partitions: u32,
    pub(super) ends: BTreeMap<(Topic, i32), i64>,
}

/// Creates the tables if they do not exist, deletes tombstones, and reads the end of each partition.
pub(super) fn prepare(database: &Database) -> Result<Opened, Error> {
    let writing = database.begin_write()?;
    writing.open_table(RECORDS)?;
    writing.open_table(COMMITTED)?;
    delete_tombstones(&writing)?;
    let mut ends = BTreeMap::new();
    for entry in writing.open_table(ENDS)?.iter()? {
        let (key, end) = entry?;
        let (number, partition) = key.value();
        let topic = TOPICS.get(usize::from(number));
        let topic = topic.ok_or_else(|| Error::Corrupted(format!("topic {number} is unknown")))?;
        ends.insert((*topic, partition as i32), end.value() as i64);
    }
    let settings = writing.open_table(SETTINGS)?;
    let partitions = settings.get(PARTITIONS)?.map_or(0, |found| found.value());
    drop(settings);
    writing.commit()?;
    Ok(Opened { partitions, ends })
}

fn delete_tombstones(writing: &WriteTransaction) -> Result<(), Error> {
    let mut records = writing.open_table(RECORDS)?;
    let mut latest = writing.open_table(LATEST)?;
    let mut tombstones = writing.open_table(TOMBSTONES)?;
    for entry in tombstones.iter()? {
        let (place, key) = entry?;
        let (topic, partition, _) = place.value();
        records.remove(place.value())?;
        latest.remove((topic, partition, key.value()))?;
    }
    tombstones.retain(|_, _| false)?;
    Ok(())
}

/// The number of partitions: the number fixed earlier, or `wanted` if there is none.
pub(super) fn fix_partitions(writing: &WriteTransaction, wanted: u32) -> Result<u32, Error> {
    let mut settings = writing.open_table(SETTINGS)?;
    let found = settings.get(PARTITIONS)?.map(|found| found.value());
    if let Some(found) = found {
        return Ok(found);
    }
    settings.insert(PARTITIONS, wanted)?;
    Ok(wanted)
}

/// Appends records, and advances `ends`.
pub(super) fn append(
    writing: &WriteTransaction,
    records: &[Appended],
    ends: &mut BTreeMap<(Topic, i32), i64>,
) -> Result<Vec<Place>, Error> {
    let mut table = writing.open_table(RECORDS)?;
    let mut keys = match records.iter().any(|record| is_compacted(record.topic)) {
        true => Some(Keys {
            latest: writing.open_table(LATEST)?,
            tombstones: writing.open_table(TOMBSTONES)?,
        }),
        false => None,
    };
    let mut places = Vec::with_capacity(records.len());
    for record in records {
        let end = ends.entry((record.topic, record.partition)).or_default();
        let at = (number(record.topic), record.partition as u32, *end as u64);
        table.insert(at, record.bytes.as_slice())?;
        if let Some(keys) = keys.as_mut().filter(|_| is_compacted(record.topic))
            && let Some(superseded) = keys.supersede(at, record)?
        {
            table.remove((at.0, at.1, superseded))?;
        }
        places.push(Place {
            partition: record.partition,
            offset: *end,
        });
        *end += 1;
    }
    Ok(places)
}

/// The key tables of compacted topics.
struct Keys<'a> {
    latest: Table<'a, (u8, u32, &'static str), u64>,
    tombstones: Table<'a, (u8, u32, u64), &'static str>,
}

impl Keys<'_> {
    /// Records that the record at `at` is the last of its key; returns the offset of the previous one.
    fn supersede(&mut self, at: (u8, u32, u64), record: &Appended) -> Result<Option<u64>, Error> {
        let (topic, partition, offset) = at;
        let key = (topic, partition, record.key.as_str());
        let before = self
            .latest
            .insert(key, offset)?
            .map(|before| before.value());
        if let Some(before) = before {
            self.tombstones.remove((topic, partition, before))?;
        }
        if record.is_tombstone {
            self.tombstones.insert(at, record.key.as_str())?;
        }
        Ok(before)
    }
}

/// Writes the ends of partitions.
pub(super) fn put_ends(
    writing: &WriteTransaction,
    ends: &BTreeMap<(Topic, i32), i64>,
) -> Result<(), Error> {
    let mut table = writing.open_table(ENDS)?;
    for ((topic, partition), end) in ends {
        table.insert((number(*topic), *partition as u32), *end as u64)?;
    }
    Ok(())
}

/// Writes what a group has committed.
pub(super) fn commit(
    writing: &WriteTransaction,
    group: &str,
    commits: &[Commit],
) -> Result<(), Error> {
    let mut table = writing.open_table(COMMITTED)?;
    for Commit { topic, next, note } in commits {
        let key = (group, number(*topic), next.partition as u32);
        table.insert(key, (next.offset as u64, note.as_str()))?;
    }
    Ok(())
}

/// What a group has committed of a topic and partition, and its note.
pub(super) fn committed(
    database: &Database,
    group: &str,
    topic: Topic,
    partition: i32,
) -> Result<Option<(i64, String)>, Error> {
    let table = database.begin_read()?.open_table(COMMITTED)?;
    let found = table.get((group, number(topic), partition as u32))?;
    Ok(found.map(|found| {
        let (next, note) = found.value();
        (next as i64, note.to_owned())
    }))
}

/// A topic's number in the file.
pub(super) fn number(topic: Topic) -> u8 {
    match topic {
        Topic::Readings => 0,
        Topic::Waste => 1,
        Topic::Travel => 2,
        Topic::Activity => 3,
        Topic::Register => 4,
        Topic::Footprints => 5,
        Topic::Rejected => 6,
        Topic::Withdrawals => 7,
        Topic::Grid => 8,
    }
}
