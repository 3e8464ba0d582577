//! Footprints that nobody computed: one that says all there is to say, and one that says as little as it can.

mod remarks;

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeZone, Utc};
use events::{
    AcademicYear, Audience, Channel, EvidenceKind, EvidenceStatus, Fuel, Grams, InitiativeKind,
    MICRO, MilligramsCo2e, Mode, Phase, Roll, StarsLevel, TrustRef, Unit,
};
use footprint::factors::OtherMethod;
use footprint::note::Counts;
use footprint::waste::{Fraction, Route, Stream};
use footprint::{
    Block, Contradicted, Coverage, DayKind, Days, EstimateBasis, EventName, EvidenceFigures,
    FactorSetRef, FactorSource, Finding, Footprint, FuelCoverage, FuelGap, GapEstimate, GapMethod,
    Item, Lack, LeastCoverage, Line, MeterFigures, MeterGap, Missing, MonthFigures, MonthGap,
    MovedTo, Note, Odd, Period, Price, RecyclingLack, RegisterRatio, RollDoubt, SimplerRecycling,
    StarsFigures, Sufficiency, SurveyFigures, TravelFigures, Verdict, WasteFigures, WasteStream,
    YearRule,
};

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

/// Every field has something in it.
pub fn full() -> Footprint {
    let period = Period::Trailing {
        as_of: day(2026, 11, 22),
    };
    let coverage = Coverage {
        expected: 17_520,
        present: 17_000,
        estimated: 96,
        spread: 48,
        days_expected: 365,
        days_present: 360,
        last_reading: Utc.with_ymd_and_hms(2026, 11, 22, 0, 0, 0).single(),
    };
    let meters = [
        ("mpan:1710035168313", Fuel::Electricity),
        ("mprn:3938424403", Fuel::Gas),
        ("serial:A-1_b.2", Fuel::Solar),
    ];
    let months = ["electricity", "gas", "solar", "export"];
    let streams = vec![WasteStream {
        stream: Stream::PaperAndCard,
        route: Route::EnergyFromWaste,
        weight: Grams(310_000),
        collections: 38,
    }];
    let counts = [(Mode::Walk, 20), (Mode::ParkAndStride, 3), (Mode::Car, 30)];
    let survey = SurveyFigures {
        asked: Some(Days {
            from: day(2026, 10, 13),
            to: day(2026, 10, 16),
        }),
        roll: 60,
        responses: 53,
        current: counts.into(),
        preferred: counts.into(),
    };
    let surveys: BTreeMap<_, _> =
        [(Audience::Pupil, survey.clone()), (Audience::Staff, survey)].into();
    Footprint {
        urn: 107_501.try_into().expect("a URN"),
        school: "St Chad's \"Primary\" School".into(),
        phase: Phase::AllThrough,
        trust: TrustRef {
            id: "calder-vale".into(),
            name: "Calder Vale Learning Trust".into(),
        },
        period,
        member: period.days(),
        joined: day(2019, 9, 1),
        factor_set: factor_set(),
        lines: vec![
            line(Block::Statutory, 1, "gas", Some(0.18231)),
            line(Block::Statutory, 1, "burning_oil", None),
            line(Block::Statutory, 2, "solar", Some(0.0)),
            line(Block::BelowLine, 2, "export", Some(0.13096)),
            line(Block::Voluntary, 3, "waste_residual_landfill", Some(520.58)),
        ],
        gross: MilligramsCo2e(182_310_000),
        voluntary: MilligramsCo2e(520_580_000_000),
        lacks: every_lack(),
        sufficiency: sufficiency(),
        lacks_voluntary: vec![Lack::TooFewPeople {
            item: Item::parse("commuting_pupil_taxi").expect("an item"),
        }],
        pupil_millionths: Some(190 * MICRO),
        findings: remarks::findings(),
        estimates: remarks::estimates(),
        evidence: vec![evidence(Some(day(2027, 1, 4))), evidence(None)],
        notes: remarks::notes(),
        roll: Some(Roll {
            pupils: 190,
            census_date: day(2026, 10, 1),
            source: "autumn census".into(),
        }),
        coverage,
        meters: meters
            .map(|(meter, fuel)| MeterFigures {
                meter: meter.parse().expect("a meter"),
                fuel,
                registered_from: day(2024, 9, 1),
                registered_to: Some(day(2027, 8, 31)),
                channel: Channel::AI,
                import: 1_000 * MICRO,
                export: 7,
                coverage,
                export_coverage: Some(coverage),
                silent_since: Some(day(2026, 11, 12)),
            })
            .into(),
        months: months
            .map(|item| MonthFigures {
                month: "2026-03".into(),
                item: Item::parse(item).expect("an item"),
                energy: 1_000 * MICRO,
            })
            .into(),
        waste: WasteFigures {
            streams,
            total: Grams(310_000),
            recycled: Grams(0),
            landfill: Grams(0),
            unknown_route: Grams(0),
            estimated: Grams(310_000),
            hazardous: Grams(4_500),
            dry_recycling: Grams(310_000),
            inspected: Grams(310_000),
            contaminated: Grams(93_000),
            rejected_loads: 38,
            heavy_loads: 3,
            missed_lifts: 2,
            simpler_recycling: SimplerRecycling {
                verdict: Some(Verdict::NotMet),
                missing: remarks::recycling(),
            },
        },
        travel: TravelFigures {
            surveys: surveys.clone(),
            delivered: [
                (InitiativeKind::Travel, 7),
                (InitiativeKind::Supporting, 5),
                (InitiativeKind::Consultation, 1),
            ]
            .into(),
            planned: [(InitiativeKind::Travel, 4)].into(),
            participants: [(InitiativeKind::Travel, 900)].into(),
            stars: Some(StarsFigures {
                level: StarsLevel::VeryGood,
                valid_until: day(2027, 7, 31),
            }),
            earlier: [(AcademicYear::beginning(2023), surveys)].into(),
            roll_doubts: vec![
                RollDoubt::Group {
                    group: "Owls".into(),
                    pupils: 2_300,
                    school_pupils: 230,
                    census_date: day(2026, 10, 1),
                },
                RollDoubt::Groups {
                    pupils: 260,
                    school_pupils: 230,
                    census_date: day(2026, 10, 1),
                },
            ],
        },
        position: ["readings", "waste", "travel", "activity", "register"]
            .map(|topic| (topic.to_owned(), 1_000))
            .into(),
    }
}

