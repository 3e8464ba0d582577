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
use lake::{Lake, LedgerFolder, Month, StoredObject};
use polars::frame::DataFrame;
use polars::prelude::PolarsError;
use tokio::task::{JoinSet, block_in_place};

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
        let mut folders = lake.ledger_folders(topic, owned).await?.into_iter();
        // Each folder has a task, so that decoding uses every core. Dropping the set aborts its tasks.
        let mut reads = JoinSet::new();
        loop {
            while reads.len() < FOLDERS_AT_ONCE
                && let Some(folder) = folders.next()
            {
                reads.spawn(read(lake.clone(), folder));
            }
            let Some(read) = reads.join_next().await else {
                break;
            };
            let objects = read.map_err(|_| AggregateError::Ended("load"))??;
            seen.there.insert(topic);
            block_in_place(|| match topic {
                Topic::Readings => add_objects(&mut state, &mut seen, &objects),
                _ => add_other_objects(&mut state, &mut seen, topic, &objects),
            })?;
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

/// An object, and what is decoded of it: the sums of readings, all columns of other events.
struct Decoded {
    object: StoredObject,
    frame: DataFrame,
}

async fn read(lake: Lake, folder: LedgerFolder) -> Result<Vec<Decoded>, AggregateError> {
    let decode = |object: StoredObject| {
        let frame = match folder.topic {
            Topic::Readings => summed(&object)?,
            _ => object.rows()?,
        };
        Ok(Decoded { object, frame })
    };
    let objects = lake.fetch_folder(folder).await?;
    objects.into_iter().map(decode).collect()
}

fn summed(object: &StoredObject) -> Result<DataFrame, AggregateError> {
    let frame = object.columns(&SUMMED_COLUMNS)?;
    if has_sums(&frame) {
        return Ok(frame);
    }
    // Written before the ledger had columns for sums.
    let rows = readings_from_frame(&object.rows()?);
    let summed = rows.and_then(|rows| readings_to_frame(&rows.iter().collect::<Vec<_>>()));
    summed.map_err(damaged(&object.key))
}

fn damaged(key: &str) -> impl Fn(PolarsError) -> AggregateError + '_ {
    |source| AggregateError::Rows {
        folder: key.to_owned(),
        source,
    }
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

/// Adds the meter-days of a folder's objects: by their sums, or by their half-hours where several events have values.
fn add_objects(
    state: &mut Partition,
    seen: &mut Seen<'_>,
    objects: &[Decoded],
) -> Result<(), AggregateError> {
    let several = add_sums(state, seen, objects)?;
    if several.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::new();
    for Decoded { object, .. } in objects {
        let all = readings_from_frame(&object.rows()?).map_err(damaged(&object.key))?;
        let wanted = |row: &MeterDay| several.contains(&(row.urn, row.key()));
        rows.extend(all.into_iter().filter(wanted));
    }
    add_readings(state, &rows);
    Ok(())
}

/// Adds the sums of the meter-days for which one event has values. Returns the other meter-days.
fn add_sums(
    state: &mut Partition,
    seen: &mut Seen<'_>,
    objects: &[Decoded],
) -> Result<BTreeSet<SchoolDay>, AggregateError> {
    let mut days: HashMap<SchoolDay, SummedRow<'_>, RandomState> = HashMap::default();
    let mut several = BTreeSet::new();
    for Decoded { object, frame } in objects {
        for row in summed_rows(frame).map_err(damaged(&object.key))? {
            let row = row.map_err(damaged(&object.key))?;
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
        if history.withdrawals().concern(&day.1) {
            several.insert(day);
        } else if !several.contains(&day) {
            history.set_day(&day.1, row.sum);
        }
    }
    Ok(several)
}

fn add_other_objects(
    state: &mut Partition,
    seen: &mut Seen<'_>,
    topic: Topic,
    objects: &[Decoded],
) -> Result<(), AggregateError> {
    for Decoded { object, frame } in objects {
        let rows = events_from_frame(frame).map_err(damaged(&object.key))?;
        rows.iter().for_each(|row| seen.note_event(topic, row));
        add_events(state, &rows);
    }
    Ok(())
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
        rows.extend(readings_from_frame(&object.rows).map_err(damaged(&object.key))?);
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
        rows.extend(events_from_frame(&object.rows).map_err(damaged(&object.key))?);
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
