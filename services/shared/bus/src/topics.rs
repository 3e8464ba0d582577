//! Creates the topics, and checks them against the configuration.

use std::time::Duration;

use events::Sharding;

use crate::{Bus, BusError, kafka};

const TRY_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Creates the topics that do not exist, and fails if the partition count of any topic differs from the configuration.
pub async fn ensure_topics(bus: &Bus, sharding: Sharding) -> Result<(), BusError> {
    match bus {
        Bus::Kafka(config) => kafka::ensure_topics(config, sharding).await,
        Bus::Log(log) => Ok(log.ensure_partitions(sharding.partitions).await?),
        // The process that holds the log created them.
        Bus::LogClient(_) => Ok(()),
    }
}

/// Creates the topics, and waits as long as the broker is away, so that the start order does not matter. Calls `waiting` with
/// each failure; returns only an error that waiting cannot mend.
pub async fn await_topics(
    bus: &Bus,
    sharding: Sharding,
    mut waiting: impl FnMut(&BusError),
) -> Result<(), BusError> {
    loop {
        match ensure_topics(bus, sharding).await {
            Ok(()) => return Ok(()),
            Err(error) if error.is_configuration() => return Err(error),
            Err(error) => waiting(&error),
        }
        tokio::time::sleep(TRY_AGAIN_AFTER).await;
    }
}
