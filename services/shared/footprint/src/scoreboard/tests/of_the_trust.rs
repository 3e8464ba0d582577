//! Target 7, and the targets that are decided by evidence alone.

use events::{AcademicYear, ActivityKind, EvidenceKind, EvidenceStatus, Fuel, MilligramsCo2e};

use super::super::{
    Clause, EvidenceState, IntensityReason, LackOf, Lacking, Limit, TargetVerdict, Targets, Titled,
    TooLittle, Uncovered,
};
use super::{filed, kpi, of, of_school, titled};
use crate::baseline::AtBaseline;
use crate::completeness::Lack;
use crate::item::Item;
use crate::message::{Footprint, GapEstimate};
use crate::scoreboard::fixtures::{
    academic, baseline, day, emits, emitting, school, scored, targets, trailing,
};
use crate::sufficiency::{FuelCoverage, FuelGap, Missing};
use crate::trust_sufficiency::TrustSufficiency;

fn intensity(
    verdict: TargetVerdict,
    clauses: impl IntoIterator<Item = IntensityReason>,
) -> (TargetVerdict, Vec<Clause>) {
    let clauses = clauses.into_iter().map(Clause::Intensity);
    (verdict, clauses.collect())
}

/// 0.2 tonnes a pupil as reported, against a limit.
fn against(at_baseline: Option<(i32, f64)>, limit: Limit) -> IntensityReason {
    IntensityReason::Against {
        ratio: 0.2,
        at_baseline,
        limit,
    }
}

/// The same at the factors of 2026, against the target of 2026/27.
fn against_target() -> IntensityReason {
    against(Some((2026, 0.2)), target())
}

fn target() -> Limit {
    Limit::AtMost(0.21, AcademicYear::beginning(2026))
}

fn nothing_missing() -> IntensityReason {
    IntensityReason::HalfHours {
        expected: 17_520,
        missing: 0,
        with_gaps: None,
    }
}

fn tonnes(milligrams: i64) -> Footprint {
    emitting(1, milligrams)
}

#[test]
fn seven_holds_a_whole_year_against_the_years_target() {
    // 40 t over 200 pupils are 0.2; two such schools together as well.
    assert_eq!(
        kpi(7, &[school(1, trailing())]),
        intensity(TargetVerdict::Met, [against_target(), nothing_missing()])
    );
    let two = kpi(7, &[school(1, trailing()), school(2, trailing())]);
    assert_eq!(two.0, TargetVerdict::Met);
    // 42 t are exactly the target; 42.0002 t are 0.210001.
    assert_eq!(kpi(7, &[tonnes(42_000_000_000)]).0, TargetVerdict::Met);
    assert_eq!(kpi(7, &[tonnes(42_000_200_000)]).0, TargetVerdict::NotMet);
}

#[test]
fn seven_without_a_target_has_to_be_below_the_baseline() {
    let judged = |tonnes: f64| {
        let targets = Targets::from(baseline(tonnes, 2026));
        of(&scored(&[school(1, academic(2025))], &targets), 7)
    };
    let against = against(Some((2026, 0.2)), Limit::Below(0.24));
    assert_eq!(
        judged(0.24),
        intensity(TargetVerdict::Met, [against, nothing_missing()])
    );
    assert_eq!(judged(0.2).0, TargetVerdict::NotMet);
}

/// 0.2 tonnes a pupil by the factor of 2026 are 0.25 by that of 2025.
#[test]
fn seven_is_not_met_by_a_fall_of_the_factor() {
    let board_of = |tonnes: f64| {
        let targets = Targets::from(baseline(tonnes, 2025));
        scored(&[school(1, trailing())], &targets)
    };
    let board = board_of(0.24);
    let reasons = [
        against(Some((2025, 0.25)), Limit::Below(0.24)),
        IntensityReason::MissesAtConstantFactors,
        nothing_missing(),
    ];
    assert_eq!(
        of(&board, 7),
        intensity(TargetVerdict::MetAsReported, reasons)
    );
    assert_eq!(
        board.kpis[6].schools[0].verdict,
        TargetVerdict::MetAsReported
    );
    assert_eq!(board.kpis[6].tally().met_as_reported, 1);
    assert_eq!(
        board.kpis[6].actual.as_deref(),
        Some("0.200 tCO2e per pupil, 0.250 at the 2025 factors of the baseline")
    );
    assert_eq!(of(&board_of(0.26), 7).0, TargetVerdict::Met);
    assert_eq!(of(&board_of(0.19), 7).0, TargetVerdict::NotMet);
}

