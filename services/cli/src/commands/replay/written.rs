//! Waits until the ledger has the events that were sent.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bus::{Bus, committed};
use events::{Place, Topic};

const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The ends of the partitions that have grown.
pub fn grown(before: &[(Topic, Place)], now: &[(Topic, Place)]) -> Vec<(Topic, Place)> {
    let grew = |end: &&(Topic, Place)| !before.contains(end);
    now.iter().filter(grew).copied().collect()
}

/// Waits until aggregate has committed everything before these ends. It commits once the ledger holds the events and
/// `rejected` holds those put aside. Returns whether that happened before `deadline`.
pub async fn wait_until_committed(
    bus: &Bus,
    ends: &[(Topic, Place)],
    deadline: Instant,
) -> anyhow::Result<bool> {
    let mut by_partition: BTreeMap<i32, Vec<(Topic, i64)>> = BTreeMap::new();
    for (topic, end) in ends {
        let of_partition = by_partition.entry(end.partition).or_default();
        of_partition.push((*topic, end.offset));
    }
    for (partition, ends) in by_partition {
        let topics: Vec<Topic> = ends.iter().map(|(topic, _)| *topic).collect();
        loop {
            let commits = committed(bus, aggregate::GROUP, &topics, partition).await?;
            let is_there = |(topic, end): &(Topic, i64)| {
                let mut commits = commits.iter();
                commits.any(|commit| commit.topic == *topic && commit.next.offset >= *end)
            };
            if ends.iter().all(is_there) {
                break;
            }
            if Instant::now() >= deadline {
                return Ok(false);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
    Ok(true)
}
