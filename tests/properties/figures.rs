//! Properties of the figures for every input.

use std::collections::BTreeMap;
use std::sync::Arc;

use aggregate::{Batch, Found, Partition, step, wanted};
use chrono::NaiveDate;
use events::{
    ActivityKind, ActivityRecorded, ActivityUnit, Channel, Data, Fuel, MICRO, MeterId,
    MeterRegistered, MilligramsCo2e, Place, Quality, SchoolRegistered, Topic, Unit, Urn,
    WasteCollected,
};
use footprint::factors::Fallback;
use footprint::fixtures::{collected, registered, roll};
use footprint::ledger::{Identity, LedgerEvent, MeterDay, Origin};
use footprint::{Block, Footprint, Method, Subject, footprints};
use proptest::prelude::*;
use publish::{Cell, FootprintStore};

const FUELS: [Fuel; 3] = [Fuel::Electricity, Fuel::Gas, Fuel::Solar];
const METERS: [&str; 3] = ["mpan:2200012767323", "mprn:3938424403", "serial:PANELS-1"];
const SCHOOLS: u32 = 3;
const FIRST: u32 = 900_001;

/// A day of a meter, or another event of a school.
#[derive(Debug, Clone)]
pub(super) enum Sent {
    Reading(Box<MeterDay>),
    Event(LedgerEvent),
}

pub(super) fn urn(school: u32) -> Urn {
    Urn::try_from(FIRST + school).expect("a URN")
}

/// Days of three academic years.
pub(super) fn day(at: u32) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(2023, 9, 1).expect("a day");
    first + chrono::Days::new(u64::from(at))
}

pub(super) fn origin(offset: i64) -> Origin {
    Origin {
        received: offset,
        place: Place {
            partition: 0,
            offset,
        },
        token: Arc::from("test"),
    }
}

fn event(school: u32, offset: i64, day: NaiveDate, data: Data) -> Sent {
    Sent::Event(LedgerEvent {
        urn: urn(school),
        kind: data.kind(),
        day,
        issued: offset,
        identity: Identity {
            source: "property".into(),
            id: format!("{offset}").into(),
        },
        data: data.to_json().expect("JSON").into(),
        origin: origin(offset),
    })
}

/// Three schools of one trust with three meters each, all along.
pub(super) fn register() -> Vec<Sent> {
    let long_ago = NaiveDate::from_ymd_opt(2010, 1, 1).expect("a day");
    let mut sent = Vec::new();
    for school in 0..SCHOOLS {
        let registered = SchoolRegistered {
            name: format!("School {school}"),
            rolls: vec![roll(200 + 17 * school, day(34))],
            ..registered("property", long_ago)
        };
        let at = i64::from(school) * 10;
        sent.push(event(
            school,
            at,
            long_ago,
            Data::SchoolRegistered(registered),
        ));
        for (meter, fuel) in FUELS.into_iter().enumerate() {
            let registered = MeterRegistered::new(id(school, meter), fuel, long_ago);
            let at = at + 1 + meter as i64;
            sent.push(event(
                school,
                at,
                long_ago,
                Data::MeterRegistered(registered),
            ));
        }
    }
    sent
}

/// Every school has meters with the same names, distinguished by serial numbers.
pub(super) fn id(school: u32, meter: usize) -> MeterId {
    let text = match meter {
        2 => format!("serial:PANELS-{school}"),
        _ if school == 0 => METERS[meter].to_owned(),
        _ => format!("serial:{}-{school}", ["GRID", "GAS"][meter]),
    };
    text.parse().expect("a meter")
}

fn sent() -> impl Strategy<Value = Vec<Sent>> {
    let slot = prop_oneof![1 => Just(None), 4 => (0i64..9_000_000).prop_map(Some)];
    let reading = (
        0..SCHOOLS,
        0usize..3,
        0u32..1096,
        proptest::collection::vec(slot, 46),
    );
    let activity = (0..SCHOOLS, 0u32..1000, 0u32..90, 1i64..5_000 * MICRO);
    let waste = (0..SCHOOLS, 0u32..1096, 1i64..900_000, 0usize..4);
    (
        proptest::collection::vec(reading, 1..25),
        proptest::collection::vec(activity, 0..6),
        proptest::collection::vec(waste, 0..6),
    )
        .prop_map(|(readings, activities, waste)| {
            let mut all = Vec::new();
            let mut offset = 1_000;
            let mut next = || {
                offset += 1;
                offset
            };
            for (school, meter, at, values) in readings {
                all.push(reading_of(school, meter, at, &values, next()));
            }
            for (school, from, days, quantity) in activities {
                let recorded = ActivityRecorded {
                    activity: ActivityKind::MinibusDiesel,
                    quantity: quantity as f64 / MICRO as f64,
                    unit: ActivityUnit::Litre,
                    from: day(from),
                    to: day(from + days),
                    estimated: false,
                    replaces: None,
                };
                let data = Data::ActivityRecorded(recorded);
                all.push(event(school, next(), day(from), data));
            }
            for (school, at, grams, stream) in waste {
                let data = Data::WasteCollected(collection(at, grams, stream));
                all.push(event(school, next(), day(at), data));
            }
            all
        })
}

fn reading_of(school: u32, meter: usize, at: u32, values: &[Option<i64>], offset: i64) -> Sent {
    let values = values.iter().enumerate();
    let slots = values.filter_map(|(slot, value)| Some((slot, (*value)?, Quality::Actual)));
    Sent::Reading(Box::new(MeterDay {
        urn: urn(school),
        meter: id(school, meter),
        channel: Channel::AI,
        unit: Unit::KilowattHours,
        day: day(at),
        slots: slots.collect(),
        issued: offset,
        issue_stated: true,
        identity: Identity {
            source: "property".into(),
            id: format!("{offset}").into(),
        },
        origin: origin(offset),
    }))
}

