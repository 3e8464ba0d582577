//! What tests are about: a made-up trust of fifteen schools over four periods, some data missing; in [`ledger`] a school's rows
//! and the figures that are computed from them; in [`estate`] two trusts of such schools.

pub mod estate;
mod gaps;
pub mod ledger;
mod lines;
mod meters;
mod sufficiency;
mod travel;
mod waste;

use std::sync::Arc;

use chrono::NaiveDate;
use events::{
    AcademicYear, EvidenceKind, EvidenceStatus, Fuel, MICRO, MilligramsCo2e, Phase, Roll, TrustRef,
};
use footprint::{
    BaselineScope, Block, Coverage, EvidenceFigures, FactorSetRef, Footprint, Item, Lack, Line,
    Note, Period, YearRule,
};

use crate::config::{BaselineSettings, Config, TrustSettings};
use crate::rollup::TrustView;
use lines::lines;
use meters::{meters, months};
use travel::travel;
use waste::waste;

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
        bus: bus::Bus::kafka("127.0.0.1:9"),
        sharding: events::Sharding {
            shards: 8,
            partitions: 4,
        },
        lake: lake::LakeConfig::at("memory:"),
        trusts: [(TRUST.to_owned(), settings())].into(),
        results_every_seconds: 1,
        schedules: Vec::new(),
        access: crate::access::AccessConfig::default(),
        log_format: chassis::LogFormat::Text,
        stop_seconds: chassis::stop_seconds(),
    }
}

/// Settings in which the trust states how its baseline was made.
pub fn settings() -> TrustSettings {
    TrustSettings {
        baseline: Some(BaselineSettings {
            tco2e_per_pupil: 0.24,
            year: "2024/25".parse().unwrap(),
            scope: BaselineScope::StatutoryGross,
            factor_year: 2025,
        }),
        ..TrustSettings::default()
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

/// The item of a spelling.
pub fn named(item: &str) -> Item {
    Item::parse(item).expect("an item")
}

/// The first school with different figures, which depend on `more`.
pub fn changed(more: i64) -> Footprint {
    let mut footprint = school(0);
    footprint.gross.0 += more * 1_000_000;
    footprint.waste.total.0 += more;
    footprint.school = format!("{} {more}", footprint.school);
    footprint
}

/// A school whose gas meter has sent nothing, in a separate trust.
pub fn gasless() -> Footprint {
    let mut school = school(0);
    school.trust.id = "gasless".to_owned();
    school.trust.name = "Gasless Trust".to_owned();
    school.lines.retain(|line| line.item != Item::Gas);
    school.months.retain(|month| month.item != Item::Gas);
    for meter in &mut school.meters {
        if meter.fuel == Fuel::Gas {
            meter.coverage.present = 0;
            meter.coverage.last_reading = None;
        }
    }
    school.sufficiency = sufficiency::of(&school.meters);
    let statutory = school
        .lines
        .iter()
        .filter(|line| line.block == Block::Statutory);
    school.gross = statutory
        .filter_map(|line| Some(line.price.as_ref()?.co2e))
        .sum();
    school
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
    let lines = lines(n, secondary, &months, period);
    let total = |block| {
        let of = |line: &Line| {
            (line.block == block)
                .then(|| line.price.as_ref().map(|p| p.co2e))
                .flatten()
        };
        lines.iter().filter_map(of).sum::<MilligramsCo2e>()
    };
    let unpriced = Lack::Factor {
        item: named("burning_oil"),
        years: "2026".to_owned(),
        row: "Fuels / Burning oil, per litre".to_owned(),
        not_standing_in: None,
    };
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
        joined: NaiveDate::from_ymd_opt(2015, 9, 1).unwrap(),
        factor_set: FactorSetRef {
            name: "DESNZ".into(),
            version: "2018-2026".into(),
            hash: "9f2c41d07be35a18".into(),
            method: YearRule::Majority,
            years: vec![period.majority_year()],
        },
        gross,
        voluntary,
        lines,
        lacks: (n == 6).then_some(unpriced).into_iter().collect(),
        sufficiency: sufficiency::of(&meters),
        lacks_voluntary: Vec::new(),
        notes: if n == 3 {
            vec![Note::StandInFactor {
                item: named("water_supply"),
                year: 2026,
                factor_year: 2025,
                of_a_blend: false,
            }]
        } else {
            Vec::new()
        },
        pupil_millionths: (n != 13).then_some(i64::from(pupils) * MICRO),
        roll: (n != 13).then(|| Roll {
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