/// Electricity is all there, and gas has sent nothing since its meter was registered.
fn sufficiency() -> Sufficiency {
    let from = day(2025, 11, 23);
    let month = |month: &str, expected| MonthGap {
        month: month.into(),
        expected,
        present: 0,
    };
    let meter = MeterGap {
        meter: "mprn:3938424403".parse().expect("a meter"),
        from,
        expected: 1_872,
        present: 0,
        silent_since: Some(from),
        months: vec![month("2025-11", 384), month("2025-12", 1_488)],
    };
    let gap = FuelGap {
        fuel: Fuel::Gas,
        expected: 1_872,
        present: 0,
        unmetered_days: 0,
        silent_since: Some(from),
        meters: vec![meter],
    };
    let fuel = |fuel, present| FuelCoverage {
        fuel,
        expected: 1_872,
        present,
    };
    Sufficiency {
        least_coverage: LeastCoverage::default(),
        fuels: vec![fuel(Fuel::Electricity, 1_872), fuel(Fuel::Gas, 0)],
        missing: vec![Missing::HalfHours(gap)],
    }
}

/// A school of which nothing is known but that it exists, over a year that has only begun.
pub fn bare() -> Footprint {
    Footprint {
        urn: 107_514.try_into().expect("a URN"),
        school: "Moorside".into(),
        phase: Phase::NotApplicable,
        trust: TrustRef {
            id: "calder-vale".into(),
            name: "Calder Vale Learning Trust".into(),
        },
        period: Period::AcademicYear {
            year: AcademicYear::beginning(2026),
            as_of: day(2026, 9, 1),
        },
        member: Days {
            from: day(2026, 9, 1),
            to: day(2027, 8, 31),
        },
        joined: day(2026, 9, 1),
        factor_set: factor_set(),
        lines: Vec::new(),
        gross: MilligramsCo2e(0),
        voluntary: MilligramsCo2e(0),
        lacks: Vec::new(),
        sufficiency: Sufficiency {
            least_coverage: LeastCoverage::default(),
            fuels: vec![FuelCoverage {
                fuel: Fuel::Electricity,
                expected: 0,
                present: 0,
            }],
            missing: vec![
                Missing::PassedDay,
                Missing::HeatingSource,
                Missing::HeatingPrice,
                Missing::DistrictHeat,
            ],
        },
        lacks_voluntary: Vec::new(),
        pupil_millionths: None,
        findings: Vec::new(),
        estimates: Vec::new(),
        evidence: Vec::new(),
        notes: Vec::new(),
        roll: None,
        coverage: Coverage::default(),
        meters: Vec::new(),
        months: Vec::new(),
        waste: WasteFigures::default(),
        travel: TravelFigures::default(),
        position: Default::default(),
    }
}

