//! Making the topics, and holding them against the configuration.

use std::time::Duration;

use events::Sharding;

use crate::{Bus, BusError, kafka};

const TRY_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Makes the topics that do not exist, and refuses any whose partitions are not as many as the configuration says.
pub async fn ensure_topics(bus: &Bus, sharding: Sharding) -> Result<(), BusError> {
    match bus {
        Bus::Kafka(config) => kafka::ensure_topics(config, sharding).await,
        Bus::Log(log) => Ok(log.ensure_partitions(sharding.partitions).await?),
        // The process that has the log made them.
        Bus::LogClient(_) => Ok(()),
    }
}

/// Makes the topics, however long the broker is away; start order does not matter. `waiting` is called with each failure; only
/// one that no waiting can mend is returned.
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
