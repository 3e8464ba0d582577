//! Readings that are taken away never make a claim possible.

use chrono::NaiveDate;
use events::{Channel, Data, Fuel, MICRO, MeterRegistered, SchoolRegistered, Urn};
use footprint::fixtures::{SchoolFixture, day_sum, registered, roll};
use footprint::{Footprint, LeastCoverage, Method, TrustSufficiency};
use proptest::prelude::*;

const DAYS: usize = 20;
const METERS: [(&str, Fuel); 4] = [
    ("mpan:2200012767323", Fuel::Electricity),
    ("mpan:2200012030374", Fuel::Electricity),
    ("mprn:3938424403", Fuel::Gas),
    ("serial:PANELS-1", Fuel::Solar),
];

/// The half-hours that a meter sent on each day, and how many of them are left after some are removed.
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

/// The year, if it has any figures, of a school that was a member for twenty days of it, with all readings or with those
/// left.
fn year(number: u32, school: &School, least: f64, all: bool) -> Option<Footprint> {
    let mut fixture = SchoolFixture::default();
    let last = first() + chrono::Days::new(DAYS as u64 - 1);
    fixture.event(Data::SchoolRegistered(SchoolRegistered {
        name: format!("School {number}"),
        member_to: Some(last),
        rolls: vec![roll(200, first())],
        ..registered("property", first())
    }));
    for (meter, (id, fuel)) in school.meters.iter().zip(METERS) {
        let Some((from, sent)) = meter else { continue };
        let from = first() + chrono::Days::new(*from as u64);
        fixture.register(&MeterRegistered::new(id.parse().expect(id), fuel, from));
        for (day, (whole, left)) in first().iter_days().zip(sent) {
            let present = if all { *whole } else { *left };
            if present > 0 {
                let sum = day_sum(i64::from(present) * MICRO, present);
                fixture.sends_day(id, Channel::AI, day, sum);
            }
        }
    }
    let method = Method {
        least_coverage: LeastCoverage::try_from(least).expect("a share"),
        ..Method::published().expect("the table")
    };
    let mut all = fixture.all(&method).into_iter();
    let mut year = all.find(|footprint| footprint.period.key() == "2025-26")?;
    year.urn = Urn::try_from(900_001 + number).expect("a URN");
    Some(year)
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
            // A year without readings allows no claim.
            let Some(less) = less else { continue };
            let is_enough = less.sufficiency.is_enough();
            if is_enough {
                let before = whole.as_ref().map(|whole| &whole.sufficiency);
                prop_assert!(before.is_some_and(|before| before.is_enough()), "{before:?}");
            }
            prop_assert_eq!(is_enough, less.sufficiency.sentence().is_none());
            prop_assert!(less.tonnes_per_pupil().is_none() || is_enough);
        }
        // A school without readings has no figures of the year, and a trust is judged by the schools that have.
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
