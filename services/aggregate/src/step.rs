//! The step merges a batch into a partition. No await, no clock, no Kafka. The same batch a second time changes nothing.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use events::{Data, EventType, ReadingsWithdrawn};
use footprint::ledger::{LedgerEvent, MeterDay};
use footprint::view::{DayView, Withdrawals, day_view, union, withdrawn_days};
use footprint::{Added, Changed, SchoolEvent};
use smallvec::SmallVec;

use crate::batch::Batch;
use crate::partition::Partition;
use crate::row_cache::{DayRows, SchoolDay};

/// All rows of the meter-days that were looked up.
pub type Found = HashMap<SchoolDay, Vec<MeterDay>>;

/// Rows that a step put aside: their identity was known with other content. Of two such rows, the one lowest in the log stands.
#[derive(Default)]
pub struct Stepped {
    /// Meter-days that do not stand.
    pub readings: Vec<Arc<MeterDay>>,
    /// Other events that do not stand.
    pub events: Vec<LedgerEvent>,
}

/// The meter-days of a batch with rows that are not in the cache: the caller has to look them up before the step.
pub fn wanted(partition: &Partition, batch: &Batch) -> BTreeSet<SchoolDay> {
    let read = batch.readings.iter().map(|row| (row.urn, row.key()));
    let withdrawn = batch.events.iter().filter_map(withdrawal);
    let withdrawn = withdrawn.flat_map(|(row, data)| days_changed(partition, row, &data));
    read.chain(withdrawn)
        .filter(|day| has_rows(partition, day) && partition.row_cache.rows(day).is_none())
        .collect()
}

fn withdrawal(row: &LedgerEvent) -> Option<(&LedgerEvent, ReadingsWithdrawn)> {
    match row.kind {
        EventType::ReadingsWithdrawn => Some((row, serde_json::from_str(&row.data).ok()?)),
        _ => None,
    }
}

/// The meter-days whose view a withdrawal may change: its own days, and those of its revision that stood before.
fn days_changed(
    partition: &Partition,
    row: &LedgerEvent,
    data: &ReadingsWithdrawn,
) -> BTreeSet<SchoolDay> {
    let stood = partition
        .histories
        .get(&row.urn)
        .and_then(|history| history.school_event(&row.identity));
    let before = stood.and_then(|school_event| match &school_event.data {
        Data::ReadingsWithdrawn(before) => Some(before),
        _ => None,
    });
    let days = before.into_iter().chain([data]).flat_map(withdrawn_days);
    days.map(|key| (row.urn, key)).collect()
}

fn has_rows(partition: &Partition, (urn, key): &SchoolDay) -> bool {
    partition
        .histories
        .get(urn)
        .is_some_and(|history| history.day(key).is_some())
}

/// Merges a batch into its partition. `found` holds the rows that [`wanted`] asked for.
pub fn step(partition: &mut Partition, batch: Batch, mut found: Found) -> Stepped {
    let mut stepped = Stepped::default();
    for row in batch.readings {
        merge_reading(partition, row, &mut found, &mut stepped);
    }
    for row in batch.events {
        partition.touch(row.urn, Changed::Everything);
        let changed = withdrawal(&row).map(|(row, data)| days_changed(partition, row, &data));
        merge_event(partition, row, &mut stepped);
        for day in changed.into_iter().flatten() {
            view_again(partition, &day, &found);
        }
    }
    for (topic, next) in batch.position {
        partition.read.insert(topic, next);
        let position = partition.position.entry(topic).or_default();
        *position = next.max(*position);
    }
    stepped
}

