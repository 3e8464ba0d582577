//! A school for tests that meets every target; each test removes one thing.

#![allow(clippy::expect_used, reason = "a test stops where it fails")]

use chrono::NaiveDate;
use events::{
    AcademicYear, EvidenceKind, EvidenceStatus, Fuel, Grams, MICRO, MilligramsCo2e, Phase, Roll,
    StarsLevel, TrustRef,
};

use super::{Scoreboard, Targets, TrustFigures, YearTargets, score};
use crate::baseline::{Baseline, BaselineBasis, BaselineScope, BaselineYear};
use crate::item::Item;
use crate::line::{Block, FactorSetRef, Line, Price, YearRule};
use crate::message::{
    Coverage, EvidenceFigures, Footprint, SimplerRecycling, StarsFigures, TravelFigures, Verdict,
    WasteFigures,
};
use crate::period::Period;
use crate::sufficiency::{FuelCoverage, LeastCoverage, Sufficiency};
use crate::trust_sufficiency::TrustSufficiency;

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// The trailing twelve months to 22 November 2026.
pub fn trailing() -> Period {
    Period::Trailing {
        as_of: day(2026, 11, 22),
    }
}

/// An academic year as seen on 22 November 2026.
pub fn academic(beginning: i32) -> Period {
    Period::AcademicYear {
        year: AcademicYear::beginning(beginning),
        as_of: day(2026, 11, 22),
    }
}

/// 200 pupils, 40 tonnes: 0.2 tonnes a pupil. Every half-hour of one meter is there, 600 of 1,000 kg were recycled.
pub fn school(number: u32, period: Period) -> Footprint {
    let days = period.days();
    let passed = days.to.min(period.as_of() - chrono::Duration::days(1)) - days.from;
    let passed = passed.num_days() + 1;
    let gross = MilligramsCo2e(40 * 1_000_000_000);
    let evidence = |kind, title: &str| EvidenceFigures {
        kpi: 10,
        kind,
        title: title.to_owned(),
        status: EvidenceStatus::InForce,
        dated: day(2026, 9, 20),
        expires: Some(day(2027, 10, 31)),
        link: None,
    };
    Footprint {
        urn: (900_000 + number).try_into().expect("a URN"),
        school: format!("School {number}"),
        phase: Phase::Primary,
        trust: TrustRef {
            id: "t".to_owned(),
            name: "A Trust".to_owned(),
        },
        grid_region: None,
        period,
        member: days,
        joined: days.from,
        factor_set: FactorSetRef {
            name: "DESNZ".to_owned(),
            version: "1".to_owned(),
            hash: "0".to_owned(),
            method: YearRule::Majority,
            years: vec![period.majority_year()],
        },
        lines: vec![Line {
            block: Block::Statutory,
            scope: 1,
            item: Item::Gas,
            quantity: 200_000 * MICRO,
            unit: "kWh".to_owned(),
            energy: None,
            energy_from: None,
            factor_by_year: [(2025, 0.25), (2026, 0.2)].into(),
            price: Some(Price {
                co2e: gross,
                factor: 0.2,
                year: 2026,
                wanted_year: 2026,
                blend: Vec::new(),
                row: String::new(),
                sources: Vec::new(),
            }),
        }],
        gross,
        voluntary: MilligramsCo2e(0),
        lacks: Vec::new(),
        sufficiency: Sufficiency {
            least_coverage: LeastCoverage::default(),
            fuels: vec![FuelCoverage {
                fuel: Fuel::Electricity,
                expected: passed * 48,
                present: passed * 48,
            }],
            missing: Vec::new(),
        },
        lacks_voluntary: Vec::new(),
        notes: Vec::new(),
        roll: Some(Roll {
            pupils: 200,
            census_date: day(2025, 10, 2),
            source: "autumn census".to_owned(),
        }),
        pupil_millionths: Some(200 * MICRO),
        coverage: Coverage {
            expected: passed * 48,
            present: passed * 48,
            days_expected: passed,
            days_present: passed,
            ..Coverage::default()
        },
        meters: Vec::new(),
        findings: Vec::new(),
        estimates: Vec::new(),
        months: Vec::new(),
        waste: WasteFigures {
            total: Grams(1_000_000),
            recycled: Grams(600_000),
            simpler_recycling: SimplerRecycling {
                verdict: Some(Verdict::Met),
                missing: Vec::new(),
            },
            ..WasteFigures::default()
        },
        travel: TravelFigures {
            stars: Some(StarsFigures {
                level: StarsLevel::VeryGood,
                valid_until: day(2027, 7, 31),
            }),
            ..TravelFigures::default()
        },
        evidence: vec![
            evidence(EvidenceKind::SustainabilityPlan, "Our plan"),
            evidence(EvidenceKind::Curriculum, "Climate map"),
        ],
        position: Default::default(),
    }
}

/// The same school with this many milligrams of emissions.
pub fn emitting(number: u32, milligrams: i64) -> Footprint {
    let mut school = school(number, trailing());
    emits(&mut school, milligrams);
    school
}

/// By its one line, of 0.2 kg a kWh.
pub fn emits(school: &mut Footprint, milligrams: i64) {
    let co2e = MilligramsCo2e(milligrams);
    school.gross = co2e;
    let line = &mut school.lines[0];
    line.quantity = milligrams * 5;
    if let Some(price) = &mut line.price {
        price.co2e = co2e;
    }
}

/// At most 0.21 tonnes a pupil and at least 55% recycled in 2026/27; the baseline is 0.24, at the factors of 2026.
pub fn targets() -> Targets {
    let year = YearTargets {
        tco2e_per_pupil: Some(0.21),
        recycling_ratio: Some(0.55),
    };
    Targets {
        baseline: baseline(0.24, 2026),
        years: [(AcademicYear::beginning(2026), year)].into(),
    }
}

/// So much at the factors of a year.
pub fn baseline(tco2e_per_pupil: f64, factor_year: i32) -> Baseline {
    Baseline {
        tco2e_per_pupil,
        basis: Some(BaselineBasis {
            year: BaselineYear::Calendar(factor_year),
            scope: BaselineScope::StatutoryGross,
            factor_year,
        }),
    }
}

/// Schools scored as a trust; the trust's intensity is computed from all of them together.
pub fn scored(schools: &[Footprint], targets: &Targets) -> Scoreboard {
    let pupils: f64 = schools.iter().filter_map(Footprint::pupils_in_ratio).sum();
    let gross: MilligramsCo2e = schools.iter().map(|school| school.gross).sum();
    let incomplete: Vec<String> = schools
        .iter()
        .flat_map(|school| school.lacks.iter().map(ToString::to_string))
        .collect();
    let schools: Vec<&Footprint> = schools.iter().collect();
    let trust = TrustFigures {
        period: schools[0].period,
        schools: &schools,
        known_tonnes_per_pupil: (pupils > 0.0).then(|| gross.tonnes() / pupils),
        sufficiency: &TrustSufficiency::of(schools.iter().copied()),
        pupils: Some(pupils),
        incomplete: &incomplete,
    };
    score(&trust, targets)
}
