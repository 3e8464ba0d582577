//! A stretch of the log that is gone.

use events::Topic;

/// A stretch of the log that was gone before it was merged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogGap {
    /// Whose partition.
    pub partition: i32,
    /// Which log of the partition: a later one counts from 0 again.
    pub log: u64,
    /// The topic.
    pub topic: Topic,
    /// The offset of the first record that is gone.
    pub from: i64,
    /// The offset of the first that is there.
    pub to: i64,
}

impl LogGap {
    /// How many records are gone.
    pub fn records(&self) -> i64 {
        self.to - self.from
    }
}