/// 16,380 half-hours have come and 1,140 are missing; with them, 0.25 would be 0.25 × 17,520 / 16,380.
#[test]
fn seven_asks_that_what_is_missing_would_keep_it_at_constant_factors_too() {
    let mut gappy = school(1, trailing());
    gappy.coverage.present = 16_380;
    let targets = Targets::from(baseline(0.26, 2025));
    let (verdict, why) = of(&scored(&[gappy], &targets), 7);
    assert_eq!(verdict, TargetVerdict::NotEvidenced);
    let Clause::Intensity(IntensityReason::GapsMissAtConstantFactors(with_gaps)) = &why[1] else {
        panic!("{why:?}");
    };
    assert_eq!(format!("{:.4}", with_gaps.ratio), "0.2674");
}

#[test]
fn seven_is_not_met_where_the_baseline_does_not_say_its_factors() {
    let judged = |school: Footprint| of(&scored(&[school], &Targets::from(0.24)), 7);
    let reasons = [
        against(None, Limit::Below(0.24)),
        IntensityReason::NotComparable(AtBaseline::BasisNotStated),
        nothing_missing(),
    ];
    assert_eq!(
        judged(school(1, trailing())),
        intensity(TargetVerdict::NotComparable, reasons)
    );
    let mut electric = school(1, trailing());
    electric.lines[0].item = Item::Electricity;
    let fell = Clause::Intensity(IntensityReason::FactorFellByMethod);
    assert!(judged(electric).1.contains(&fell));
    assert_eq!(judged(emitting(1, 50_000_000_000)).0, TargetVerdict::NotMet);
}

#[test]
fn seven_is_not_comparable_where_a_line_has_no_factor_of_the_baselines_year() {
    let mut oil = school(1, trailing());
    let mut line = oil.lines[0].clone();
    line.item = Item::Activity(ActivityKind::BurningOil);
    line.factor_by_year.remove(&2025);
    oil.lines.push(line);
    let against = |tonnes: f64| {
        let targets = Targets::from(baseline(tonnes, 2025));
        of(&scored(&[oil.clone()], &targets), 7)
    };
    let (verdict, why) = against(0.26);
    assert_eq!(verdict, TargetVerdict::NotComparable);
    let unpriced = match &why[1] {
        Clause::Intensity(IntensityReason::NotComparable(AtBaseline::Partial {
            unpriced, ..
        })) => unpriced.as_slice(),
        _ => &[],
    };
    assert_eq!(unpriced, [Item::Activity(ActivityKind::BurningOil)]);
    // Even without the oil it is already too much.
    assert_eq!(against(0.24).0, TargetVerdict::MetAsReported);
}

#[test]
fn seven_does_not_hold_a_part_year_against_a_year() {
    // September 30, October 31, 21 days of November.
    let board = scored(&[school(1, academic(2026))], &targets());
    assert_eq!(
        of(&board, 7),
        intensity(
            TargetVerdict::NotEvidenced,
            [
                IntensityReason::SoFar(0.2),
                IntensityReason::PartYear {
                    passed: 82,
                    of: 365
                }
            ]
        )
    );
    assert_eq!(
        board.kpis[6].actual.as_deref(),
        Some("0.200 tCO2e per pupil so far, 0.200 at the 2026 factors of the baseline")
    );
}

#[test]
fn seven_does_not_rest_on_what_is_not_complete() {
    let mut lacking = school(1, trailing());
    let unpriced = Lack::Factor {
        item: Item::Activity(ActivityKind::BurningOil),
        years: "2026".to_owned(),
        row: "Fuels / Burning oil, per litre".to_owned(),
        not_standing_in: None,
    };
    lacking.lacks = vec![unpriced.clone(), Lack::Generation];
    let lacks = IntensityReason::Incomplete(Lacking {
        first: LackOf::School(unpriced),
        more: 1,
    });
    assert_eq!(
        of_school(7, lacking),
        intensity(TargetVerdict::NotEvidenced, [against_target(), lacks])
    );
    let mut nothing = school(1, trailing());
    nothing.pupil_millionths = None;
    nothing.lacks = vec![Lack::Roll];
    let lacks = IntensityReason::Lacks(Lacking {
        first: LackOf::School(Lack::Roll),
        more: 0,
    });
    assert_eq!(
        of_school(7, nothing.clone()),
        intensity(
            TargetVerdict::NotEvidenced,
            [IntensityReason::NoIntensity(target()), lacks]
        )
    );
    assert_eq!(kpi(7, &[nothing]).0, TargetVerdict::NotEvidenced);
}

/// The verdict, and the intensity with what the 1,095 missing half-hours may have held.
fn with_gaps(gappy: &Footprint) -> (TargetVerdict, String) {
    let (verdict, why) = kpi(7, std::slice::from_ref(gappy));
    let Some(Clause::Intensity(IntensityReason::HalfHours {
        missing: 1_095,
        with_gaps: Some(with_gaps),
        ..
    })) = why.last()
    else {
        panic!("{why:?}");
    };
    (verdict, format!("{:.4}", with_gaps.ratio))
}