/// One of each kind, with everything that it can say and with what it can leave out.
fn every_lack() -> Vec<Lack> {
    let factor = |not_standing_in| Lack::Factor {
        item: Item::parse("burning_oil").expect("an item"),
        years: "2026".into(),
        row: "Fuels / Burning oil, per litres".into(),
        not_standing_in,
    };
    let energy = |row| Lack::EnergyContent {
        item: Item::parse("wood_pellets").expect("an item"),
        years: "2024 and 2025".into(),
        row,
        unit: "tonnes".into(),
    };
    vec![
        factor(None),
        factor(Some(OtherMethod {
            year: 2021,
            was: 21.29,
            wanted: 2026,
            is: 4.69,
        })),
        energy(None),
        energy(Some("Fuel properties / Wood pellets".into())),
        Lack::Meter {
            fuel: Fuel::Gas,
            days: vec![Days {
                from: day(2025, 12, 1),
                to: day(2025, 12, 31),
            }],
        },
        Lack::AnyMeter,
        Lack::AnyReading,
        Lack::Roll,
        Lack::Generation,
    ]
}

fn evidence(expires: Option<NaiveDate>) -> EvidenceFigures {
    EvidenceFigures {
        kpi: 8,
        kind: EvidenceKind::SupplierStatement,
        title: "Catering supplier's sustainability statement".to_owned(),
        status: EvidenceStatus::InForce,
        dated: day(2026, 1, 5),
        expires,
        link: expires.map(|_| "https://documents.example/catering.pdf".to_owned()),
    }
}

fn factor_set() -> FactorSetRef {
    FactorSetRef {
        name: "DESNZ".into(),
        version: "2018-2026".into(),
        hash: "9f2c41d07be35a18".into(),
        method: YearRule::Majority,
        years: vec![2026],
    }
}

fn line(block: Block, scope: u8, item: &str, factor: Option<f64>) -> Line {
    Line {
        block,
        scope,
        item: Item::parse(item).expect("an item"),
        quantity: 1_000 * MICRO,
        unit: "kWh".to_owned(),
        energy: (scope < 3).then_some(1_000 * MICRO),
        energy_from: None,
        factor_by_year: match (block, factor) {
            (Block::Statutory, Some(factor)) => [(2025, factor), (2026, factor)].into(),
            _ => BTreeMap::new(),
        },
        price: factor.map(|factor| Price {
            co2e: MilligramsCo2e((factor * 1e9).round() as i64),
            factor,
            year: 2026,
            wanted_year: 2026,
            blend: Vec::new(),
            row: format!("Factors / {item}"),
            sources: vec![
                FactorSource::Workbook,
                FactorSource::Provisional("public extracts".into()),
                FactorSource::Own("a statement".into()),
            ],
        }),
    }
}
