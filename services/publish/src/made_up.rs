//! A made-up trust for tests: fifteen schools, four periods, some data missing.

mod gaps;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, Months, NaiveDate, TimeZone, Utc};
use events::{
    AcademicYear, Audience, EvidenceKind, EvidenceStatus, Fuel, Grams, InitiativeKind, MICRO,
    MilligramsCo2e, Mode, Phase, Quantity, Roll, StarsLevel, TrustRef,
};
use footprint::*;

use crate::config::Config;
use crate::rollup::TrustView;

pub const TRUST: &str = "calder-vale";
pub const SCHOOLS: usize = 15;

const NAMES: [&str; SCHOOLS] = [
    "Moorside Primary School",
    "St Chad's CofE Primary School",
    "Hebden Bridge High School",
    "Ryburn Valley Academy",
    "Luddenden Dene Primary School",
    "Old Town Primary School",
    "Cragg Vale Junior and Infant School",
    "Elland Brow Academy",
    "Norland Primary School",
    "Ripponden Junior School",
    "Scar Bottom Primary School",
    "Stainland Infant School",
    "Todmorden Road Primary School",
    "Wainstalls Primary School",
    "Warley Town Primary School",
];

pub fn config() -> Config {
    Config {
        listen: "127.0.0.1:0".to_owned(),
        kafka: bus::BusConfig::at("127.0.0.1:9"),
        sharding: events::Sharding {
            shards: 8,
            partitions: 4,
        },
        lake: lake::LakeConfig::at("memory:"),
        trusts: BTreeMap::new(),
        results_every_seconds: 1,
        schedules: Vec::new(),
        log_format: chassis::LogFormat::Text,
    }
}

pub fn as_of() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn year(beginning: i32) -> Period {
    Period::AcademicYear {
        year: AcademicYear::beginning(beginning),
        as_of: as_of(),
    }
}

pub fn footprints() -> Vec<Footprint> {
    let periods = [
        Period::Trailing { as_of: as_of() },
        year(2026),
        year(2025),
        year(2024),
    ];
    periods
        .into_iter()
        .flat_map(|period| (0..SCHOOLS).map(move |n| footprint(n, period)))
        .collect()
}

/// School `n` over the trailing twelve months.
pub fn school(n: usize) -> Footprint {
    footprint(n, Period::Trailing { as_of: as_of() })
}

pub fn view() -> TrustView {
    TrustView::of((0..SCHOOLS).map(|n| Arc::new(school(n))).collect(), 0.24).unwrap()
}

