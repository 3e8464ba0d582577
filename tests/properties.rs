//! Properties of the ledger for every input: any order, any repetition, any batches and any crash give the same ledger.

mod disclosure;
mod figures;
mod grid;
mod registered;
mod sufficiency;
mod updates;
pub mod withdrawn;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aggregate::{Batch, Found, Partition, SchoolDay, step, wanted};
use chrono::NaiveDate;
use events::{Channel, MAX_SLOTS, MeterId, Place, Quality, Topic, Unit, Urn};
use footprint::ledger::{
    DaySum, Identity, LedgerEvent, MeterDay, Origin, Slots, readings_from_frame, readings_to_frame,
    summed_rows,
};
use footprint::view::{Contradictions, Withdrawals, views};
use proptest::prelude::*;

/// When the first event of these tests is received, in microseconds since 1970: after the last of their days.
const FIRST_RECEIVED: i64 = 1_775_000_000_000_000;
const METERS: [&str; 3] = [
    "mpan:2200012767323",
    "mpan:2200012030374",
    "mprn:3938424403",
];
const SOURCES: [&str; 3] = ["meter", "file", "hand"];
const QUALITIES: [Quality; 3] = [Quality::Actual, Quality::Estimated, Quality::Spread];

/// The school of a meter in these tests.
fn school_of(meter: usize) -> Urn {
    Urn::try_from(900_001 + (meter as u32) % 2).expect("a URN")
}

/// Few meters, days, names and issue times, so that rows collide: three meters, three days, with and without an issue time.
pub fn rows() -> impl Strategy<Value = Vec<MeterDay>> {
    let value = prop_oneof![
        3 => Just(None),
        5 => (0i64..5_000_000).prop_map(Some),
        1 => Just(Some(0)),
    ];
    let slots = proptest::collection::vec((value, 0usize..3), MAX_SLOTS);
    let quarter = (0u8..12, 0i64..5_000_000, 0usize..3);
    let quarters = proptest::collection::vec(quarter, 0..4);
    let row = (
        0usize..3,
        0u32..3,
        0usize..4,
        0usize..3,
        (0i64..4, any::<bool>()),
        (slots, quarters),
    );
    proptest::collection::vec(row, 1..40).prop_map(|rows| {
        rows.into_iter()
            .enumerate()
            .map(
                |(offset, (meter, day, id, source, (issued, issue_stated), measured))| {
                    let (cells, quarters) = measured;
                    let cells = cells.into_iter().enumerate();
                    let slots = cells.filter_map(|(slot, (value, quality))| {
                        Some((slot, value?, QUALITIES[quality]))
                    });
                    let mut slots: Slots = slots.collect();
                    for (quarter, value, quality) in quarters {
                        slots.set_quarter(quarter, value, QUALITIES[quality]);
                    }
                    MeterDay {
                        urn: school_of(meter),
                        meter: METERS[meter].parse::<MeterId>().expect("a meter"),
                        channel: Channel::AI,
                        unit: if issued == 3 {
                            Unit::CubicMetres
                        } else {
                            Unit::KilowattHours
                        },
                        day: NaiveDate::from_ymd_opt(2026, 3, 28 + day).expect("a day"),
                        slots,
                        issued: FIRST_RECEIVED - 10 + issued,
                        issue_stated,
                        identity: Identity {
                            source: SOURCES[source].into(),
                            id: format!("{id}").into(),
                        },
                        origin: Origin {
                            received: FIRST_RECEIVED + offset as i64,
                            place: Place {
                                partition: 0,
                                offset: offset as i64,
                            },
                            token: Arc::from("test"),
                        },
                    }
                },
            )
            .collect()
    })
}

/// The row of an event about one quarter of a day.
fn row_of(quarter: u8, slots: Slots) -> MeterDay {
    let at = i64::from(quarter);
    MeterDay {
        urn: school_of(0),
        meter: METERS[0].parse::<MeterId>().expect("a meter"),
        channel: Channel::AI,
        unit: Unit::KilowattHours,
        day: NaiveDate::from_ymd_opt(2026, 3, 10).expect("a day"),
        slots,
        issued: FIRST_RECEIVED - 1,
        issue_stated: true,
        identity: Identity {
            source: SOURCES[0].into(),
            id: format!("{quarter}").into(),
        },
        origin: Origin {
            received: FIRST_RECEIVED + at,
            place: Place {
                partition: 0,
                offset: at,
            },
            token: Arc::from("test"),
        },
    }
}

