//! Withdrawals and revisions in any order, repeated and with crashes, give one view.

use std::sync::Arc;
use std::time::Duration;

use aggregate::{Tail, load_partition, load_rows, write};
use chrono::NaiveDate;
use events::{Channel, Data, EventType, Place, ReadingsWithdrawn, Sharding};
use footprint::ledger::{Identity, LedgerEvent, MeterDay, Origin};
use lake::Lake;
use object_store::memory::InMemory;
use proptest::option::of;
use proptest::prelude::*;

use super::{FIRST_RECEIVED, METERS, SOURCES, World, from_scratch_without, rows, school_of};

const SHARDING: Sharding = Sharding {
    shards: 2,
    partitions: 1,
};

/// Withdrawals of the meters, days, sources and ids of [`rows`], received between them: of few names, so that one is revised.
pub fn withdrawals() -> impl Strategy<Value = Vec<LedgerEvent>> {
    let named = of((0usize..3, of(0usize..4)));
    let one = (
        0usize..3,
        (0u32..3, 0u32..3),
        named,
        0usize..3,
        0i64..3,
        0i64..40,
    );
    proptest::collection::vec(one, 0..8).prop_map(|all| {
        let day = |day: u32| NaiveDate::from_ymd_opt(2026, 3, 28 + day).expect("a day");
        all.into_iter()
            .enumerate()
            .map(
                |(offset, (meter, (one, other), named, id, issued, received))| {
                    let data = ReadingsWithdrawn {
                        meter: METERS[meter].parse().expect("a meter"),
                        channel: Channel::AI,
                        from: Some(day(one.min(other))),
                        to: Some(day(one.max(other))),
                        start: None,
                        end: None,
                        source: named.map(|(source, _)| SOURCES[source].to_owned()),
                        id: named.and_then(|(_, id)| id).map(|id| id.to_string()),
                        file_sha256: None,
                        reason: "wrong".to_owned(),
                        by: "office".to_owned(),
                    };
                    LedgerEvent {
                        urn: school_of(meter),
                        kind: EventType::ReadingsWithdrawn,
                        day: day(one.min(other)),
                        issued: FIRST_RECEIVED + issued,
                        identity: Identity {
                            source: "office".into(),
                            id: id.to_string().into(),
                        },
                        data: Data::ReadingsWithdrawn(data)
                            .to_json()
                            .expect("JSON")
                            .into(),
                        origin: Origin {
                            received: FIRST_RECEIVED + received,
                            place: Place {
                                partition: 0,
                                offset: offset as i64,
                            },
                            token: "test".into(),
                        },
                    }
                },
            )
            .collect()
    })
}

#[derive(Clone)]
enum Delivered {
    Row(Box<MeterDay>),
    Event(LedgerEvent),
}

/// All events in any order, each at least once.
fn delivered(
    rows: &[MeterDay],
    events: &[LedgerEvent],
    order: &[prop::sample::Index],
) -> Vec<Delivered> {
    let all: Vec<Delivered> = rows
        .iter()
        .map(|row| Delivered::Row(Box::new(row.clone())))
        .chain(events.iter().cloned().map(Delivered::Event))
        .collect();
    let again = order.iter().map(|index| index.get(&all).clone());
    again.chain(all.iter().rev().cloned()).collect()
}

fn merge(world: &mut World, batch: &[Delivered]) {
    let (mut rows, mut events) = (Vec::new(), Vec::new());
    for one in batch.iter().cloned() {
        match one {
            Delivered::Row(row) => rows.push(*row),
            Delivered::Event(event) => events.push(event),
        }
    }
    world.merge_all(&rows, &events);
    world.flush();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn withdrawals_and_revisions_in_any_order_and_repeated_give_one_view(
        rows in rows(),
        events in withdrawals(),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..80),
        cut in 1usize..7,
    ) {
        let expected = from_scratch_without(&rows, &events);
        let mut world = World::default();
        for batch in delivered(&rows, &events, &order).chunks(cut) {
            merge(&mut world, batch);
        }
        prop_assert_eq!(world.sums(), expected.clone());
        prop_assert_eq!(from_scratch_without(&world.ledger, &world.events), expected);
    }

    #[test]
    fn after_a_crash_the_ledger_read_back_gives_the_same_view(
        rows in rows(),
        events in withdrawals(),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..40),
        cut in 1usize..7,
        crash in any::<prop::sample::Index>(),
    ) {
        let expected = from_scratch_without(&rows, &events);
        let all = delivered(&rows, &events, &order);
        let batches: Vec<&[Delivered]> = all.chunks(cut).collect();
        let crash = crash.index(batches.len());
        let mut before = World::default();
        for batch in &batches[..=crash] {
            merge(&mut before, batch);
        }
        let mut after = World {
            partition: load_rows(&before.ledger, &before.events),
            ledger: before.ledger,
            events: before.events,
        };
        // The last flush was written but not committed: its batch arrives again.
        for batch in &batches[crash..] {
            merge(&mut after, batch);
        }
        prop_assert_eq!(after.sums(), expected.clone());
        prop_assert_eq!(from_scratch_without(&after.ledger, &after.events), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_in_a_lake_read_back_by_its_sums_gives_the_same_view(
        rows in rows(),
        events in withdrawals(),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..20),
        cut in 5usize..30,
    ) {
        let expected = from_scratch_without(&rows, &events);
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let partition = runtime.block_on(async {
            let lake = Lake::over(Arc::new(InMemory::new()), Duration::ZERO);
            for batch in delivered(&rows, &events, &order).chunks(cut) {
                let mut tail = Tail::default();
                for one in batch.iter().cloned() {
                    match one {
                        Delivered::Row(row) => tail.readings.push(Arc::from(row)),
                        Delivered::Event(event) => tail.events.push(event),
                    }
                }
                write(&lake, SHARDING, tail).await.expect("written");
            }
            load_partition(&lake, SHARDING, 0).await.expect("a partition")
        });
        let loaded = World { partition, ledger: rows, events };
        prop_assert_eq!(loaded.sums(), expected);
    }
}