#[test]
fn seven_is_met_only_if_it_would_be_with_what_is_missing() {
    // 365 days of 48 half-hours: 17,520. Of them 16,425 came, and 1,095 / 16,425 = 1/15 of 0.2 are 0.013 more.
    let mut gappy = school(1, trailing());
    assert_eq!(gappy.coverage.expected, 17_520);
    gappy.coverage.present = 16_425;
    assert_eq!(
        with_gaps(&gappy),
        (TargetVerdict::NotEvidenced, "0.2133".to_owned())
    );
    // An estimate of all of them says one tonne: 0.005 more.
    gappy.estimates = vec![GapEstimate {
        meter: "mprn:3938424403".parse().expect("a meter"),
        fuel: Fuel::Gas,
        methods: Vec::new(),
        half_hours: 1_095,
        left: 0,
        energy: 5_000_000_000,
        co2e: Some(MilligramsCo2e(1_000_000_000)),
        factor_by_year: [(2026, 0.2)].into(),
    }];
    assert_eq!(with_gaps(&gappy), (TargetVerdict::Met, "0.2050".to_owned()));
    // A target that is already missed stays missed, whatever the gaps held.
    emits(&mut gappy, 50_000_000_000);
    assert_eq!(kpi(7, &[gappy]).0, TargetVerdict::NotMet);
}

/// A school whose gas meter has sent nothing: half of its half-hours.
fn gasless(number: u32) -> Footprint {
    let mut gasless = school(number, trailing());
    let (expected, since) = (17_520, day(2025, 11, 22));
    let silent = FuelGap {
        fuel: Fuel::Gas,
        expected,
        present: 0,
        unmetered_days: 0,
        silent_since: Some(since),
        meters: Vec::new(),
    };
    gasless.sufficiency.fuels.push(FuelCoverage {
        fuel: Fuel::Gas,
        expected,
        present: 0,
    });
    gasless.sufficiency.missing = vec![Missing::HalfHours(silent)];
    gasless.coverage.expected += expected;
    gasless
}

#[test]
fn seven_holds_nothing_against_anything_without_enough_data() {
    let not_enough = |too_little| {
        let reasons = [
            IntensityReason::NotEnoughData(too_little),
            IntensityReason::PartialIntensity(0.2),
        ];
        intensity(TargetVerdict::NotEvidenced, reasons)
    };
    assert_eq!(
        of_school(7, gasless(1)),
        not_enough(TooLittle::School(gasless(1).sufficiency.missing))
    );
    let schools = [school(1, trailing()), gasless(2)];
    let board = scored(&schools, &targets());
    let of_trust = TrustSufficiency::of(&schools);
    assert_eq!(
        of(&board, 7),
        not_enough(TooLittle::Trust(Box::new(of_trust)))
    );
    assert_eq!(
        board.kpis[6].actual.as_deref(),
        Some("not enough data (0.200 tCO2e per pupil of what has come)")
    );
    // The received data alone would already exceed the target by far; it is still not compared with anything.
    let mut heavy = gasless(1);
    heavy.gross = MilligramsCo2e(400_000_000_000);
    assert_eq!(kpi(7, &[heavy]).0, TargetVerdict::NotEvidenced);
}

#[test]
fn seven_is_not_of_a_year_where_meters_or_membership_began_in_it() {
    let mut metered_late = school(1, trailing());
    metered_late.coverage.days_expected -= 60;
    let part = |uncovered| {
        let reasons = [against_target(), IntensityReason::NotWholeYear(uncovered)];
        intensity(TargetVerdict::NotEvidenced, reasons)
    };
    assert_eq!(
        kpi(7, &[metered_late.clone(), school(2, trailing())]),
        part(Uncovered::SchoolsWithoutMeter { count: 1, of: 2 })
    );
    assert_eq!(
        of_school(7, metered_late),
        part(Uncovered::NoMeter { days: 60 })
    );
    // Joined on 1 September: 82 of the 365 days that have passed. The trust counts its pupils by days, so its own stands.
    let mut joined = school(2, trailing());
    joined.member.from = day(2026, 9, 1);
    joined.coverage.days_expected = 82;
    assert_eq!(
        kpi(7, &[school(1, trailing()), joined.clone()]).0,
        TargetVerdict::Met
    );
    assert_eq!(
        of_school(7, joined),
        part(Uncovered::PartMember { days: 82, of: 365 })
    );
}

