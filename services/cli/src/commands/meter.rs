//! The data of one meter in the ledger: its registrations, and its readings under any school.

use std::collections::{BTreeMap, BTreeSet};

use aggregate::{event_of, read_events, read_readings};
use chrono::{DateTime, Utc};
use events::{Data, Event, EventType, MeterId, Sharding, Topic, Urn};
use footprint::ledger::{LedgerEvent, MeterDay};
use footprint::view::{Withdrawals, union};
use footprint::{DatedRegistration, Days, Register, SchoolEvent, SchoolHistory};
use lake::{Lake, Month};

use super::opened_lake;

/// The registrations of one meter.
#[derive(Debug, Default)]
pub struct Registered {
    /// The registrations in force and their days, by school.
    pub stands: BTreeMap<Urn, Vec<DatedRegistration>>,
    /// When the last of its registrations was issued.
    pub issued: DateTime<Utc>,
}

/// The lake of a configuration, and its sharding.
pub async fn open(config: &aggregate::Config) -> anyhow::Result<(Lake, Sharding)> {
    let (lake, shards) = opened_lake::open(config).await?;
    Ok((lake, Sharding::new(shards, config.sharding.partitions)?))
}

/// The registrations in force of a meter, at every school that ever had it.
pub async fn registered(lake: &Lake, meter: &MeterId) -> anyhow::Result<Registered> {
    let mut schools: BTreeMap<Urn, SchoolHistory> = BTreeMap::new();
    let mut issued = 0;
    for folder in lake.ledger_folders(Topic::Register, |_| true).await? {
        for row in read_events(lake, folder).await? {
            // Most rows are of other meters, and are not parsed.
            if row.kind != EventType::MeterRegistered || !row.data.contains(meter.as_str()) {
                continue;
            }
            let school_event = SchoolEvent::of(&row)?;
            if matches!(&school_event.data, Data::MeterRegistered(data) if data.meter == *meter) {
                issued = issued.max(row.issued);
                schools
                    .entry(row.urn)
                    .or_default()
                    .add(row.identity, school_event);
            }
        }
    }
    let standing = |(urn, history): (Urn, SchoolHistory)| {
        let owned = Register::of(&history).meters.into_iter().next()?;
        Some((urn, owned.registrations))
    };
    Ok(Registered {
        stands: schools.into_iter().filter_map(standing).collect(),
        issued: DateTime::from_timestamp_micros(issued).unwrap_or_default(),
    })
}

/// Every row of a meter's days, under any of `schools`.
pub async fn readings(
    lake: &Lake,
    sharding: Sharding,
    meter: &MeterId,
    schools: &BTreeSet<Urn>,
    days: Days,
) -> anyhow::Result<Vec<MeterDay>> {
    let shards: BTreeSet<u32> = schools.iter().map(|urn| sharding.shard(*urn)).collect();
    let months = Month::of(days.from)..=Month::of(days.to);
    let mut rows = Vec::new();
    let folders = lake.ledger_folders(Topic::Readings, |shard| shards.contains(&shard));
    for folder in folders.await? {
        if !months.contains(&folder.month) {
            continue;
        }
        let is_wanted = |row: &MeterDay| {
            row.meter == *meter && days.contains(row.day) && schools.contains(&row.urn)
        };
        let found = read_readings(lake, folder).await?;
        rows.extend(found.into_iter().filter(is_wanted));
    }
    Ok(rows)
}

/// The withdrawals of a meter's readings, by the school they were withdrawn from.
pub async fn withdrawals(
    lake: &Lake,
    meter: &MeterId,
) -> anyhow::Result<BTreeMap<Urn, Withdrawals>> {
    let mut by_school: BTreeMap<Urn, Vec<LedgerEvent>> = BTreeMap::new();
    for folder in lake.ledger_folders(Topic::Withdrawals, |_| true).await? {
        let rows = read_events(lake, folder).await?;
        for row in rows
            .into_iter()
            .filter(|row| row.data.contains(meter.as_str()))
        {
            by_school.entry(row.urn).or_default().push(row);
        }
    }
    let withdrawals = |(urn, rows): (Urn, Vec<LedgerEvent>)| (urn, Withdrawals::from_events(&rows));
    Ok(by_school.into_iter().map(withdrawals).collect())
}

/// The rows to send again.
#[derive(Debug, PartialEq)]
pub struct Moving {
    /// The rows as events, in the order of their days.
    pub events: Vec<Event>,
    /// The number of days of a channel among them.
    pub meter_days: usize,
    /// The schools that the rows are stored under.
    pub schools: BTreeSet<Urn>,
}

/// The rows stored under other schools and not under `to`. Withdrawn values are left out, because they would count if
/// they were received again.
pub fn moving(rows: &[MeterDay], withdrawn: &BTreeMap<Urn, Withdrawals>, to: Urn) -> Moving {
    let name = |row: &MeterDay| (row.key(), row.identity.clone(), row.issued);
    let there: BTreeSet<_> = rows.iter().filter(|row| row.urn == to).map(name).collect();
    let (standing, _) = union(rows.iter().filter(|row| row.urn != to));
    let moving: Vec<MeterDay> = standing
        .into_iter()
        .filter(|row| !there.contains(&name(row)))
        .filter_map(|row| match withdrawn.get(&row.urn) {
            Some(withdrawn) => withdrawn.left_of(row),
            None => Some(row.clone()),
        })
        .collect();
    let days: BTreeSet<_> = moving.iter().map(|row| row.key()).collect();
    Moving {
        events: moving.iter().map(event_of).collect(),
        meter_days: days.len(),
        schools: moving.iter().map(|row| row.urn).collect(),
    }
}
