//! The only member of a group: it owns all partitions.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use events::Topic;

use super::{Log, LogError};
use crate::{Change, Commit, Connectivity, Incoming, Polled, StoredRecord};

/// The approximate size of the read-ahead, in bytes.
const READ_AHEAD: usize = 1 << 20;

/// The only member of its group. Its calls block.
pub(crate) struct LogConsumer {
    log: Log,
    group: String,
    topics: Vec<Topic>,
    connectivity: Connectivity,
    /// Changes that the caller has yet to make.
    rebalances: Mutex<VecDeque<Change>>,
    position: Mutex<Position>,
}

/// How far the member has read.
#[derive(Default)]
struct Position {
    next: BTreeMap<(Topic, i32), i64>,
    read_ahead: VecDeque<StoredRecord>,
    /// Where the next search for records begins, so that every partition gets its turn.
    turn: usize,
}

impl Log {
    /// Joins `group` on all of `topics`; fails if the group has a member already.
    pub(crate) fn join(&self, group: &str, topics: &[Topic]) -> Result<LogConsumer, LogError> {
        let mut owned = self.0.owned.lock().unwrap_or_else(PoisonError::into_inner);
        if !owned.insert(group.to_owned()) {
            return Err(LogError::OwnedAlready {
                path: self.path().to_owned(),
                group: group.to_owned(),
            });
        }
        let connectivity = Connectivity::default();
        connectivity.set(true);
        Ok(LogConsumer {
            log: self.clone(),
            group: group.to_owned(),
            topics: topics.to_vec(),
            connectivity,
            rebalances: Mutex::new([Change::Assigned(self.partitions())].into()),
            position: Mutex::default(),
        })
    }

    fn partitions(&self) -> Vec<i32> {
        (0..self.0.progress.partitions() as i32).collect()
    }
}

impl Drop for LogConsumer {
    fn drop(&mut self) {
        let mut owned = self
            .log
            .0
            .owned
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        owned.remove(&self.group);
    }
}

impl LogConsumer {
    pub(crate) fn poll(
        &self,
        wait: Duration,
        visit: impl FnOnce(Incoming<'_>),
    ) -> Result<Polled, LogError> {
        let mut position = self.position();
        if position.read_ahead.is_empty() && !self.rebalances().is_empty() {
            return Ok(Polled::Nothing);
        }
        if position.read_ahead.is_empty() && !self.read_ahead(&mut position)? {
            let next = position.next.clone();
            drop(position);
            let is_more = |ends: &BTreeMap<(Topic, i32), i64>| {
                next.iter()
                    .any(|(at, next)| ends.get(at).is_some_and(|end| end > next))
            };
            if !self.log.0.progress.wait_for(wait, is_more) {
                self.check()?;
                return Ok(Polled::Nothing);
            }
            position = self.position();
            self.read_ahead(&mut position)?;
        }
        let record = position.read_ahead.pop_front();
        drop(position);
        match record {
            Some(record) => {
                visit(Incoming::of_log(&record));
                Ok(Polled::Record)
            }
            None => Ok(Polled::Nothing),
        }
    }

    /// Reads the next records of one partition that has any; returns whether there were some.
    fn read_ahead(&self, position: &mut Position) -> Result<bool, LogError> {
        let count = position.next.len();
        for step in 0..count {
            let turn = (position.turn + step) % count.max(1);
            let Some(((topic, partition), next)) = position.next.iter_mut().nth(turn) else {
                continue;
            };
            let end = self.log.end(*topic, *partition);
            if *next >= end {
                continue;
            }
            let stretch = self
                .log
                .stretch(*topic, *partition, *next..end, READ_AHEAD)?;
            *next = stretch.next;
            position.read_ahead.extend(stretch.records);
            position.turn = turn + 1;
            if !position.read_ahead.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(crate) fn rebalance(&self, mut emit: impl FnMut(Change)) -> Result<(), LogError> {
        loop {
            let change = self.rebalances().pop_front();
            match change {
                None => return Ok(()),
                Some(Change::Assigned(partitions)) => {
                    let position = self.committed_position(&partitions)?;
                    *self.position() = position;
                    emit(Change::Assigned(partitions));
                }
                Some(revoked @ Change::Revoked { .. }) => {
                    emit(revoked);
                    *self.position() = Position::default();
                }
            }
        }
    }

    /// The start offset of each partition: the committed offset, or its first record if nothing is committed.
    fn committed_position(&self, partitions: &[i32]) -> Result<Position, LogError> {
        let mut position = Position::default();
        for partition in partitions {
            for topic in &self.topics {
                position.next.insert((*topic, *partition), 0);
            }
            for commit in self.committed(&self.topics, *partition)? {
                let at = (commit.topic, *partition);
                position.next.insert(at, commit.next.offset);
            }
        }
        Ok(position)
    }

    /// Fails when the log has failed.
    pub(crate) fn check(&self) -> Result<(), LogError> {
        match self.log.0.progress.failure() {
            Some(error) => {
                self.connectivity.set(false);
                Err(error)
            }
            None => Ok(()),
        }
    }

    pub(crate) fn rejoin(&self) {
        let partitions = self.log.partitions();
        let revoked = Change::Revoked {
            partitions: partitions.clone(),
            lost: false,
        };
        self.rebalances()
            .extend([revoked, Change::Assigned(partitions)]);
    }

    pub(crate) fn committed(
        &self,
        topics: &[Topic],
        partition: i32,
    ) -> Result<Vec<Commit>, LogError> {
        self.log.committed(&self.group, topics, partition)
    }

    /// The offset of the first record that a partition of each topic still has, or of its next record if it has none.
    pub(crate) fn firsts(
        &self,
        topics: &[Topic],
        partition: i32,
    ) -> Result<BTreeMap<Topic, i64>, LogError> {
        let first = |topic: &Topic| Ok((*topic, self.log.first(*topic, partition)?));
        topics.iter().map(first).collect()
    }

    /// The offset that the next record of a partition of each topic will have.
    pub(crate) fn ends(&self, topics: &[Topic], partition: i32) -> BTreeMap<Topic, i64> {
        let end = |topic: &Topic| (*topic, self.log.end(*topic, partition));
        topics.iter().map(end).collect()
    }

    pub(crate) fn commit(&self, commits: &[Commit]) -> Result<(), LogError> {
        self.log.commit(&self.group, commits)
    }

    pub(crate) fn known_ends(&self) -> BTreeMap<(Topic, i32), i64> {
        self.log.0.progress.ends()
    }

    pub(crate) fn connectivity(&self) -> &Connectivity {
        &self.connectivity
    }

    fn position(&self) -> MutexGuard<'_, Position> {
        self.position.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rebalances(&self) -> MutexGuard<'_, VecDeque<Change>> {
        self.rebalances
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
