//! Gives the topics of an earlier lake to a new one.

use bus::{Commit, commit, committed, first};
use events::{Sharding, Topic};

use crate::log_epoch::{Committed, Note};
use crate::run::GROUP;
use crate::{AggregateError, Config};

/// Commits that every partition is read from its first record, for the lake of the configuration. No aggregate may be
/// running. Returns how many partitions were committed for another lake.
pub async fn adopt(config: &Config) -> Result<usize, AggregateError> {
    let sharding = Sharding::new(config.sharding.shards, config.sharding.partitions)?;
    let lake = config.lake.open()?;
    let lake_id = lake.initialise(&config.lake.url, sharding.shards).await?;
    let bus = &config.bus;
    let mut adopted = 0;
    for partition in 0..sharding.partitions as i32 {
        let found = Committed::of(committed(bus, GROUP, &Topic::LEDGER, partition).await?);
        if found.other_lake(&lake_id).is_none() {
            continue;
        }
        // Footprints of this lake are newer than those of the previous lake, whatever their offsets.
        let log = lake.begin_log(partition, found.log, "adopted").await?;
        let note = Note {
            lake: lake_id.clone(),
            log,
            row: None,
        };
        let note = note.text();
        let mut commits = Vec::new();
        for topic in Topic::LEDGER {
            commits.push(Commit {
                topic,
                next: first(bus, topic, partition).await?,
                note: note.clone(),
            });
        }
        commit(bus, GROUP, commits).await?;
        adopted += 1;
    }
    Ok(adopted)
}
