//! `greenledger restore`: sends the schools and meters of the ledger to the topic `register` again. A new Kafka has no
//! register, and ingest would know no meter after a restart. The events are sent unchanged, under their names, so that an
//! event that is already there adds nothing.

use std::process::ExitCode;
use std::time::Duration;

use aggregate::read_events;
use bus::{Producer, Record, ensure_topics};
use chrono::DateTime;
use events::{Data, Event, Sharding, Topic};
use footprint::ledger::LedgerEvent;
use footprint::view::revisions;
use lake::Lake;

use super::configs;
use crate::args::{Configured, Format};
use crate::show;
use crate::up::reachable;

/// The number of records in flight.
const BATCH: usize = 5_000;
/// How long the broker may take to store them.
const PATIENCE: Duration = Duration::from_secs(60);

pub async fn run(restore: &Configured, format: Format) -> anyhow::Result<ExitCode> {
    let config = configs::aggregate(&restore.config)?;
    let sharding = Sharding::new(config.sharding.shards, config.sharding.partitions)?;
    let registrations = registrations(&config.lake.open()?).await?;
    let records: Vec<Record> = registrations
        .iter()
        .map(|row| record(row, sharding))
        .collect::<anyhow::Result<_>>()?;
    let bus = reachable(config.bus)?;
    ensure_topics(&bus, sharding).await?;
    let producer = Producer::new(&bus, PATIENCE)?;
    for batch in records.chunks(BATCH) {
        producer.send(batch).await?;
    }
    show::count(
        format,
        "sent",
        records.len(),
        "registrations of the ledger sent to Kafka again",
    );
    Ok(ExitCode::SUCCESS)
}

/// Every revision of every registration, in the order of arrival.
async fn registrations(lake: &Lake) -> anyhow::Result<Vec<LedgerEvent>> {
    let mut rows = Vec::new();
    for folder in lake.ledger_folders(Topic::Register, |_| true).await? {
        rows.extend(read_events(lake, folder).await?);
    }
    let mut registrations = revisions(rows);
    registrations.sort_by(|a, b| a.origin.cmp(&b.origin));
    Ok(registrations)
}

fn record(row: &LedgerEvent, sharding: Sharding) -> anyhow::Result<Record> {
    let event = Event {
        id: row.identity.id.to_string(),
        source: row.identity.source.to_string(),
        time: DateTime::from_timestamp_micros(row.issued).unwrap_or_default(),
        subject: Some(row.urn),
        data: Data::parse(row.kind, &row.data)?,
    };
    let received = DateTime::from_timestamp_micros(row.origin.received).unwrap_or_default();
    let record = ingest::record_again(&event, received, &row.origin.token, sharding);
    record.ok_or_else(|| anyhow::anyhow!("cannot write {} of {}", event.id, event.source))
}
