//! Follows a topic: a task that sleeps until a record is appended.

use std::collections::BTreeMap;

use events::Topic;
use tokio::sync::mpsc;

use super::{Log, LogError};
use crate::{Connectivity, Followed};

/// The capacity of the channel to the receiver, in batches.
const BATCHES: usize = 4;
/// The approximate size of a batch, in bytes.
const BATCH_BYTES: usize = 1 << 20;

impl Log {
    /// Yields every record of `topic` from the start, then every new one, until the receiver is dropped.
    pub(crate) fn follow(
        &self,
        topic: Topic,
        connectivity: Connectivity,
    ) -> mpsc::Receiver<Followed> {
        let (sender, receiver) = mpsc::channel(BATCHES);
        connectivity.set(true);
        let follower = Follower {
            log: self.clone(),
            topic,
            next: BTreeMap::new(),
            sender,
        };
        tokio::spawn(async move {
            let sender = follower.sender.clone();
            if let Err(error) = follower.run().await {
                connectivity.set(false);
                let _receiver_gone = sender.send(Followed::Failed(error.into())).await;
            }
        });
        receiver
    }
}

struct Follower {
    log: Log,
    topic: Topic,
    /// The next offset to read of each partition.
    next: BTreeMap<i32, i64>,
    sender: mpsc::Sender<Followed>,
}

impl Follower {
    async fn run(mut self) -> Result<(), LogError> {
        let mut changes = self.log.0.progress.changes();
        self.read_on().await?;
        let _receiver_gone = self.sender.send(Followed::CaughtUp).await;
        loop {
            self.read_on().await?;
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return Ok(()) },
                () = self.sender.closed() => return Ok(()),
                error = self.log.failed() => return Err(error),
            }
        }
    }

    /// Sends the records appended since the last call.
    async fn read_on(&mut self) -> Result<(), LogError> {
        for partition in 0..self.log.0.progress.partitions() as i32 {
            let end = self.log.end(self.topic, partition);
            let mut next = self.next.get(&partition).copied().unwrap_or_default();
            while next < end && !self.sender.is_closed() {
                let (log, topic) = (self.log.clone(), self.topic);
                let read = move || log.stretch(topic, partition, next..end, BATCH_BYTES);
                let read = tokio::task::spawn_blocking(read).await;
                if cfg!(debug_assertions) {
                    fail::fail_point!("log.following");
                }
                let stretch =
                    read.unwrap_or_else(|_| Err(LogError::Closed(self.log.path().to_owned())))?;
                next = stretch.next;
                if !stretch.records.is_empty() {
                    let _receiver_gone = self.sender.send(Followed::Records(stretch.records)).await;
                }
            }
            self.next.insert(partition, next);
        }
        Ok(())
    }
}
