//! The lake that a configuration of aggregate names, and what its ledger has of a school.

use std::time::{Duration, Instant};

use aggregate::load_partition;
use anyhow::{Context, bail};
use events::{Sharding, Urn};
use footprint::SchoolHistory;
use lake::Lake;

/// How long a command waits for the lake of an installation that has only just started.
const PATIENCE: Duration = Duration::from_secs(10);
const AGAIN: Duration = Duration::from_millis(200);

/// The lake, and its number of shards. Fails if there is none after some seconds: aggregate creates it at its first start.
pub async fn open(config: &aggregate::Config) -> anyhow::Result<(Lake, u32)> {
    let lake = config.lake.open()?;
    let began = Instant::now();
    loop {
        if let Some(shards) = lake.shards().await? {
            return Ok((lake, shards));
        }
        if began.elapsed() > PATIENCE {
            bail!(
                "no lake at {}: aggregate creates it when it first starts; is [lake] url right, and has aggregate run?",
                config.lake.url
            );
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// The school's history, read from its shard only: with as many partitions as shards, a partition is a shard.
pub async fn history(lake: &Lake, shards: u32, urn: Urn) -> anyhow::Result<SchoolHistory> {
    let sharding = Sharding::new(shards, shards)?;
    let partition = load_partition(lake, sharding, sharding.partition(urn)).await?;
    let history = partition.histories().get(&urn).cloned();
    history.with_context(|| format!("the ledger has nothing of school {}", urn))
}