fn footprint(n: usize, period: Period) -> Footprint {
    let secondary = [2, 3, 7].contains(&n);
    let pupils = if secondary {
        980 + 41 * n as u32
    } else {
        190 + 17 * n as u32
    };
    let days = crate::rollup::passed(period);
    let months = months(n, i64::from(pupils), days);
    let sum = |item: &str| {
        months
            .iter()
            .filter(|m| m.item == item)
            .map(|m| m.energy)
            .sum::<Quantity>()
    };
    let mut lines = vec![
        line(
            Block::Statutory,
            1,
            "gas",
            sum("gas"),
            "kWh",
            true,
            Some(0.18231),
        ),
        line(
            Block::Statutory,
            2,
            "electricity",
            sum("electricity"),
            "kWh",
            true,
            Some(0.13096),
        ),
        line(
            Block::Voluntary,
            3,
            "grid_losses",
            sum("electricity"),
            "kWh",
            false,
            Some(0.01299),
        ),
        line(
            Block::Voluntary,
            3,
            "landfill",
            (3 + n as i64) * 812_345,
            "tonnes",
            false,
            Some(520.58),
        ),
    ];
    if secondary {
        lines.push(line(
            Block::Statutory,
            1,
            "minibus_diesel",
            1_240 * MICRO,
            "litres",
            true,
            Some(2.57082),
        ));
        lines.push(line(
            Block::Statutory,
            2,
            "solar",
            sum("solar"),
            "kWh",
            true,
            Some(0.0),
        ));
        lines.push(line(
            Block::BelowLine,
            2,
            "export",
            sum("export"),
            "kWh",
            true,
            Some(0.13096),
        ));
    }
    if n == 6 {
        lines.push(line(
            Block::Statutory,
            1,
            "burning_oil",
            4_200 * MICRO,
            "litres",
            true,
            None,
        ));
    }
    if period.majority_year() == 2025 {
        lines.iter_mut().for_each(price_of_2025);
    }
    let total = |block| {
        let of = |line: &Line| {
            (line.block == block)
                .then(|| line.price.as_ref().map(|p| p.co2e))
                .flatten()
        };
        lines.iter().filter_map(of).sum::<MilligramsCo2e>()
    };
    let mut incomplete = Vec::new();
    if n == 6 {
        incomplete.push("burning oil is unpriced: the 2026 set has no factor for Fuels / Burning oil, per litres".into());
    }
    if n == 11 {
        incomplete
            .push("gas meter mprn:3938424403 has had no readings since 3 October 2026".into());
    }
    let meters = meters(n, &months, days);
    let gross = total(Block::Statutory);
    let voluntary = total(Block::Voluntary);
    Footprint {
        urn: (107_501 + 13 * n as u32).try_into().unwrap(),
        school: NAMES[n].to_owned(),
        phase: if secondary {
            Phase::Secondary
        } else {
            Phase::Primary
        },
        trust: TrustRef {
            id: TRUST.to_owned(),
            name: "Calder Vale Learning Trust".to_owned(),
        },
        period,
        member: period.days(),
        factor_set: FactorSetRef {
            name: "DESNZ".into(),
            version: "2018-2026".into(),
            hash: "9f2c41d07be35a18".into(),
            method: YearChoice::Majority,
            year: period.majority_year(),
        },
        gross,
        voluntary,
        lines,
        incomplete,
        incomplete_voluntary: Vec::new(),
        notes: if n == 3 {
            vec!["the 2025 factor stands in for water supply, which the 2026 set lacks".into()]
        } else {
            Vec::new()
        },
        pupil_millionths: (n != 13).then_some(i64::from(pupils) * MICRO),
        pupils: (n != 13).then(|| Roll {
            pupils,
            census_date: NaiveDate::from_ymd_opt(2026, 10, 1).unwrap(),
            source: "autumn census".into(),
        }),
        coverage: meters
            .iter()
            .map(|meter| meter.coverage)
            .fold(Coverage::default(), add),
        findings: gaps::findings(n, days),
        estimates: gaps::estimates(&meters),
        meters,
        evidence: evidence(n),
        months,
        waste: waste(n),
        travel: travel(n as u32, pupils),
        position: [("readings".to_owned(), 1_000)].into(),
    }
}

fn line(
    block: Block,
    scope: u8,
    item: &str,
    quantity: Quantity,
    unit: &str,
    counts: bool,
    factor: Option<f64>,
) -> Line {
    let energy = counts.then_some(if unit == "kWh" {
        quantity
    } else {
        quantity * 10
    });
    Line {
        block,
        scope,
        item: item.to_owned(),
        quantity,
        unit: unit.to_owned(),
        energy,
        energy_from: None,
        price: factor.map(|factor| Price {
            co2e: MilligramsCo2e((quantity as f64 * factor).round() as i64),
            factor,
            year: 2026,
            blend: Vec::new(),
            row: format!("Factors / {item}, per {unit}"),
            provenance: "read from the official workbook".into(),
        }),
    }
}

/// The factors of the year before, so that years differ by method too.
fn price_of_2025(line: &mut Line) {
    let factor = match line.item.as_str() {
        "gas" => 0.18296,
        "electricity" | "export" => 0.177,
        "grid_losses" => 0.01853,
        _ => return,
    };
    if let Some(price) = &mut line.price {
        price.co2e = MilligramsCo2e((line.quantity as f64 * factor).round() as i64);
        (price.factor, price.year) = (factor, 2025);
    }
}

