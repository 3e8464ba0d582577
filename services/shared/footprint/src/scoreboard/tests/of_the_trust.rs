//! Target 7, and the targets that are decided by evidence alone.

use events::{ActivityKind, EvidenceKind, EvidenceStatus, Fuel, MilligramsCo2e};

use super::super::{TargetVerdict, Targets};
use super::{filed, kpi, of, of_school, said};
use crate::completeness::Lack;
use crate::item::Item;
use crate::message::{Footprint, GapEstimate};
use crate::scoreboard::fixtures::{
    academic, baseline, day, emits, emitting, school, scored, targets, trailing,
};
use crate::sufficiency::{FuelCoverage, FuelGap, Missing};

fn tonnes(milligrams: i64) -> Footprint {
    emitting(1, milligrams)
}

#[test]
fn seven_holds_a_whole_year_against_the_years_target() {
    // 40 t over 200 pupils are 0.2; two such schools together as well.
    assert_eq!(
        kpi(7, &[school(1, trailing()), school(2, trailing())]),
        said(
            TargetVerdict::Met,
            "0.200 tCO2e per pupil (0.200 at the 2026 factors of the baseline) against at most 0.210 for 2026/27; no half-hour is missing."
        )
    );
    // 42 t are exactly the target; 42.0002 t are 0.210001.
    assert_eq!(kpi(7, &[tonnes(42_000_000_000)]).0, TargetVerdict::Met);
    assert_eq!(
        kpi(7, &[tonnes(42_000_200_000)]),
        said(
            TargetVerdict::NotMet,
            "0.210001 tCO2e per pupil (0.210001 at the 2026 factors of the baseline) against at most 0.210000 for 2026/27; no half-hour is missing."
        )
    );
}

#[test]
fn seven_without_a_target_has_to_be_below_the_baseline() {
    let against = |tonnes: f64| {
        let targets = Targets::from(baseline(tonnes, 2026));
        of(&scored(&[school(1, academic(2025))], &targets), 7)
    };
    assert_eq!(
        against(0.24),
        said(
            TargetVerdict::Met,
            "0.200 tCO2e per pupil (0.200 at the 2026 factors of the baseline) against the baseline of 0.240; no half-hour \
             is missing."
        )
    );
    assert_eq!(against(0.2).0, TargetVerdict::NotMet);
}

