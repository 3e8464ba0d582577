//! What holds of estimates whatever came and whatever is missing: they stand for exactly what is missing, in no figure.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate};
use events::{
    Channel, Data, Fuel, MICRO, MeterId, MeterRegistered, Phase, Place, SchoolRegistered,
    SettlementDay, Term, TrustRef, Unit,
};
use footprint::ledger::{DayKey, Identity, Origin};
use footprint::view::DaySum;
use footprint::{Footprint, Method, SchoolEvent, SchoolHistory, Subject, Temperatures, footprints};
use proptest::prelude::*;

const METERS: [(&str, Fuel); 2] = [
    ("mpan:2200012767323", Fuel::Electricity),
    ("mprn:3938424403", Fuel::Gas),
];

fn day(text: &str) -> NaiveDate {
    text.parse().expect(text)
}

/// The meters belong to the school from 1 November to 28 February.
const OWNED: (&str, &str) = ("2025-11-01", "2026-02-28");

/// A day of a meter: which one, how many days after 1 October, how much of it came and how.
#[derive(Debug, Clone)]
struct SentDay {
    meter: usize,
    after: u64,
    kwh: i64,
    missing: u8,
    estimated: u8,
}

impl SentDay {
    fn on(&self) -> NaiveDate {
        day("2025-10-01") + Days::new(self.after)
    }

    /// Whether it is a day on which the meter belongs to the school.
    fn counts(&self) -> bool {
        (day(OWNED.0)..=day(OWNED.1)).contains(&self.on())
    }
}

fn told() -> impl Strategy<Value = Vec<SentDay>> {
    let missing = prop_oneof![4 => Just(0u8), 1 => 1u8..46, 1 => Just(46)];
    let one = (
        0usize..2,
        0u64..180,
        0i64..300,
        missing,
        prop_oneof![4 => Just(0u8), 1 => 1u8..46],
    );
    let one = one.prop_map(|(meter, after, kwh, missing, estimated)| SentDay {
        meter,
        after,
        kwh,
        missing,
        estimated,
    });
    proptest::collection::vec(one, 0..250)
}

fn history(days: &[SentDay]) -> SchoolHistory {
    let mut history = SchoolHistory::default();
    let mut add = |id: &str, data: Data| {
        let identity = Identity {
            source: "told".into(),
            id: id.into(),
        };
        let place = Place {
            partition: 0,
            offset: 0,
        };
        let origin = Origin {
            received: 0,
            place,
            token: Arc::from("told"),
        };
        let school_event = SchoolEvent {
            day: day(OWNED.0),
            issued: 0,
            origin,
            data,
        };
        history.add(identity, school_event);
    };
    for (id, fuel) in METERS {
        let registered = MeterRegistered {
            to: Some(day(OWNED.1)),
            ..MeterRegistered::new(id.parse().expect(id), fuel, day(OWNED.0))
        };
        add(id, Data::MeterRegistered(registered));
    }
    let school = SchoolRegistered {
        name: "A School".to_owned(),
        phase: Phase::Primary,
        trust: TrustRef {
            id: "north".to_owned(),
            name: "North Trust".to_owned(),
        },
        member_from: day("2010-01-01"),
        member_to: None,
        rolls: Vec::new(),
        terms: vec![Term {
            from: day("2025-11-03"),
            to: day("2025-12-19"),
        }],
        heating: None,
    };
    add("school", Data::SchoolRegistered(school));
    for told in days {
        let meter: MeterId = METERS[told.meter].0.parse().expect("a meter");
        let slots = SettlementDay(told.on()).slots() as u8;
        let present = slots.saturating_sub(told.missing);
        let sum = DaySum {
            sum: if present > 0 { told.kwh * MICRO } else { 0 },
            unit: Unit::KilowattHours,
            present,
            estimated: told.estimated.min(present),
            spread: 0,
            last: present,
            flat: false,
        };
        let key = DayKey {
            meter,
            channel: Channel::AI,
            day: told.on(),
        };
        history.set_day(&key, sum);
    }
    history
}

fn year(history: &SchoolHistory, temperatures: bool) -> Footprint {
    let mut method = Method::published().expect("the factors");
    if temperatures {
        let days = day("2025-10-01").iter_days().take(180);
        let rows = days.map(|day| format!(",{day},{}\n", day.ordinal0() % 23));
        let table = format!("trust,day,mean_celsius\n{}", rows.collect::<String>());
        method.temperatures = Temperatures::parse(&table).expect("temperatures");
    }
    let position = BTreeMap::new();
    let subject = Subject {
        urn: "900100".parse().expect("a URN"),
        history,
        position: &position,
    };
    let all = footprints(&[subject], &method, day("2026-11-22")).expect("footprints");
    let found = all.into_iter().find(|one| one.period.key() == "2025-26");
    // A school of which nothing came has no year but the present one.
    found.unwrap_or_else(|| panic!("no year"))
}

/// Everything but what is said beside the figures.
fn actual(mut footprint: Footprint) -> Footprint {
    footprint.findings.clear();
    footprint.estimates.clear();
    footprint
}

/// A day that came whole, so that there is a year to speak of.
fn first() -> SentDay {
    SentDay {
        meter: 0,
        after: 31,
        kwh: 100,
        missing: 0,
        estimated: 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn readings_elsewhere_change_no_actual_figure(mut days in told(), more in told()) {
        days.push(first());
        let without = year(&history(&days), false);
        let elsewhere = more.into_iter().filter(|told| !told.counts());
        let all: Vec<SentDay> = days.iter().cloned().chain(elsewhere).collect();
        prop_assert_eq!(actual(year(&history(&all), false)), actual(without));
    }

    #[test]
    fn an_estimate_is_of_exactly_what_is_missing_and_in_no_figure(mut days in told()) {
        days.push(first());
        let history = history(&days);
        let (plain, by_weather) = (year(&history, false), year(&history, true));
        prop_assert_eq!(actual(plain.clone()), actual(by_weather.clone()));
        for footprint in [plain, by_weather] {
            let gross: i64 = footprint
                .lines
                .iter()
                .filter(|line| line.block == footprint::Block::Statutory)
                .filter_map(|line| Some(line.price.as_ref()?.co2e.0))
                .sum();
            prop_assert_eq!(footprint.gross.0, gross);
            for meter in &footprint.meters {
                let missing = meter.coverage.expected - meter.coverage.present;
                let estimate = footprint.estimates.iter().find(|one| one.meter == meter.meter);
                let stands_for = estimate.map_or(0, |one| one.half_hours + one.left);
                prop_assert_eq!(stands_for, missing);
                let negative = estimate.is_some_and(|one| one.energy < 0 || one.left < 0);
                prop_assert!(!negative, "{:?}", estimate);
            }
            let gaps = footprint.gaps_may_have_held().and_then(|gaps| gaps.co2e);
            let with = footprint.gross_if_gaps_held_that();
            prop_assert_eq!(with.map(|with| with.0 - gross), gaps.map(|gaps| gaps.0));
        }
    }

    #[test]
    fn the_order_in_which_days_came_changes_no_estimate(mut days in told()) {
        days.push(first());
        // Of two that tell of one day the last stands: only then is the order a part of the story.
        let mut seen = std::collections::BTreeSet::new();
        days.retain(|told| seen.insert((told.meter, told.after)));
        let forwards = year(&history(&days), true);
        days.reverse();
        prop_assert_eq!(year(&history(&days), true), forwards);
    }
}
