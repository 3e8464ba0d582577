//! Reads the ledger back: what a partition's owner has to know before it continues to read the log.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use events::{Place, Sharding, Topic};
use foldhash::fast::RandomState;
use footprint::SchoolEvent;
use footprint::ledger::{
    LedgerEvent, MeterDay, SUMMED_COLUMNS, SummedRow, events_from_frame, has_sums,
    readings_from_frame, readings_to_frame, summed_rows,
};
use footprint::view::views;
use futures::stream::{self, StreamExt};
use lake::{Lake, LedgerFolder, LedgerObject, Month};
use tokio::task::block_in_place;

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

/// Folders read ahead of the one that is added: enough to keep two cores busy, few enough to bound memory.
const FOLDERS_AT_ONCE: usize = 3;

/// Loads the histories of a partition's schools, and whether the ledger has the rows that `rests_on` names.
pub(crate) async fn load(
    lake: &Lake,
    sharding: Sharding,
    partition: i32,
    rests_on: &BTreeMap<Topic, RowName>,
) -> Result<Loaded, AggregateError> {
    let mut state = Partition {
        flush: 1,
        ..Partition::default()
    };
    let mut seen = Seen {
        partition,
        rests_on,
        there: BTreeSet::new(),
        found: BTreeSet::new(),
        last: BTreeMap::new(),
    };
    // Readings last: withdrawals decide which of them count.
    let others = Topic::LEDGER
        .into_iter()
        .filter(|topic| *topic != Topic::Readings);
    for topic in others.chain([Topic::Readings]) {
        let owned = |shard| sharding.owner(shard) == partition;
        let folders = lake.ledger_folders(topic, owned).await?.into_iter();
        let reads = folders.map(|folder| {
            let lake = lake.clone();
            // A task of its own, so that decoding uses every core.
            tokio::spawn(
                async move { Ok::<_, AggregateError>((folder, read(&lake, folder).await?)) },
            )
        });
        let mut reads = stream::iter(reads).buffered(FOLDERS_AT_ONCE);
        while let Some(read) = reads.next().await {
            let (folder, objects) = read.map_err(|_| AggregateError::Ended("load"))??;
            seen.there.insert(topic);
            match topic {
                Topic::Readings => {
                    let several = block_in_place(|| add_sums(&mut state, &mut seen, &objects))?;
                    if !several.is_empty() {
                        let rows = read_readings(lake, folder).await?;
                        let rows = rows.into_iter();
                        let rows: Vec<MeterDay> = rows
                            .filter(|row| several.contains(&(row.urn, row.key())))
                            .collect();
                        block_in_place(|| add_readings(&mut state, &rows));
                    }
                }
                _ => {
                    let rows = events_of(objects)?;
                    rows.iter().for_each(|row| seen.note_event(topic, row));
                    add_events(&mut state, &rows);
                }
            }
        }
    }
    state.touch_all();
    Ok(Loaded {
        state,
        there: seen.there,
        found: seen.found,
        reached: seen
            .last
            .into_iter()
            .map(|(topic, (_, offset))| (topic, offset + 1))
            .collect(),
    })
}

/// Of readings, the sums; of other events, all columns.
async fn read(lake: &Lake, folder: LedgerFolder) -> Result<Vec<LedgerObject>, AggregateError> {
    if folder.topic != Topic::Readings {
        return Ok(lake.read_folder(folder).await?);
    }
    let objects = lake.read_folder_columns(folder, &SUMMED_COLUMNS).await?;
    if objects.iter().all(|object| has_sums(&object.rows)) {
        return Ok(objects);
    }
    // Written before the ledger had columns for sums.
    let mut objects = lake.read_folder(folder).await?;
    for object in &mut objects {
        let rows = readings_from_frame(&object.rows);
        let summed = rows.and_then(|rows| readings_to_frame(&rows.iter().collect::<Vec<_>>()));
        object.rows = summed.map_err(|source| AggregateError::Rows {
            folder: object.key.clone(),
            source,
        })?;
    }
    Ok(objects)
}

/// What is noted of the rows that a load reads.
struct Seen<'a> {
    partition: i32,
    rests_on: &'a BTreeMap<Topic, RowName>,
    there: BTreeSet<Topic>,
    found: BTreeSet<Topic>,
    /// Per topic, the time of receipt and the offset of the row of this partition that was received last. Compares by time and
    /// not by offset, because an earlier log may have had higher offsets.
    last: BTreeMap<Topic, (i64, i64)>,
}

impl Seen<'_> {
    fn note_reading(&mut self, row: &SummedRow<'_>) {
        self.note_last(Topic::Readings, row.received, row.place);
        let name = self.rests_on.get(&Topic::Readings);
        if name.is_some_and(|name| name.is_reading(row)) {
            self.found.insert(Topic::Readings);
        }
    }

    fn note_event(&mut self, topic: Topic, row: &LedgerEvent) {
        self.note_last(topic, row.origin.received, row.origin.place);
        let name = self.rests_on.get(&topic);
        if name.is_some_and(|name| name.is_event(row)) {
            self.found.insert(topic);
        }
    }

    fn note_last(&mut self, topic: Topic, received: i64, place: Place) {
        if place.partition == self.partition {
            let newest = (received, place.offset);
            let last = self.last.entry(topic).or_insert(newest);
            *last = newest.max(*last);
        }
    }
}

/// Adds the sums of the meter-days that one event's values decide. Returns the others, which need all their half-hours.
fn add_sums(
    state: &mut Partition,
    seen: &mut Seen<'_>,
    objects: &[LedgerObject],
) -> Result<BTreeSet<SchoolDay>, AggregateError> {
    let mut days: HashMap<SchoolDay, SummedRow<'_>, RandomState> = HashMap::default();
    let mut several = BTreeSet::new();
    for object in objects {
        let damaged = |source| AggregateError::Rows {
            folder: object.key.clone(),
            source,
        };
        for row in summed_rows(&object.rows).map_err(damaged)? {
            let row = row.map_err(damaged)?;
            seen.note_reading(&row);
            match days.entry((row.urn, row.key())) {
                Entry::Vacant(free) => drop(free.insert(row)),
                Entry::Occupied(known) if !known.get().has_same_name(&row) => {
                    several.insert(known.key().clone());
                }
                Entry::Occupied(mut known) => {
                    if row.compare_arrival(known.get()).is_lt() {
                        known.insert(row);
                    }
                }
            }
        }
    }
    for (day, row) in days {
        let history = state.histories.entry(day.0).or_default();
        match history.withdrawals().concern(&day.1) {
            true => drop(several.insert(day)),
            false if several.contains(&day) => {}
            false => drop(history.set_day(&day.1, row.sum)),
        }
    }
    Ok(several)
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
    events_of(lake.read_folder(folder).await?)
}

fn events_of(objects: Vec<LedgerObject>) -> Result<Vec<LedgerEvent>, AggregateError> {
    let mut rows = Vec::new();
    for object in objects {
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