fn months(n: usize, pupils: i64, days: Days) -> Vec<MonthFigures> {
    let mut months = Vec::new();
    let mut first = days.from.with_day(1).unwrap();
    while first <= days.to {
        let winter = i64::from([9, 8, 7, 5, 3, 2, 1, 1, 3, 5, 7, 9][first.month0() as usize]);
        let in_month = days
            .and(Days {
                from: first,
                to: crate::words::last_of_month(first),
            })
            .count();
        let mut add = |item: &str, kwh_per_pupil_1000: i64| {
            // Some schools used more in the year before, and some less.
            let before = first < NaiveDate::from_ymd_opt(2025, 9, 1).unwrap();
            let share = if before { 103 - n as i64 % 5 } else { 100 };
            let energy = pupils * kwh_per_pupil_1000 * in_month * MICRO / 30 / 1000 * share / 100
                + 7 * n as i64;
            months.push(MonthFigures {
                month: first.format("%Y-%m").to_string(),
                item: item.to_owned(),
                energy,
            });
        };
        add(
            "electricity",
            (28_000 + 2_000 * winter) * (80 + 3 * n as i64) / 100,
        );
        if !(n == 11 && first > NaiveDate::from_ymd_opt(2026, 10, 1).unwrap()) {
            add("gas", 18_500 * winter * (75 + 4 * n as i64) / 100);
        }
        if [2, 3, 7].contains(&n) {
            add("solar", 1_500 * (11 - winter));
            add("export", 400 * (10 - winter));
        }
        first = first + Months::new(1);
    }
    months
}

fn meters(n: usize, months: &[MonthFigures], days: Days) -> Vec<MeterFigures> {
    let sum = |item: &str| {
        months
            .iter()
            .filter(|m| m.item == item)
            .map(|m| m.energy)
            .sum()
    };
    let expected = days.count() * 48;
    let last = if n == 11 { 3 } else { 22 };
    let coverage = |missing: i64, month: u32, day: u32| Coverage {
        expected,
        present: expected - missing,
        estimated: 48 * n as i64,
        spread: 0,
        days_expected: days.count(),
        days_present: days.count() - missing / 48,
        last_reading: Utc.with_ymd_and_hms(2026, month, day, 0, 0, 0).single(),
    };
    vec![
        MeterFigures {
            meter: "mpan:1710035168313".parse().unwrap(),
            fuel: Fuel::Electricity,
            import: sum("electricity"),
            export: sum("export"),
            coverage: coverage(n as i64 * 11, 11, 22),
        },
        MeterFigures {
            meter: "mprn:3938424403".parse().unwrap(),
            fuel: Fuel::Gas,
            import: sum("gas"),
            export: 0,
            coverage: coverage(
                if n == 11 { 48 * 50 } else { 5 * n as i64 },
                if n == 11 { 10 } else { 11 },
                last,
            ),
        },
    ]
}

fn add(sum: Coverage, one: Coverage) -> Coverage {
    Coverage {
        expected: sum.expected + one.expected,
        present: sum.present + one.present,
        estimated: sum.estimated + one.estimated,
        spread: sum.spread + one.spread,
        days_expected: sum.days_expected.max(one.days_expected),
        days_present: sum.days_present.max(one.days_present),
        last_reading: sum.last_reading.max(one.last_reading),
    }
}

/// One school has filed its plan.
fn evidence(n: usize) -> Vec<EvidenceFigures> {
    let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
    let plan = EvidenceFigures {
        kpi: 10,
        kind: EvidenceKind::SustainabilityPlan,
        title: "Environmental Sustainability Plan".into(),
        status: EvidenceStatus::InForce,
        dated: day(9, 30),
        expires: Some(day(12, 31)),
        link: None,
    };
    (n == 0).then_some(plan).into_iter().collect()
}

