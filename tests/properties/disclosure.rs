//! No reader of all published figures of a school's surveys can work out a small count.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use events::{AcademicYear, Audience, Data, Mode, ModeCounts, SchoolRegistered, TravelSurveyed};
use footprint::fixtures::{SchoolFixture, registered};
use footprint::{Footprint, Method};
use proptest::prelude::*;
use serde_json::{Value, to_value};

const MODES: [Mode; 6] = [
    Mode::Walk,
    Mode::Cycle,
    Mode::Car,
    Mode::PublicBus,
    Mode::Taxi,
    Mode::Other,
];

/// A class surveyed on a day.
#[derive(Debug, Clone)]
struct ClassSurvey {
    day: u64,
    class: u8,
    counts: [u32; 6],
}

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 9, 1).expect("a day")
}

fn surveys() -> impl Strategy<Value = Vec<ClassSurvey>> {
    let count = prop_oneof![3 => 0u32..5, 2 => 5u32..20];
    let counts = proptest::array::uniform6(count);
    let one = (0u64..800, 1u8..7, counts).prop_map(|(day, class, counts)| ClassSurvey {
        day,
        class,
        counts,
    });
    proptest::collection::vec(one, 1..12)
}

/// A school's figures of every period, of both of its trusts.
fn figures(surveys: &[ClassSurvey], moved: u64, as_of: u64) -> Vec<Footprint> {
    let moved = first_day() + Days::new(moved);
    let mut school = SchoolFixture::default();
    let first = registered("one", first_day());
    school.event(Data::SchoolRegistered(SchoolRegistered {
        member_to: moved.pred_opt(),
        ..first
    }));
    school.event(Data::SchoolRegistered(registered("other", moved)));
    for one in surveys {
        let counts: ModeCounts = MODES.into_iter().zip(one.counts).collect();
        school.event(Data::TravelSurveyed(TravelSurveyed {
            surveyed_on: first_day() + Days::new(one.day),
            audience: Audience::Pupil,
            group: format!("Year {}", one.class),
            roll: 200,
            current: counts,
            preferred: ModeCounts::new(),
            journeys: Vec::new(),
        }));
    }
    let method = Method::published().expect("the factors");
    school.as_of(&method, first_day() + Days::new(as_of))
}

/// Every published table of pupils with its academic year; and the true counts.
fn tables(all: &[Footprint]) -> Vec<(String, Value, ModeCounts)> {
    let mut tables = Vec::new();
    for footprint in all {
        let published = to_value(publish::published(footprint)).expect("JSON");
        let travel = &published["travel"];
        if let Some(survey) = footprint.travel.surveys.get(&Audience::Pupil) {
            let year = AcademicYear::of(survey.asked.expect("days").to);
            let shown = travel["surveys"]["pupil"].clone();
            tables.push((year.to_string(), shown, survey.current.clone()));
        }
        for (year, surveys) in &footprint.travel.earlier {
            if let Some(survey) = surveys.get(&Audience::Pupil) {
                let shown = travel["earlier"][year.to_string()]["pupil"].clone();
                tables.push((year.to_string(), shown, survey.current.clone()));
            }
        }
    }
    tables
}

/// The bounds of each count that follow from the table: its counts, their total and its shares.
fn bounds(table: &Value) -> BTreeMap<String, (i64, i64)> {
    let groups: [(&str, &[&str]); 3] = [
        ("active", &["walk", "cycle"]),
        ("sustainable", &["walk", "cycle", "public_bus"]),
        ("car", &["car"]),
    ];
    let counts = table["current"].as_object().expect("counts");
    let mut bounds: BTreeMap<String, (i64, i64)> = counts
        .iter()
        .map(|(mode, shown)| {
            let known = shown.as_i64();
            (
                mode.clone(),
                known.map_or((1, 1_000_000), |count| (count, count)),
            )
        })
        .collect();
    let Some(total) = table["responses"].as_i64() else {
        return bounds;
    };
    let everything: BTreeSet<&str> = counts.keys().map(String::as_str).collect();
    let mut sums: Vec<(BTreeSet<&str>, i64)> = vec![(everything.clone(), total)];
    for (group, modes) in groups {
        if let Some(share) = table["current_share"][group].as_f64() {
            let sum = (share * total as f64).round() as i64;
            let inside: BTreeSet<&str> = modes
                .iter()
                .copied()
                .filter(|mode| counts.contains_key(*mode))
                .collect();
            sums.push((
                everything.difference(&inside).copied().collect(),
                total - sum,
            ));
            sums.push((inside, sum));
        }
    }
    // Derives bounds from pairs of sums of which one contains the other, until nothing changes.
    for _ in 0..4 {
        let known = sums.clone();
        for (inner, part) in &known {
            for (outer, whole) in &known {
                if inner.is_subset(outer) && inner != outer {
                    let rest = (outer.difference(inner).copied().collect(), whole - part);
                    if !sums.contains(&rest) {
                        sums.push(rest);
                    }
                }
            }
        }
    }
    for _ in 0..8 {
        for (modes, sum) in &sums {
            for mode in modes {
                let others = modes.iter().filter(|other| *other != mode);
                let (least, most) = others.fold((0, 0), |(least, most), other| {
                    let (low, high) = bounds[*other];
                    (least + low, most + high)
                });
                let bound = bounds.get_mut(*mode).expect("a mode");
                *bound = (bound.0.max(sum - most), bound.1.min(sum - least));
            }
        }
    }
    bounds
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_count_under_five_can_be_worked_out_of_all_tables_together(
        surveys in surveys(),
        moved in 200u64..700,
        as_of in 0u64..820,
    ) {
        let all = figures(&surveys, moved, as_of);
        let mut sets: BTreeMap<(String, String), Value> = BTreeMap::new();
        for footprint in &all {
            for (year, shown, truth) in tables(std::slice::from_ref(footprint)) {
                // There is one table of an academic year and a trust, the same in every period: nothing to subtract.
                let of = shown["asked"].to_string();
                let known = sets.entry((year, of)).or_insert_with(|| shown.clone());
                prop_assert_eq!(&*known, &shown);
                for (mode, (least, most)) in bounds(&shown) {
                    let mode: Mode = serde_json::from_value(mode.into()).expect("a mode");
                    let count = i64::from(truth[&mode]);
                    prop_assert!(least <= count && count <= most, "the attacker is right");
                    prop_assert!(least < most || !(1..5).contains(&count), "{:?} in {}", mode, shown);
                }
            }
        }
        // Sets of one year share no answers, of any school.
        let mut runs: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for ((year, _), shown) in &sets {
            let day = |end: &str| shown["asked"][end].as_str().unwrap_or_default().to_owned();
            runs.entry(year.clone()).or_default().push((day("from"), day("to")));
        }
        for mut of_year in runs.into_values() {
            of_year.sort();
            prop_assert!(of_year.windows(2).all(|two| two[0].1 < two[1].0), "{:?}", of_year);
        }
    }
}