/// A partition, and the ledger that its flushes wrote to.
#[derive(Default)]
struct World {
    partition: Partition,
    ledger: Vec<MeterDay>,
    events: Vec<LedgerEvent>,
}

impl World {
    fn merge(&mut self, rows: &[MeterDay]) {
        self.merge_all(rows, &[]);
    }

    fn merge_all(&mut self, rows: &[MeterDay], events: &[LedgerEvent]) {
        let next = rows
            .iter()
            .map(|row| row.origin.place.offset + 1)
            .max()
            .unwrap_or(0);
        let batch = Batch {
            readings: rows.iter().cloned().map(Arc::new).collect(),
            events: events.to_vec(),
            position: BTreeMap::from([(Topic::Readings, next)]),
            ..Batch::default()
        };
        let mut found = Found::new();
        for day in wanted(&self.partition, &batch) {
            let rows = self.ledger.iter().filter(|row| (row.urn, row.key()) == day);
            found.insert(day.clone(), rows.cloned().collect());
        }
        step(&mut self.partition, batch, found);
    }

    /// Flushes, and drops everything that may be dropped.
    fn flush(&mut self) {
        let (flush, tail) = self.partition.take_tail();
        self.ledger
            .extend(tail.readings.iter().map(|row| (**row).clone()));
        self.events.extend(tail.events);
        self.partition.mark_written(flush, 0);
    }

    fn sums(&self) -> BTreeMap<SchoolDay, Stands> {
        let mut sums = BTreeMap::new();
        for row in &self.ledger {
            let day = (row.urn, row.key());
            let history = self.partition.histories().get(&row.urn);
            if let Some(history) = history
                && let Some(sum) = history.day(&day.1)
            {
                let contradictions = history.contradictions(&day.1).cloned();
                sums.insert(day, (sum, contradictions.unwrap_or_default()));
            }
        }
        sums
    }
}

/// The standing values of a meter-day, and the contradicting ones.
pub type Stands = (DaySum, Contradictions);

/// The standing values, computed from all rows at once.
pub fn from_scratch(rows: &[MeterDay]) -> BTreeMap<SchoolDay, Stands> {
    from_scratch_without(rows, &[])
}

