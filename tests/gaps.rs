//! Estimates cover exactly the missing half-hours, with any gaps, and are in no figure.

use chrono::{Datelike, Days, NaiveDate};
use events::{Channel, Data, Fuel, MICRO, MeterRegistered, SchoolRegistered, SettlementDay, Term};
use footprint::fixtures::{SchoolFixture, day, day_sum, registered};
use footprint::ledger::DaySum;
use footprint::{Footprint, Method, Temperatures};
use proptest::prelude::*;

const METERS: [(&str, Fuel); 2] = [
    ("mpan:2200012767323", Fuel::Electricity),
    ("mprn:3938424403", Fuel::Gas),
];

/// The meters belong to the school from 1 November to 28 February.
const OWNED: (&str, &str) = ("2025-11-01", "2026-02-28");

/// A day of a meter: the meter, the number of days after 1 October, the number of missing and estimated half-hours.
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

fn sent_days() -> impl Strategy<Value = Vec<SentDay>> {
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

fn school(days: &[SentDay]) -> SchoolFixture {
    let mut school = SchoolFixture::default();
    for (id, fuel) in METERS {
        school.register(&MeterRegistered {
            to: Some(day(OWNED.1)),
            ..MeterRegistered::new(id.parse().expect(id), fuel, day(OWNED.0))
        });
    }
    school.event(Data::SchoolRegistered(SchoolRegistered {
        terms: vec![Term {
            from: day("2025-11-03"),
            to: day("2025-12-19"),
        }],
        ..registered("north", day("2010-01-01"))
    }));
    for sent in days {
        let slots = SettlementDay(sent.on()).slots() as u8;
        let present = slots.saturating_sub(sent.missing);
        let sum = DaySum {
            estimated: sent.estimated.min(present),
            ..day_sum(if present > 0 { sent.kwh * MICRO } else { 0 }, present)
        };
        school.sends_day(METERS[sent.meter].0, Channel::AI, sent.on(), sum);
    }
    school
}

fn year(school: &SchoolFixture, temperatures: bool) -> Footprint {
    let mut method = Method::published().expect("the factors");
    if temperatures {
        let days = day("2025-10-01").iter_days().take(180);
        let rows = days.map(|day| format!(",{day},{}\n", day.ordinal0() % 23));
        let table = format!("trust,day,mean_celsius\n{}", rows.collect::<String>());
        method.temperatures = Temperatures::parse(&table).expect("temperatures");
    }
    // Without readings, a school has the current year only.
    school.by("2025-26", &method)
}

/// All figures, without their notes.
fn actual(mut footprint: Footprint) -> Footprint {
    footprint.findings.clear();
    footprint.estimates.clear();
    footprint
}

/// A complete day, so that the year has figures.
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
    fn readings_elsewhere_change_no_actual_figure(mut days in sent_days(), more in sent_days()) {
        days.push(first());
        let without = year(&school(&days), false);
        let elsewhere = more.into_iter().filter(|day| !day.counts());
        let all: Vec<SentDay> = days.iter().cloned().chain(elsewhere).collect();
        prop_assert_eq!(actual(year(&school(&all), false)), actual(without));
    }

    #[test]
    fn an_estimate_covers_exactly_the_missing_half_hours_and_is_in_no_figure(mut days in sent_days()) {
        days.push(first());
        let school = school(&days);
        let (plain, by_weather) = (year(&school, false), year(&school, true));
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
            let gaps = footprint.gap_estimate().and_then(|gaps| gaps.co2e);
            let with = footprint.gross_with_gap_estimate();
            prop_assert_eq!(with.map(|with| with.0 - gross), gaps.map(|gaps| gaps.0));
        }
    }

    #[test]
    fn the_order_in_which_days_came_changes_no_estimate(mut days in sent_days()) {
        days.push(first());
        // Of two entries for one day the last stands, so keep only one: the order would matter otherwise.
        let mut seen = std::collections::BTreeSet::new();
        days.retain(|day| seen.insert((day.meter, day.after)));
        let forwards = year(&school(&days), true);
        days.reverse();
        prop_assert_eq!(year(&school(&days), true), forwards);
    }
}
