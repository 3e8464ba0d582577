//! Readings that are taken away never make a claim possible.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use events::{
    Channel, Data, Fuel, MICRO, MeterRegistered, Phase, Place, Roll, SchoolRegistered, TrustRef,
    Unit, Urn,
};
use footprint::ledger::{DayKey, Identity, Origin};
use footprint::view::DaySum;
use footprint::{
    Footprint, LeastCoverage, Method, SchoolEvent, SchoolHistory, Subject, TrustSufficiency,
    footprints,
};
use proptest::prelude::*;

const DAYS: usize = 20;
const METERS: [(&str, Fuel); 4] = [
    ("mpan:2200012767323", Fuel::Electricity),
    ("mpan:2200012030374", Fuel::Electricity),
    ("mprn:3938424403", Fuel::Gas),
    ("serial:PANELS-1", Fuel::Solar),
];

/// What one meter sent: half-hours of each day, and of those how many are left after some are taken away.
type Sent = Vec<(u8, u8)>;

/// A school's meters, each from a day on or not registered at all.
#[derive(Debug, Clone)]
struct School {
    meters: Vec<Option<(usize, Sent)>>,
}

fn school() -> impl Strategy<Value = School> {
    let day = prop_oneof![
        6 => Just((48, 48)),
        2 => (0u8..=48).prop_map(|left| (48, left)),
        1 => (0u8..=48, 0u8..=48).prop_map(|(one, other)| (one.max(other), one.min(other))),
    ];
    let sent = prop_oneof![
        5 => proptest::collection::vec(day, DAYS),
        1 => Just(vec![(48, 0); DAYS]),
        1 => Just(vec![(0, 0); DAYS]),
    ];
    let meter = proptest::option::weighted(0.8, (0..6usize, sent));
    proptest::collection::vec(meter, METERS.len()).prop_map(|meters| School { meters })
}

fn first() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 10, 1).expect("a day")
}

fn school_event(history: &mut SchoolHistory, id: usize, data: Data) {
    let identity = Identity {
        source: "property".into(),
        id: format!("{id}").into(),
    };
    let place = Place {
        partition: 0,
        offset: id as i64,
    };
    let origin = Origin {
        received: 0,
        place,
        token: Arc::from("test"),
    };
    let school_event = SchoolEvent {
        day: first(),
        issued: 0,
        origin,
        data,
    };
    history.add(identity, school_event);
}

/// The year, if anything is known of it, of a school that was a member for twenty days of it, with all that was sent or with what is left of it.
fn year(number: u32, school: &School, least: f64, all: bool) -> Option<Footprint> {
    let mut history = SchoolHistory::default();
    let last = first() + chrono::Days::new(DAYS as u64 - 1);
    let registered = SchoolRegistered {
        name: format!("School {number}"),
        phase: Phase::Primary,
        trust: TrustRef {
            id: "property".to_owned(),
            name: "Property Trust".to_owned(),
        },
        member_from: first(),
        member_to: Some(last),
        rolls: vec![Roll {
            pupils: 200,
            census_date: first(),
            source: "autumn census".to_owned(),
        }],
        terms: Vec::new(),
        heating: None,
    };
    school_event(&mut history, 0, Data::SchoolRegistered(registered));
    for (at, (meter, (id, fuel))) in school.meters.iter().zip(METERS).enumerate() {
        let Some((from, sent)) = meter else { continue };
        let registered = MeterRegistered::new(
            id.parse().expect("a meter"),
            fuel,
            first() + chrono::Days::new(*from as u64),
        );
        school_event(&mut history, at + 1, Data::MeterRegistered(registered));
        for (day, (whole, left)) in sent.iter().enumerate() {
            let present = if all { *whole } else { *left };
            let key = DayKey {
                meter: id.parse().expect("a meter"),
                channel: Channel::AI,
                day: first() + chrono::Days::new(day as u64),
            };
            let sum = DaySum {
                sum: i64::from(present) * MICRO,
                unit: Unit::KilowattHours,
                present,
                estimated: 0,
                spread: 0,
                last: present,
                flat: false,
            };
            if present > 0 {
                history.set_day(&key, sum);
            }
        }
    }
    let subject = Subject {
        urn: Urn::try_from(900_001 + number).expect("a URN"),
        history: &history,
        position: &BTreeMap::new(),
    };
    let method = Method {
        least_coverage: LeastCoverage::try_from(least).expect("a share"),
        ..Method::published().expect("the table")
    };
    let as_of = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
    footprints(&[subject], &method, as_of)
        .expect("footprints")
        .into_iter()
        .find(|footprint| footprint.period.key() == "2025-26")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn readings_taken_away_never_turn_not_enough_data_into_a_headline(
        schools in proptest::collection::vec(school(), 1..4),
        least in prop_oneof![Just(0.9), Just(0.5), 0.05..=1.0f64],
    ) {
        let years = |all: bool| -> Vec<Option<Footprint>> {
            let schools = schools.iter().zip(0..);
            schools.map(|(school, number)| year(number, school, least, all)).collect()
        };
        let (whole, less) = (years(true), years(false));
        for (whole, less) in whole.iter().zip(&less) {
            // Of a year that no reading is of nothing is claimed.
            let Some(less) = less else { continue };
            let is_enough = less.sufficiency.is_enough();
            if is_enough {
                let before = whole.as_ref().map(|whole| &whole.sufficiency);
                prop_assert!(before.is_some_and(|before| before.is_enough()), "{before:?}");
            }
            prop_assert_eq!(is_enough, less.sufficiency.sentence().is_none());
            prop_assert!(less.tonnes_per_pupil().is_none() || is_enough);
        }
        // A school of which no reading is left has no figures of the year, and a trust is judged by those that have.
        if whole.iter().zip(&less).any(|(whole, less)| whole.is_some() != less.is_some()) {
            return Ok(());
        }
        let of = |years: &[Option<Footprint>]| TrustSufficiency::of(years.iter().flatten());
        let (whole, less) = (of(&whole), of(&less));
        if less.is_enough() {
            prop_assert!(whole.is_enough(), "{:?}", whole);
        }
    }
}