fn merge_reading(
    partition: &mut Partition,
    row: Arc<MeterDay>,
    found: &mut Found,
    stepped: &mut Stepped,
) {
    let day: SchoolDay = (row.urn, row.key());
    let mut rows: DayRows = match partition.row_cache.rows(&day) {
        Some(known) => known.iter().cloned().collect(),
        None => found
            .remove(&day)
            .unwrap_or_default()
            .into_iter()
            .map(Arc::new)
            .collect(),
    };
    let is_first = rows.is_empty();
    rows.push(row.clone());
    // Nearly every meter-day is the first of its key: then there is nothing to compare.
    let is_new = is_first || keep_standing(&mut rows, &row, stepped);
    let history = partition.histories.entry(day.0).or_default();
    let view = view_of(&rows, history.withdrawals());
    let changed = view.map_or(Changed::Everything, |view| history.set_view(&day.1, view));
    partition.touch(row.urn, changed);
    partition.row_cache.insert(day, rows, partition.flush);
    if is_new {
        partition.merged(row.urn, row.origin.received);
        partition.wait_reading(row);
    }
}

fn view_of(rows: &[Arc<MeterDay>], withdrawals: &Withdrawals) -> Option<DayView> {
    let rows: SmallVec<[&MeterDay; 4]> = rows.iter().map(AsRef::as_ref).collect();
    day_view(&rows, withdrawals)
}

/// Removes repetitions from the rows of a meter-day, and puts aside those with other content. Returns whether `row`, which was
/// added last, is among the rows that are left.
fn keep_standing(rows: &mut DayRows, row: &Arc<MeterDay>, stepped: &mut Stepped) -> bool {
    let (standing, repeated) = union(rows.iter().map(AsRef::as_ref));
    // Rows with other names that were put aside earlier, and are still in the lake, were reported then.
    let of_this_name = |other: &&&MeterDay| other.identity == row.identity;
    let put_aside = repeated.iter().filter(of_this_name);
    stepped
        .readings
        .extend(put_aside.map(|row| Arc::new((*row).clone())));
    let stands = |one: &Arc<MeterDay>| {
        let mut standing = standing.iter();
        standing.any(|other| std::ptr::eq(*other, one.as_ref()))
    };
    let is_new = stands(row);
    *rows = rows.iter().filter(|row| stands(row)).cloned().collect();
    is_new
}

/// Computes the view of a meter-day from its rows, if it has any: a withdrawal may have changed which of them count.
fn view_again(partition: &mut Partition, day: &SchoolDay, found: &Found) {
    let rows: Vec<&MeterDay> = match (partition.row_cache.rows(day), found.get(day)) {
        (Some(rows), _) => rows.iter().map(AsRef::as_ref).collect(),
        (None, Some(rows)) => rows.iter().collect(),
        (None, None) => return,
    };
    let (standing, _) = union(rows);
    if let Some(history) = partition.histories.get_mut(&day.0)
        && let Some(view) = day_view(&standing, history.withdrawals())
    {
        history.set_view(&day.1, view);
    }
}

fn merge_event(partition: &mut Partition, row: LedgerEvent, stepped: &mut Stepped) {
    let history = partition.histories.entry(row.urn).or_default();
    // Ingest and the parser have already read this data. If it cannot be read here, that is a defect, and the row is put aside.
    let Ok(school_event) = SchoolEvent::of(&row) else {
        stepped.events.push(row);
        return;
    };
    match history.add(row.identity.clone(), school_event) {
        Added::New => {
            partition.merged(row.urn, row.origin.received);
            partition.wait_event(row);
        }
        Added::Known => {}
        Added::Earlier => partition.wait_event(row),
        // The row that stands is lower in the log and may not be in the lake yet; the other is put aside.
        Added::Displaced(old) => {
            stepped.events.extend(displaced(&row, &old));
            partition.wait_event(row);
        }
        Added::Refused => stepped.events.push(row),
    }
}

/// The row of the same name that was replaced by a row lower in the log.
fn displaced(by: &LedgerEvent, old: &SchoolEvent) -> Option<LedgerEvent> {
    Some(LedgerEvent {
        urn: by.urn,
        kind: old.data.kind(),
        day: old.day,
        issued: old.issued,
        identity: by.identity.clone(),
        data: old.data.to_json().ok()?.into(),
        origin: old.origin.clone(),
    })
}