#[test]
fn seven_is_decided_by_the_trust_and_shows_its_schools() {
    let (heavy, light) = (emitting(1, 43_000_000_000), emitting(2, 37_000_000_000));
    let board = scored(&[heavy, light], &targets());
    assert_eq!(of(&board, 7).0, TargetVerdict::Met);
    let verdicts: Vec<TargetVerdict> = board.kpis[6]
        .schools
        .iter()
        .map(|school| school.verdict)
        .collect();
    assert_eq!(verdicts, [TargetVerdict::NotMet, TargetVerdict::Met]);
}

#[test]
fn eight_is_met_by_a_statement_in_force_whichever_school_it_is_filed_under() {
    use EvidenceStatus::{Draft, InForce, Withdrawn};
    let statement = |title, status| filed(8, EvidenceKind::SupplierStatement, title, status);
    let at = |title, state| titled(title, &["School 2"], state);
    let (first, mut second) = (school(1, trailing()), school(2, trailing()));
    assert_eq!(
        kpi(8, &[first.clone(), second.clone()]),
        (TargetVerdict::NotEvidenced, vec![Clause::NothingFiled])
    );
    let mut lapsed = statement("Caterer", InForce);
    lapsed.expires = Some(day(2026, 10, 31));
    second.evidence = vec![
        lapsed,
        statement("Coaches", Draft),
        statement("Stationer", Withdrawn),
        filed(8, EvidenceKind::Report, "A report", InForce),
    ];
    assert_eq!(
        kpi(8, &[first.clone(), second.clone()]),
        (
            TargetVerdict::NotMet,
            vec![
                Clause::InForce {
                    of: 4,
                    count: 0,
                    titles: Vec::new(),
                    until: None
                },
                Clause::NotInForce(vec![
                    Titled {
                        expired: Some(day(2026, 10, 31)),
                        ..at("Caterer", EvidenceState::Expired)
                    },
                    at("Coaches", EvidenceState::Draft),
                    at("Stationer", EvidenceState::Withdrawn),
                    at("A report", EvidenceState::OtherKind),
                ])
            ]
        )
    );
    let mut cleaner = statement("Cleaner", InForce);
    cleaner.expires = Some(day(2027, 3, 1));
    second.evidence = vec![
        cleaner,
        statement("Waste", InForce),
        statement("Coaches", Draft),
    ];
    assert_eq!(
        kpi(8, &[first, second]),
        (
            TargetVerdict::Met,
            vec![
                Clause::InForce {
                    of: 3,
                    count: 2,
                    titles: vec![
                        at("Cleaner", EvidenceState::InForce),
                        at("Waste", EvidenceState::InForce)
                    ],
                    until: None
                },
                Clause::FirstToExpire {
                    title: at("Cleaner", EvidenceState::InForce),
                    on: day(2027, 3, 1)
                },
                Clause::NotInForce(vec![at("Coaches", EvidenceState::Draft)])
            ]
        )
    );
}

#[test]
fn one_title_at_several_schools_is_named_once_with_its_schools_and_one_alone_has_its_day() {
    let school = |number| {
        let mut school = school(number, trailing());
        let mut award = filed(
            12,
            EvidenceKind::Award,
            "Eco-garden award",
            EvidenceStatus::InForce,
        );
        award.expires = Some(day(2027, 10, 31));
        school.evidence = vec![award];
        school
    };
    let at = |schools: &[&str]| titled("Eco-garden award", schools, EvidenceState::InForce);
    let on = day(2027, 10, 31);
    assert_eq!(
        kpi(12, &[school(1), school(2)]).1,
        [
            Clause::InForce {
                of: 2,
                count: 2,
                titles: vec![at(&["School 1", "School 2"])],
                until: None
            },
            Clause::FirstToExpire {
                title: at(&["School 1"]),
                on
            }
        ]
    );
    assert_eq!(
        kpi(12, &[school(1)]).1,
        [Clause::InForce {
            of: 1,
            count: 1,
            titles: vec![at(&["School 1"])],
            until: Some(on)
        }]
    );
}

#[test]
fn thirteen_asks_for_a_funded_project_and_the_social_targets_take_any_kind() {
    use EvidenceKind::{Award, FundedProject, Report};
    let with = |number, kind| {
        let mut school = school(1, trailing());
        school.evidence = vec![filed(number, kind, "It", EvidenceStatus::InForce)];
        kpi(number, &[school])
    };
    assert_eq!(with(13, FundedProject).0, TargetVerdict::Met);
    let (verdict, why) = with(13, Award);
    assert_eq!(verdict, TargetVerdict::NotMet);
    let other = titled("It", &["School 1"], EvidenceState::OtherKind);
    assert!(why.contains(&Clause::NotInForce(vec![other])));
    for number in [1, 3, 4, 11, 12] {
        assert_eq!(with(number, Report).0, TargetVerdict::Met, "{number}");
        assert_eq!(with(number, Award).0, TargetVerdict::Met, "{number}");
    }
}