fn collection(at: u32, grams: i64, stream: usize) -> WasteCollected {
    let (ewc, treatment) = [
        ("200301", "R1"),
        ("200101", "R3"),
        ("200108", "R3"),
        ("200301", "D1"),
    ][stream];
    collected(day(at), ewc, grams as f64 / 1000.0, treatment)
}

/// The figures of these events, sent in this order and in batches of `cut`.
fn figures(sent: &[Sent], cut: usize) -> Vec<Footprint> {
    let mut partition = Partition::default();
    let mut ledger: Vec<MeterDay> = Vec::new();
    for part in sent.chunks(cut) {
        let mut batch = Batch::default();
        for one in part {
            match one {
                Sent::Reading(row) => batch.readings.push(Arc::new((**row).clone())),
                Sent::Event(row) => batch.events.push(row.clone()),
            }
        }
        batch.position = BTreeMap::from([(Topic::Readings, 1)]);
        let mut found = Found::new();
        for day in wanted(&partition, &batch) {
            let rows = ledger.iter().filter(|row| (row.urn, row.key()) == day);
            found.insert(day.clone(), rows.cloned().collect());
        }
        ledger.extend(batch.readings.iter().map(|row| (**row).clone()));
        step(&mut partition, batch, found);
    }
    let position = BTreeMap::new();
    let subjects: Vec<Subject<'_>> = partition
        .histories()
        .iter()
        .map(|(urn, history)| Subject {
            urn: *urn,
            history,
            position: &position,
        })
        .collect();
    let method = Method {
        fallback: Fallback::PreviousYear,
        ..Method::published().expect("the table")
    };
    let as_of = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
    footprints(&subjects, &method, as_of).expect("footprints")
}

fn with_register(sent: &[Sent]) -> Vec<Sent> {
    register().into_iter().chain(sent.iter().cloned()).collect()
}

fn sum_of(footprint: &Footprint, block: Block) -> MilligramsCo2e {
    let lines = footprint.lines.iter().filter(|line| line.block == block);
    lines
        .filter_map(|line| Some(line.price.as_ref()?.co2e))
        .sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn totals_are_exactly_the_sum_of_their_lines(sent in sent()) {
        for footprint in figures(&with_register(&sent), 100) {
            prop_assert_eq!(footprint.gross, sum_of(&footprint, Block::Statutory));
            prop_assert_eq!(footprint.voluntary, sum_of(&footprint, Block::Voluntary));
        }
    }

    #[test]
    fn a_trust_is_exactly_the_sum_of_its_schools(sent in sent()) {
        let all = figures(&with_register(&sent), 100);
        let footprint_store = FootprintStore::of(all.iter().cloned());
        for period in ["2023-24", "2024-25", "2025-26", "trailing-12-months"] {
            let Some(view) = footprint_store.view("property", period, 0.24) else { continue };
            let of_period = || all.iter().filter(|footprint| footprint.period.key() == period);
            prop_assert_eq!(view.totals.gross, of_period().map(|f| f.gross).sum());
            prop_assert_eq!(view.totals.voluntary, of_period().map(|f| f.voluntary).sum());
            let lines: MilligramsCo2e = view.totals.lines.values().map(|line| line.co2e).sum();
            prop_assert_eq!(lines, view.totals.gross + view.totals.voluntary);
            let waste: i64 = of_period().map(|f| f.waste.total.0).sum();
            prop_assert_eq!(view.totals.waste.total.0, waste);
        }
    }

    #[test]
    fn cut_shuffled_or_sent_again_it_gives_the_same_figures_to_the_last_bit(
        sent in sent(),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..40),
        cut in 1usize..9,
    ) {
        let all = with_register(&sent);
        let mut again: Vec<Sent> = order.iter().map(|index| index.get(&all).clone()).collect();
        again.extend(all.iter().rev().cloned());
        let json = |sent: &[Sent], cut| serde_json::to_string(&figures(sent, cut)).expect("JSON");
        prop_assert_eq!(json(&again, cut), json(&all, 1_000));
    }

    #[test]
    fn energy_is_conserved_from_what_was_sent_to_the_results(sent in sent()) {
        // Only one row of every meter-day, so that every value sent stands.
        let mut once: BTreeMap<(MeterId, NaiveDate), Sent> = BTreeMap::new();
        for one in sent {
            if let Sent::Reading(row) = &one {
                once.insert((row.meter.clone(), row.day), one);
            }
        }
        let rows: Vec<Sent> = once.into_values().collect();
        let mut by_fuel = [0i64; 3];
        for one in &rows {
            if let Sent::Reading(row) = one {
                let meter = (0..3).find(|meter| (0..SCHOOLS).any(|school| id(school, *meter) == row.meter));
                by_fuel[meter.expect("a meter")] += row.slots.sum();
            }
        }
        let footprint_store = FootprintStore::of(figures(&with_register(&rows), 7));
        let mut published = [0i64; 3];
        for period in ["2023-24", "2024-25", "2025-26"] {
            let Some(view) = footprint_store.view("property", period, 0.24) else { continue };
            let table = publish::schools(&view);
            for (fuel, column) in ["electricity", "gas", "solar"].iter().enumerate() {
                let name = format!("{column}_milliwatt_hours");
                let at = table.columns.iter().position(|column| column.name == name).expect("a column");
                for row in &table.rows {
                    if let Cell::Int(energy) = row[at] {
                        published[fuel] += energy;
                    }
                }
            }
        }
        prop_assert_eq!(published, by_fuel);
    }
}
