//! Making a group anew that nobody can be in.

use std::time::Duration;

use events::{Sharding, Topic};
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;

use crate::{BusConfig, BusError, Commit, GroupConsumer};

const PATIENCE: Duration = Duration::from_secs(10);

/// Deletes a group with the members it remembers, and keeps its offsets. For a broker that ended together with all its
/// clients: it would wait for members that a killed process cannot say goodbye for. A crash between the two steps costs the
/// offsets, and then everything is read again, which adds nothing.
pub async fn free_group(
    config: &BusConfig,
    group: &str,
    topics: &[Topic],
    sharding: Sharding,
) -> Result<(), BusError> {
    let offsets = {
        let (config, group, topics) = (config.clone(), group.to_owned(), topics.to_vec());
        blocking(move || committed(&config, &group, &topics, sharding)).await?
    };
    let admin: AdminClient<DefaultClientContext> =
        config.client()?.create().map_err(BusError::Client)?;
    let options = AdminOptions::new().request_timeout(Some(PATIENCE));
    // A group that never was cannot be deleted, and need not be.
    let _never_was = admin.delete_groups(&[group], &options).await;
    if offsets.is_empty() {
        return Ok(());
    }
    let (config, group) = (config.clone(), group.to_owned());
    blocking(move || GroupConsumer::look(&config, &group)?.commit(&offsets)).await
}

fn committed(
    config: &BusConfig,
    group: &str,
    topics: &[Topic],
    sharding: Sharding,
) -> Result<Vec<Commit>, BusError> {
    let looking = GroupConsumer::look(config, group)?;
    let mut commits = Vec::new();
    for partition in 0..sharding.partitions as i32 {
        commits.extend(looking.committed(topics, partition)?);
    }
    Ok(commits)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BusError> + Send + 'static,
) -> Result<T, BusError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(BusError::Ended("group")))
}
