//! Topic names, and which shard and partition a school belongs to.

use serde::{Deserialize, Serialize};

use crate::{EventType, Urn};

/// A Kafka topic of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Topic {
    /// Meter-days.
    Readings,
    /// Withdrawals of readings.
    Withdrawals,
    /// Waste collected.
    Waste,
    /// Travel surveys, initiatives and accreditations.
    Travel,
    /// Quantities priced by a factor, and evidence.
    Activity,
    /// Schools and meters: kept for ever, because ingest learns the owner of each meter from it.
    Register,
    /// The footprints that aggregate computed; compacted by trust, school and period.
    Footprints,
    /// The refused events, with the reasons; compacted by source and id.
    Rejected,
    /// The carbon intensity of the grid, by region: no part of the ledger, and kept for ever, compacted by event.
    Grid,
}

impl Topic {
    /// The topics that carry events and become the ledger. They share one partition count and one key, the URN, so that one
    /// aggregate process sees a school's whole history.
    pub const LEDGER: [Topic; 6] = [
        Topic::Readings,
        Topic::Withdrawals,
        Topic::Waste,
        Topic::Travel,
        Topic::Activity,
        Topic::Register,
    ];

    /// Every topic.
    pub const ALL: [Topic; 9] = [
        Topic::Readings,
        Topic::Withdrawals,
        Topic::Waste,
        Topic::Travel,
        Topic::Activity,
        Topic::Register,
        Topic::Footprints,
        Topic::Rejected,
        Topic::Grid,
    ];

    /// The topic's name in Kafka, and of its folder in the ledger.
    pub fn name(self) -> &'static str {
        match self {
            Topic::Readings => "readings",
            Topic::Withdrawals => "withdrawals",
            Topic::Waste => "waste",
            Topic::Travel => "travel",
            Topic::Activity => "activity",
            Topic::Register => "register",
            Topic::Footprints => "footprints",
            Topic::Rejected => "rejected",
            Topic::Grid => "grid",
        }
    }

    /// The topic with this name, if there is one.
    pub fn parse(name: &str) -> Option<Self> {
        Topic::ALL.into_iter().find(|topic| topic.name() == name)
    }

    /// The topic that events of a type go to.
    pub fn of(kind: EventType) -> Self {
        match kind {
            EventType::MeterReadings => Topic::Readings,
            EventType::ReadingsWithdrawn => Topic::Withdrawals,
            EventType::WasteCollected => Topic::Waste,
            EventType::TravelSurveyed
            | EventType::TravelInitiative
            | EventType::TravelAccredited => Topic::Travel,
            EventType::ActivityRecorded | EventType::EvidenceFiled => Topic::Activity,
            EventType::SchoolRegistered | EventType::MeterRegistered => Topic::Register,
            EventType::GridIntensity => Topic::Grid,
        }
    }
}

/// The position of an event in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Its partition.
    pub partition: i32,
    /// Its offset there.
    pub offset: i64,
}

/// How schools are spread over a lake's shards and Kafka's partitions. The number of shards is fixed when the lake is created.
/// The number of partitions divides it, so that a shard has one owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sharding {
    /// Shards of the lake: 8 for a trust, 256 for a country.
    pub shards: u32,
    /// Partitions of each event topic.
    pub partitions: u32,
}

/// The numbers of shards and partitions do not fit each other.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{partitions} partitions do not divide {shards} shards, so a shard would have two owners")]
pub struct ShardingError {
    shards: u32,
    partitions: u32,
}

impl Sharding {
    /// Checks that the partitions divide the shards.
    pub fn new(shards: u32, partitions: u32) -> Result<Self, ShardingError> {
        let divides = shards > 0 && partitions > 0 && shards.is_multiple_of(partitions);
        divides
            .then_some(Sharding { shards, partitions })
            .ok_or(ShardingError { shards, partitions })
    }

    /// The shard of a school: Fibonacci hashing of its URN, so that neighbouring numbers spread. Fixed for ever: the
    /// ledger's folders depend on it.
    pub fn shard(self, urn: Urn) -> u32 {
        let mixed = urn.number().wrapping_mul(2_654_435_769);
        ((u64::from(mixed) * u64::from(self.shards)) >> 32) as u32
    }

    /// The partition that owns a shard.
    pub fn owner(self, shard: u32) -> i32 {
        (shard % self.partitions) as i32
    }

    /// The partition a school's events go to.
    pub fn partition(self, urn: Urn) -> i32 {
        self.owner(self.shard(urn))
    }
}
