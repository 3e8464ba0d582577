//! A stretch of the log that is lost.

use events::Topic;

/// A stretch of the log that was deleted before it was merged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogGap {
    /// The partition that lost it.
    pub partition: i32,
    /// The number of the partition's log: a later log counts from 0 again.
    pub log: u64,
    /// The topic.
    pub topic: Topic,
    /// The offset of the first record that is lost.
    pub from: i64,
    /// The offset of the first record that is still there.
    pub to: i64,
}

impl LogGap {
    /// How many records are lost.
    pub fn records(&self) -> i64 {
        self.to - self.from
    }
}
