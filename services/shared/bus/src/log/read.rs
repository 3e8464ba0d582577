//! Reads ranges of a partition, and the commits of groups.

use std::ops::Range;

use events::{Place, Topic};
use redb::{Database, Error, ReadableDatabase};

use super::tables;
use super::tables::{RECORDS, number};
use super::{Log, LogError, Stretch, codec};
use crate::{Commit, StoredRecord};

impl Log {
    /// The records of a partition at these offsets, without those that compaction removed.
    pub(crate) fn read(
        &self,
        topic: Topic,
        partition: i32,
        offsets: Range<i64>,
    ) -> Result<Vec<StoredRecord>, LogError> {
        let stretch = self.stretch(topic, partition, offsets, usize::MAX)?;
        Ok(stretch.records)
    }

    /// The first of these records: as many as fit into `most` bytes, but at least one if there is any.
    pub(super) fn stretch(
        &self,
        topic: Topic,
        partition: i32,
        offsets: Range<i64>,
        most: usize,
    ) -> Result<Stretch, LogError> {
        let database = self.database()?;
        let read = stretch(&database, topic, partition, offsets, most);
        read.map_err(LogError::reading(self.path()))
    }

    /// The first record that a partition still has, or the next if it has none.
    pub(crate) fn first(&self, topic: Topic, partition: i32) -> Result<i64, LogError> {
        let end = self.end(topic, partition);
        let first = self.stretch(topic, partition, 0..end, 1)?;
        Ok(first
            .records
            .first()
            .map_or(end, |record| record.place.offset))
    }

    /// The offset that the next record of every partition of these topics will have.
    pub(crate) fn ends(&self, topics: &[Topic]) -> Vec<(Topic, Place)> {
        let partitions = 0..self.0.progress.partitions() as i32;
        let of_topic = |topic: &Topic| {
            let end = |partition| Place {
                partition,
                offset: self.end(*topic, partition),
            };
            let topic = *topic;
            partitions
                .clone()
                .map(move |partition| (topic, end(partition)))
                .collect::<Vec<_>>()
        };
        topics.iter().flat_map(of_topic).collect()
    }

    /// What `group` has committed for each topic in a partition. Topics without a commit are left out.
    pub(crate) fn committed(
        &self,
        group: &str,
        topics: &[Topic],
        partition: i32,
    ) -> Result<Vec<Commit>, LogError> {
        let database = self.database()?;
        let mut commits = Vec::new();
        for topic in topics {
            let found = tables::committed(&database, group, *topic, partition);
            let found = found.map_err(LogError::reading(self.path()))?;
            commits.extend(found.map(|(offset, note)| Commit {
                topic: *topic,
                next: Place { partition, offset },
                note,
            }));
        }
        Ok(commits)
    }

    /// The number of records of `topics` that `group` has not committed.
    pub(crate) fn uncommitted(&self, group: &str, topics: &[Topic]) -> Result<i64, LogError> {
        let mut uncommitted = 0;
        for partition in 0..self.0.progress.partitions() as i32 {
            let committed = self.committed(group, topics, partition)?;
            for topic in topics {
                let commit = committed.iter().find(|commit| commit.topic == *topic);
                let next = match commit {
                    Some(commit) => commit.next.offset,
                    None => self.first(*topic, partition)?,
                };
                uncommitted += (self.end(*topic, partition) - next).max(0);
            }
        }
        Ok(uncommitted)
    }
}

fn stretch(
    database: &Database,
    topic: Topic,
    partition: i32,
    offsets: Range<i64>,
    most: usize,
) -> Result<Stretch, Error> {
    let table = database.begin_read()?.open_table(RECORDS)?;
    let at = |offset: i64| (number(topic), partition as u32, offset.max(0) as u64);
    let (mut records, mut bytes) = (Vec::new(), 0);
    for entry in table.range(at(offsets.start)..at(offsets.end))? {
        let (key, value) = entry?;
        let (offset, value) = (key.value().2 as i64, value.value());
        bytes += value.len();
        if bytes > most && !records.is_empty() {
            return Ok(Stretch {
                records,
                next: offset,
            });
        }
        let place = Place { partition, offset };
        let record = codec::decode(value, topic, place);
        records.push(record.ok_or_else(|| {
            Error::Corrupted(format!(
                "offset {offset} of topic {}, partition {partition}, is no record",
                topic.name()
            ))
        })?);
    }
    Ok(Stretch {
        records,
        next: offsets.end,
    })
}
