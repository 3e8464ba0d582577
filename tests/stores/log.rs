//! A log to flush: the batches that a partition's owner writes to the lake, and the expected content.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aggregate::{SchoolDay, Tail};
use chrono::NaiveDate;
use events::{Channel, EventType, MeterId, Place, Quality, Quantity, Sharding, Unit, Urn};
use footprint::SchoolHistory;
use footprint::ledger::{Identity, LedgerEvent, MeterDay, Origin, Slots};
use footprint::view::{Withdrawals, views};

use crate::flow::files;

/// One shard, so that flushes go to few folders and each folder is merged early.
pub const SHARDING: Sharding = Sharding {
    shards: 1,
    partitions: 1,
};

const SCHOOLS: u32 = 3;

/// Batches of a log. Each has new meter-days, repetitions of some earlier ones at later offsets, as after a crash of a
/// sender, and a correction; the first one also registers the schools.
pub fn batches(count: u32) -> Vec<Vec<MeterDay>> {
    let mut batches: Vec<Vec<MeterDay>> = Vec::new();
    let mut offset = 0;
    for batch in 0..count {
        let fresh = (0..SCHOOLS).map(|school| row(school, batch, "reading", 1));
        let corrected = (batch > 0).then(|| row(0, batch - 1, "correction", 2));
        let again = batches.last().map(|last| last[..2].to_vec());
        let rows = fresh
            .chain(corrected)
            .chain(again.into_iter().flatten())
            .map(|mut row| {
                offset += 1;
                row.origin.place.offset = offset;
                row
            });
        batches.push(rows.collect());
    }
    batches
}

fn urn(school: u32) -> Urn {
    Urn::try_from(900_100 + school).expect("a URN")
}

/// A meter-day of one value, identified by its batch and id, all within one month.
fn row(school: u32, batch: u32, id: &str, issued: i64) -> MeterDay {
    let value = Quantity::from(school) * 1_000_000 + Quantity::from(batch) * 1_000 + issued;
    let meters = [
        "mpan:2200012767323",
        "mpan:2200012030374",
        "mprn:3938424403",
    ];
    MeterDay {
        urn: urn(school),
        meter: meters[school as usize].parse::<MeterId>().expect("a meter"),
        channel: Channel::AI,
        unit: Unit::KilowattHours,
        day: NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day")
            + chrono::Days::new(u64::from(batch % 28)),
        slots: Slots::of_quality(Quality::Actual, [value; 48]),
        issued,
        issue_stated: true,
        identity: Identity {
            source: Arc::from("meters"),
            id: format!("{school}-{batch:04}-{id}").into(),
        },
        origin: origin(0),
    }
}

fn origin(offset: i64) -> Origin {
    Origin {
        received: 0,
        place: Place {
            partition: 0,
            offset,
        },
        token: Arc::from("tests"),
    }
}

/// The schools' registrations.
pub fn registrations() -> Vec<LedgerEvent> {
    (0..SCHOOLS)
        .map(|at| {
            let event: serde_json::Value =
                serde_json::from_str(&files::school(at).to_json().expect("JSON")).expect("JSON");
            LedgerEvent {
                urn: urn(at),
                kind: EventType::SchoolRegistered,
                day: NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day"),
                issued: 1,
                identity: Identity {
                    source: Arc::from("register"),
                    id: format!("school-{at}").into(),
                },
                data: event["data"].to_string().into(),
                origin: origin(i64::from(at)),
            }
        })
        .collect()
}

/// The input of a flush.
pub fn tail(rows: &[MeterDay], events: &[LedgerEvent]) -> Tail {
    Tail {
        readings: rows.iter().cloned().map(Arc::new).collect(),
        events: events.to_vec(),
    }
}

/// The differences to the events that were sent.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Missing rows, days or facts, and days with too few values.
    pub lost: usize,
    /// Extra rows, days with too many values, and duplicate facts.
    pub doubled: usize,
}

impl Differences {
    /// From rows of the ledger, and the history read from them.
    pub fn of(
        sent: &[MeterDay],
        found: &[MeterDay],
        histories: &BTreeMap<Urn, SchoolHistory>,
    ) -> Self {
        let names = |rows: &[MeterDay]| -> BTreeSet<_> {
            rows.iter()
                .map(|row| {
                    (
                        row.key(),
                        row.identity.clone(),
                        row.slots.options().collect::<Vec<_>>(),
                    )
                })
                .collect()
        };
        let (wanted, found) = (names(sent), names(found));
        let mut differences = Differences {
            lost: wanted.difference(&found).count(),
            doubled: found.difference(&wanted).count(),
        };
        for ((urn, key), sum) in sums(sent) {
            let counted = histories
                .get(&urn)
                .and_then(|history| history.day(&key))
                .map_or(0, |day| day.sum);
            differences.lost += usize::from(counted < sum);
            differences.doubled += usize::from(counted > sum);
        }
        for school in 0..SCHOOLS {
            let school_events = histories
                .get(&urn(school))
                .map_or(0, |history| history.counted().count());
            differences.lost += usize::from(school_events < 1);
            differences.doubled += usize::from(school_events > 1);
        }
        differences
    }
}

fn sums(rows: &[MeterDay]) -> BTreeMap<SchoolDay, Quantity> {
    let mut by_school: BTreeMap<Urn, Vec<&MeterDay>> = BTreeMap::new();
    for row in rows {
        by_school.entry(row.urn).or_default().push(row);
    }
    by_school
        .into_iter()
        .flat_map(|(urn, rows)| {
            views(rows, &Withdrawals::default())
                .into_iter()
                .map(move |(key, view)| ((urn, key), view.sum().sum))
        })
        .collect()
}