/// The standing values of all rows, without those that these events withdraw.
pub fn from_scratch_without(
    rows: &[MeterDay],
    events: &[LedgerEvent],
) -> BTreeMap<SchoolDay, Stands> {
    let schools: BTreeSet<Urn> = rows.iter().map(|row| row.urn).collect();
    let mut sums = BTreeMap::new();
    for urn in schools {
        let of_school = rows.iter().filter(|row| row.urn == urn);
        let withdrawals = Withdrawals::from_events(events.iter().filter(|row| row.urn == urn));
        sums.extend(
            views(of_school, &withdrawals)
                .into_iter()
                .map(|(key, view)| ((urn, key), (view.sum(), view.contradictions))),
        );
    }
    sums
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_order_any_repetition_any_cut_gives_the_same_sums(
        rows in rows(),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..80),
        cut in 1usize..7,
    ) {
        let expected = from_scratch(&rows);
        // The rows in any order, each at least once, flushed between batches.
        let mut delivered: Vec<MeterDay> =
            order.iter().map(|index| index.get(&rows).clone()).collect();
        delivered.extend(rows.iter().rev().cloned());
        let mut world = World::default();
        for batch in delivered.chunks(cut) {
            world.merge(batch);
            world.flush();
        }
        prop_assert_eq!(world.sums(), expected.clone());
        prop_assert_eq!(from_scratch(&world.ledger), expected);
    }

    #[test]
    fn a_crash_after_any_flush_and_a_replay_from_the_last_commit_lose_and_double_nothing(
        rows in rows(),
        cut in 1usize..7,
        crash in any::<prop::sample::Index>(),
    ) {
        let expected = from_scratch(&rows);
        let batches: Vec<&[MeterDay]> = rows.chunks(cut).collect();
        let crash = crash.index(batches.len());
        let mut before = World::default();
        for batch in &batches[..=crash] {
            before.merge(batch);
            before.flush();
        }
        // The last flush was written but not committed: a process that read the ledger gets its batch again.
        let mut after = World { ledger: before.ledger, ..World::default() };
        let written = after.ledger.clone();
        after.merge(&written);
        after.partition.take_tail();
        after.partition.mark_written(u64::MAX, 0);
        for batch in &batches[crash..] {
            after.merge(batch);
            after.flush();
        }
        prop_assert_eq!(after.sums(), expected.clone());
        prop_assert_eq!(from_scratch(&after.ledger), expected);
        let names: BTreeSet<_> =
            after.ledger.iter().map(|row| (row.urn, row.key(), row.identity.clone(), row.issued, row.origin.clone())).collect();
        prop_assert_eq!(names.len(), after.ledger.len(), "a row was written twice");
    }

    #[test]
    fn the_half_hour_that_stands_does_not_depend_on_order(
        rows in rows(),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..80),
    ) {
        let mut shuffled: Vec<&MeterDay> = order.iter().map(|index| index.get(&rows)).collect();
        shuffled.extend(rows.iter().rev());
        let none = Withdrawals::default();
        prop_assert_eq!(views(shuffled, &none), views(&rows, &none));
    }

    /// A day of quarters of an hour, each in an event of its own: in any order, repeated, and the events of both kinds mixed.
    #[test]
    fn quarters_in_events_of_their_own_make_the_half_hours_they_would_make_in_one(
        values in proptest::collection::vec(proptest::option::weighted(0.8, 0i64..5_000_000), 96),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..200),
        cut in 1usize..40,
    ) {
        let known: Vec<(u8, i64)> =
            (0u8..).zip(&values).filter_map(|(quarter, value)| Some((quarter, (*value)?))).collect();
        let rows: Vec<MeterDay> = known.iter().map(|(quarter, value)| {
            let mut slots = Slots::default();
            slots.set_quarter(*quarter, *value, Quality::Actual);
            row_of(*quarter, slots)
        }).collect();
        let pairs = values.chunks(2).enumerate();
        let whole: Slots = pairs.filter_map(|(slot, pair)| Some((slot, pair[0]? + pair[1]?, Quality::Actual))).collect();
        let mut delivered: Vec<MeterDay> = match rows.is_empty() {
            true => Vec::new(),
            false => order.iter().map(|index| index.get(&rows).clone()).collect(),
        };
        delivered.extend(rows.iter().cloned());
        let mut world = World::default();
        let mut seen = BTreeSet::new();
        for batch in delivered.chunks(cut) {
            world.merge(batch);
            world.flush();
            seen.extend(batch.iter().flat_map(|row| row.slots.quarters()).map(|(quarter, ..)| quarter));
            let pairs = whole.each().filter(|(slot, ..)| [0, 1].iter().all(|half| seen.contains(&(2 * *slot as u8 + half))));
            let so_far: Slots = pairs.collect();
            for (sum, _) in world.sums().values() {
                prop_assert_eq!(*sum, DaySum::new(Unit::KilowattHours, &so_far));
            }
        }
        for view in views(&world.ledger, &Withdrawals::default()).values() {
            prop_assert_eq!(view.slots.options().collect::<Vec<_>>(), whole.options().collect::<Vec<_>>());
            let alone = known.iter().filter(|(quarter, _)| values[usize::from(*quarter ^ 1)].is_none());
            let by_half = alone.fold(0, |mask, (quarter, _)| mask | 1u64 << (quarter / 2));
            prop_assert_eq!(view.slots.known_by_half(), by_half);
        }
    }

    #[test]
    fn rows_outlive_parquet_unchanged(rows in rows()) {
        let mut frame = readings_to_frame(&rows.iter().collect::<Vec<_>>()).expect("a frame");
        let bytes = lake::parquet_bytes(&mut frame).expect("Parquet");
        let back = lake::parquet_frame("test", bytes, None).expect("a frame");
        prop_assert_eq!(readings_from_frame(&back).expect("rows"), rows.clone());
        let summed = summed_rows(&back).expect("sums").map(|row| row.expect("a row"));
        let summed: Vec<_> = summed.map(|row| (row.urn, row.key(), row.sum, row.place)).collect();
        let expected = rows.iter().map(|row| {
            (row.urn, row.key(), DaySum::new(row.unit, &row.slots), row.origin.place)
        });
        prop_assert_eq!(summed, expected.collect::<Vec<_>>());
    }
}