fn waste(n: usize) -> WasteFigures {
    let simpler_recycling = simpler_recycling(n);
    if n == 9 {
        return WasteFigures {
            simpler_recycling,
            ..WasteFigures::default()
        };
    }
    let lifts = n as u32 % 4;
    let n = n as i64;
    let stream = |stream: &str, route: &str, kg: i64| WasteStream {
        stream: stream.into(),
        route: route.into(),
        weight: Grams(kg * 1000),
        collections: 38,
    };
    let streams = vec![
        stream("food", "anaerobic_digestion", 900 + 31 * n),
        stream("paper_and_card", "recycling", 2_100 + 97 * n),
        stream("residual", "energy_from_waste", 3_900 - 40 * n),
        stream("residual", "landfill", 310),
    ];
    WasteFigures {
        total: streams.iter().map(|s| s.weight).sum(),
        recycled: streams[0].weight + streams[1].weight,
        landfill: Grams(310_000),
        estimated: Grams(1_200_000),
        hazardous: Grams(if n == 2 { 14_500 } else { 0 }),
        dry_recycling: streams[1].weight,
        inspected: Grams(if n == 4 { 0 } else { 2_000_000 }),
        contaminated: Grams(if n == 4 { 0 } else { 40_000 * (1 + n % 3) }),
        rejected_loads: lifts / 3,
        missed_lifts: lifts,
        simpler_recycling,
        streams,
    }
}

fn simpler_recycling(n: usize) -> SimplerRecycling {
    let (verdict, missing) = match n {
        6 => (
            Verdict::NotMet,
            "no food waste was collected separately in the 92 days to 22 November 2026",
        ),
        9 => (
            Verdict::NotEvidenced,
            "no collection is known in the 92 days to 22 November 2026",
        ),
        _ => (Verdict::Met, ""),
    };
    SimplerRecycling {
        verdict: Some(verdict),
        missing: [missing]
            .into_iter()
            .filter(|missing| !missing.is_empty())
            .map(str::to_owned)
            .collect(),
    }
}

fn travel(n: u32, pupils: u32) -> TravelFigures {
    let responses = pupils * 8 / 10;
    let (car, scoot) = (responses * 3 / 10, 3);
    let walk = responses - car - scoot - 20;
    let current: BTreeMap<Mode, u32> = [
        (Mode::Walk, walk),
        (Mode::Scoot, scoot),
        (Mode::Cycle, 20),
        (Mode::Car, car),
    ]
    .into();
    let preferred: BTreeMap<Mode, u32> = [
        (Mode::Walk, walk - 20),
        (Mode::Cycle, car + 43),
        (Mode::Car, 0),
    ]
    .into();
    let asked = |year| Days {
        from: NaiveDate::from_ymd_opt(year, 10, 13).unwrap(),
        to: NaiveDate::from_ymd_opt(year, 10, 16).unwrap(),
    };
    let survey = SurveyFigures {
        asked: Some(asked(2026)),
        roll: pupils,
        responses,
        preferred,
        current,
    };
    let earlier = SurveyFigures {
        asked: Some(asked(2023)),
        current: [
            (Mode::Walk, walk - 10),
            (Mode::Cycle, 20),
            (Mode::Car, car + 13),
        ]
        .into(),
        ..survey.clone()
    };
    let levels = [
        None,
        Some(StarsLevel::Approved),
        Some(StarsLevel::Good),
        Some(StarsLevel::VeryGood),
        Some(StarsLevel::Excellent),
    ];
    TravelFigures {
        surveys: if n == 5 {
            BTreeMap::new()
        } else {
            [(Audience::Pupil, survey)].into()
        },
        delivered: [
            (InitiativeKind::Travel, 7 + n),
            (InitiativeKind::Supporting, 5),
        ]
        .into(),
        planned: [(InitiativeKind::Travel, 4)].into(),
        participants: [(InitiativeKind::Travel, 900 + u64::from(n))].into(),
        stars: levels[n as usize % 5].map(|level| StarsFigures {
            level,
            valid_until: NaiveDate::from_ymd_opt(2027, 7, 31).unwrap(),
        }),
        earlier: if n % 3 == 1 {
            let of_year = [(Audience::Pupil, earlier)].into();
            [(AcademicYear::beginning(2023), of_year)].into()
        } else {
            BTreeMap::new()
        },
    }
}