/// 0.2 tonnes a pupil by the factor of 2026 are 0.25 by that of 2025.
#[test]
fn seven_is_not_met_by_a_fall_of_the_factor() {
    let against = |tonnes: f64| {
        let targets = Targets::from(baseline(tonnes, 2025));
        scored(&[school(1, trailing())], &targets)
    };
    let board = against(0.24);
    assert_eq!(
        of(&board, 7),
        said(
            TargetVerdict::MetAsReported,
            "0.200 tCO2e per pupil (0.250 at the 2025 factors of the baseline) against the baseline of 0.240; met as \
             reported, not at constant factors; no half-hour is missing."
        )
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
    assert_eq!(of(&against(0.26), 7).0, TargetVerdict::Met);
    assert_eq!(of(&against(0.19), 7).0, TargetVerdict::NotMet);
}

/// 6.25% of the received half-hours are missing; with them, 0.25 would be 0.2667.
#[test]
fn seven_asks_that_what_is_missing_would_keep_it_at_constant_factors_too() {
    let mut gappy = school(1, trailing());
    gappy.coverage.present = 16_380;
    let targets = Targets::from(baseline(0.26, 2025));
    let (verdict, why) = of(&scored(&[gappy], &targets), 7);
    assert_eq!(verdict, TargetVerdict::NotEvidenced);
    assert!(
        why.contains("it would be 0.267 at the factors of the baseline and miss the target"),
        "{why}"
    );
}

#[test]
fn seven_is_not_met_where_the_baseline_does_not_say_its_factors() {
    let against = |school: Footprint| of(&scored(&[school], &Targets::from(0.24)), 7);
    assert_eq!(
        against(school(1, trailing())),
        said(
            TargetVerdict::NotComparable,
            "0.200 tCO2e per pupil against the baseline of 0.240; not comparable at constant factors: the baseline does not \
             say its factors; no half-hour is missing."
        )
    );
    let mut electric = school(1, trailing());
    electric.lines[0].item = Item::Electricity;
    let why = against(electric).1;
    assert!(why.contains("what that takes off is not a saving"), "{why}");
    assert_eq!(
        against(emitting(1, 50_000_000_000)).0,
        TargetVerdict::NotMet
    );
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
    assert!(why.contains("which have none for burning oil"), "{why}");
    // Even without the oil it is already too much.
    assert_eq!(against(0.24).0, TargetVerdict::MetAsReported);
}

#[test]
fn seven_does_not_hold_a_part_year_against_a_year() {
    // September 30, October 31, 21 days of November.
    let board = scored(&[school(1, academic(2026))], &targets());
    assert_eq!(
        of(&board, 7),
        said(
            TargetVerdict::NotEvidenced,
            "0.200 tCO2e per pupil so far; 82 of 365 days have passed, and the target is for a whole year."
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
    lacking.lacks = vec![unpriced, Lack::Generation];
    assert_eq!(
        kpi(7, &[lacking]),
        said(
            TargetVerdict::NotEvidenced,
            "0.200 tCO2e per pupil (0.200 at the 2026 factors of the baseline) against at most 0.210 for 2026/27; the figure is not complete: \
             burning oil is not priced: the factors of 2026 have no Fuels / Burning oil, per litre, and 1 more."
        )
    );
    let mut nothing = school(1, trailing());
    nothing.pupil_millionths = None;
    nothing.lacks = vec![Lack::Roll];
    assert_eq!(
        kpi(7, &[nothing]),
        said(
            TargetVerdict::NotEvidenced,
            "There is no figure to compare with the target, at most 0.210 tCO2e per pupil for 2026/27; \
             no pupil count is registered."
        )
    );
}

#[test]
fn seven_is_met_only_if_it_would_be_with_what_is_missing() {
    // 365 days of 48 half-hours: 17,520. Of them 16,425 came, and 1,095 / 16,425 = 1/15 of 0.2 are 0.013 more.
    let mut gappy = school(1, trailing());
    assert_eq!(gappy.coverage.expected, 17_520);
    gappy.coverage.present = 16_425;
    assert_eq!(
        kpi(7, &[gappy.clone()]),
        said(
            TargetVerdict::NotEvidenced,
            "0.200 tCO2e per pupil (0.200 at the 2026 factors of the baseline) against at most 0.210 for 2026/27; 6.2% of the half-hours are missing, and with \
             the estimated missing use it would be 0.213 and miss the target."
        )
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
    assert_eq!(
        kpi(7, &[gappy.clone()]),
        said(
            TargetVerdict::Met,
            "0.200 tCO2e per pupil (0.200 at the 2026 factors of the baseline) against at most 0.210 for 2026/27; 6.2% of the half-hours are missing, and with \
             the estimated missing use it would be 0.205 and still meet the target."
        )
    );
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
    let partial = "what has come makes 0.200 tCO2e per pupil and is not compared.";
    let gas = "gas has sent nothing since 22 Nov 2025 (0 of 17,520 half-hours)";
    assert_eq!(
        of_school(7, gasless(1)),
        said(
            TargetVerdict::NotEvidenced,
            &format!("Not enough data: {gas}; {partial}")
        )
    );
    let board = scored(&[school(1, trailing()), gasless(2)], &targets());
    assert_eq!(
        of(&board, 7),
        said(
            TargetVerdict::NotEvidenced,
            &format!(
                "Not enough data: all schools together have sent 0 of 17,520 gas half-hours (0.0%); \
                 School 2: {gas}; {partial}"
            )
        )
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
    assert_eq!(
        kpi(7, &[metered_late.clone(), school(2, trailing())]).1,
        "0.200 tCO2e per pupil (0.200 at the 2026 factors of the baseline) against at most 0.210 for 2026/27; the figure is not of a whole year: \
         1 of 2 schools had no meter registered on some of the days."
    );
    assert_eq!(
        of_school(7, metered_late),
        said(
            TargetVerdict::NotEvidenced,
            "0.200 tCO2e per pupil (0.200 at the 2026 factors of the baseline) against at most 0.210 for 2026/27; the figure is not of a whole year: \
             no meter was registered on 60 days."
        )
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
        of_school(7, joined).1,
        "0.200 tCO2e per pupil (0.200 at the 2026 factors of the baseline) against at most 0.210 for 2026/27; the figure is not of a whole year: \
         the school was in the trust on 82 of 365 days only."
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
    let (first, mut second) = (school(1, trailing()), school(2, trailing()));
    assert_eq!(
        kpi(8, &[first.clone(), second.clone()]),
        said(TargetVerdict::NotEvidenced, "Nothing has been filed.")
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
        said(
            TargetVerdict::NotMet,
            "None of 4 filed is in force; Caterer (School 2) expired on 31 October 2026, Coaches (School 2) is a draft, \
             Stationer (School 2) was withdrawn and 1 more."
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
        said(
            TargetVerdict::Met,
            "2 of 3 filed are in force: Cleaner (School 2) and Waste (School 2); the first to expire is Cleaner (School 2), \
             on 1 March 2027; Coaches (School 2) is a draft."
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
    assert_eq!(
        kpi(12, &[school(1), school(2)]).1,
        "2 of 2 filed are in force: Eco-garden award (School 1 and School 2); the first to expire is Eco-garden award \
         (School 1), on 31 October 2027."
    );
    assert_eq!(
        kpi(12, &[school(1)]).1,
        "1 of 1 filed is in force: Eco-garden award (School 1), until 31 October 2027."
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
    assert_eq!(
        with(13, FundedProject),
        said(
            TargetVerdict::Met,
            "1 of 1 filed is in force: It (School 1)."
        )
    );
    assert_eq!(
        with(13, Award),
        said(
            TargetVerdict::NotMet,
            "None of 1 filed is in force; It (School 1) is of another kind."
        )
    );
    for number in [1, 3, 4, 11, 12] {
        assert_eq!(with(number, Report).0, TargetVerdict::Met, "{number}");
        assert_eq!(with(number, Award).0, TargetVerdict::Met, "{number}");
    }
}
