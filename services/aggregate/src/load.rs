//! Reads the ledger back: what a partition's owner has to know before it continues to read the log.

use std::collections::{BTreeMap, BTreeSet};

use events::{Sharding, Topic};
use footprint::SchoolEvent;
use footprint::ledger::{LedgerEvent, MeterDay, Origin, events_from_frame, readings_from_frame};
use footprint::view::views;
use lake::{Lake, LedgerFolder, Month};

use crate::AggregateError;
use crate::log_epoch::RowName;
use crate::partition::Partition;
use crate::row_cache::SchoolDay;
use crate::step::Found;

/// Loads the histories of a partition's schools, from the ledger alone.
pub async fn load_partition(
    lake: &Lake,
    sharding: Sharding,
    partition: i32,
) -> Result<Partition, AggregateError> {
    let rests_on = BTreeMap::new();
    Ok(load(lake, sharding, partition, &rests_on).await?.state)
}

/// What the ledger holds of a partition.
pub(crate) struct Loaded {
    pub(crate) state: Partition,
    /// The topics that have rows in the ledger.
    pub(crate) there: BTreeSet<Topic>,
    /// The topics whose requested row is in the ledger.
    pub(crate) found: BTreeSet<Topic>,
    /// Per topic, the offset after the row of this partition that arrived last.
    pub(crate) reached: BTreeMap<Topic, i64>,
}

/// Loads the histories of a partition's schools, and whether the ledger has the rows that `rests_on` names.
pub(crate) async fn load(
    lake: &Lake,
    sharding: Sharding,
    partition: i32,
    rests_on: &BTreeMap<Topic, RowName>,
) -> Result<Loaded, AggregateError> {
    let mut loaded = Partition {
        flush: 1,
        ..Partition::default()
    };
    let (mut there, mut found) = (BTreeSet::new(), BTreeSet::new());
    let mut last = BTreeMap::new();
    // Readings last: withdrawals decide which of them count.
    let others = Topic::LEDGER
        .into_iter()
        .filter(|topic| *topic != Topic::Readings);
    for topic in others.chain([Topic::Readings]) {
        let name = rests_on.get(&topic);
        let owned = |shard| sharding.owner(shard) == partition;
        for folder in lake.ledger_folders(topic, owned).await? {
            let has = if topic == Topic::Readings {
                let rows = read_readings(lake, folder).await?;
                let origins = rows.iter().map(|row| &row.origin);
                note_last(&mut last, topic, partition, origins);
                tokio::task::block_in_place(|| add_readings(&mut loaded, &rows));
                name.is_some_and(|name| rows.iter().any(|row| name.is_reading(row)))
            } else {
                let rows = read_events(lake, folder).await?;
                note_last(
                    &mut last,
                    topic,
                    partition,
                    rows.iter().map(|row| &row.origin),
                );
                add_events(&mut loaded, &rows);
                name.is_some_and(|name| rows.iter().any(|row| name.is_event(row)))
            };
            there.insert(topic);
            found.extend(has.then_some(topic));
        }
    }
    loaded.touch_all();
    Ok(Loaded {
        state: loaded,
        there,
        found,
        reached: last
            .into_iter()
            .map(|(topic, (_, offset))| (topic, offset + 1))
            .collect(),
    })
}

/// Records the row of a topic and partition that was received last. Compares by time and not by offset, because an earlier log
/// may have had higher offsets.
fn note_last<'a>(
    last: &mut BTreeMap<Topic, (i64, i64)>,
    topic: Topic,
    partition: i32,
    origins: impl Iterator<Item = &'a Origin>,
) {
    let of_partition = origins.filter(|origin| origin.place.partition == partition);
    if let Some(newest) = of_partition
        .map(|origin| (origin.received, origin.place.offset))
        .max()
    {
        let latest = last.entry(topic).or_insert(newest);
        *latest = newest.max(*latest);
    }
}

/// Builds the histories from rows of the ledger, whichever objects hold them.
pub fn load_rows(readings: &[MeterDay], events: &[LedgerEvent]) -> Partition {
    let mut loaded = Partition {
        flush: 1,
        ..Partition::default()
    };
    // Events first: withdrawals decide which readings count.
    add_events(&mut loaded, events);
    add_readings(&mut loaded, readings);
    loaded
}

fn add_readings(loaded: &mut Partition, rows: &[MeterDay]) {
    let mut by_school: BTreeMap<_, Vec<&MeterDay>> = BTreeMap::new();
    for row in rows {
        by_school.entry(row.urn).or_default().push(row);
    }
    for (urn, rows) in by_school {
        let history = loaded.histories.entry(urn).or_default();
        for (key, view) in views(rows, history.withdrawals()) {
            history.set_view(&key, view);
        }
    }
}

fn add_events(loaded: &mut Partition, rows: &[LedgerEvent]) {
    for row in rows {
        if let Ok(school_event) = SchoolEvent::of(row) {
            loaded
                .histories
                .entry(row.urn)
                .or_default()
                .add(row.identity.clone(), school_event);
        }
    }
}

/// Reads all rows of a folder of readings, repetitions included.
pub async fn read_readings(
    lake: &Lake,
    folder: LedgerFolder,
) -> Result<Vec<MeterDay>, AggregateError> {
    let mut rows = Vec::new();
    for object in lake.read_folder(folder).await? {
        rows.extend(
            readings_from_frame(&object.rows).map_err(|source| AggregateError::Rows {
                folder: object.key,
                source,
            })?,
        );
    }
    Ok(rows)
}

/// Reads all rows of a folder of other events, repetitions included.
pub async fn read_events(
    lake: &Lake,
    folder: LedgerFolder,
) -> Result<Vec<LedgerEvent>, AggregateError> {
    let mut rows = Vec::new();
    for object in lake.read_folder(folder).await? {
        rows.extend(
            events_from_frame(&object.rows).map_err(|source| AggregateError::Rows {
                folder: object.key,
                source,
            })?,
        );
    }
    Ok(rows)
}

/// Reads the rows of some meter-days from the folders that hold them.
pub async fn look_up(
    lake: &Lake,
    sharding: Sharding,
    wanted: BTreeSet<SchoolDay>,
) -> Result<Found, AggregateError> {
    let mut by_folder: BTreeMap<LedgerFolder, BTreeSet<SchoolDay>> = BTreeMap::new();
    for (urn, key) in wanted {
        let month = Month::of(key.day);
        let folder = LedgerFolder {
            topic: Topic::Readings,
            month,
            shard: sharding.shard(urn),
        };
        by_folder.entry(folder).or_default().insert((urn, key));
    }
    let mut found = Found::new();
    for (folder, days) in by_folder {
        for row in read_readings(lake, folder).await? {
            let day = (row.urn, row.key());
            if days.contains(&day) {
                found.entry(day).or_default().push(row);
            }
        }
    }
    Ok(found)
}
