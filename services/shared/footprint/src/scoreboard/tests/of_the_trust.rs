//! Target 7, and those that only evidence decides.

use events::{EvidenceKind, EvidenceStatus, Fuel, MilligramsCo2e};

use super::super::Targets;
use super::super::made_up::{academic, day, school, scored, targets, trailing};
use super::{filed, kpi, of, of_school, said};
use crate::completeness::Lack;
use crate::message::{Footprint, GapEstimate, Verdict};
use crate::sufficiency::{FuelCoverage, FuelGap, Missing};

fn tonnes(milligrams: i64) -> Footprint {
    let mut school = school(1, trailing());
    school.gross = MilligramsCo2e(milligrams);
    school
}

#[test]
fn seven_holds_a_whole_year_against_the_years_target() {
    // 40 t over 200 pupils are 0.2; two such schools together as well.
    assert_eq!(
        kpi(7, &[school(1, trailing()), school(2, trailing())]),
        said(
            Verdict::Met,
            "0.200 tCO2e per pupil against at most 0.210 for 2026/27; no half-hour is missing."
        )
    );
    // 42 t are exactly the target; 42.0002 t are 0.210001.
    assert_eq!(kpi(7, &[tonnes(42_000_000_000)]).0, Verdict::Met);
    assert_eq!(
        kpi(7, &[tonnes(42_000_200_000)]),
        said(
            Verdict::NotMet,
            "0.210001 tCO2e per pupil against at most 0.210000 for 2026/27; no half-hour is missing."
        )
    );
}

#[test]
fn seven_without_a_target_has_to_be_below_the_baseline() {
    let against = |baseline: f64| {
        let board = scored(&[school(1, academic(2025))], &Targets::from(baseline));
        of(&board, 7)
    };
    assert_eq!(
        against(0.24),
        said(
            Verdict::Met,
            "0.200 tCO2e per pupil against the baseline of 0.240; no half-hour is missing."
        )
    );
    assert_eq!(against(0.2).0, Verdict::NotMet);
}

#[test]
fn seven_says_that_a_fall_by_the_electricity_factor_is_no_saving() {
    let mut electric = school(1, trailing());
    electric.lines[0].item = "electricity".to_owned();
    let (verdict, why) = kpi(7, &[electric.clone()]);
    assert_eq!(verdict, Verdict::Met);
    assert!(
        why.ends_with("what that takes off is not a saving."),
        "{why}"
    );
    let price = electric.lines[0].price.as_mut();
    price.expect("a price").year = 2025;
    assert!(!kpi(7, &[electric]).1.contains("saving"));
}

#[test]
fn seven_does_not_hold_a_part_year_against_a_year() {
    // September 30, October 31, 21 days of November.
    let board = scored(&[school(1, academic(2026))], &targets());
    assert_eq!(
        of(&board, 7),
        said(
            Verdict::NotEvidenced,
            "0.200 tCO2e per pupil so far; 82 of 365 days have passed, and the target is for a whole year."
        )
    );
    assert_eq!(
        board.kpis[6].actual.as_deref(),
        Some("0.200 tCO2e per pupil so far")
    );
}

#[test]
fn seven_does_not_rest_on_what_is_not_complete() {
    let mut lacking = school(1, trailing());
    let unpriced = Lack::Factor {
        item: "burning_oil".to_owned(),
        years: "2026".to_owned(),
        row: "Fuels / Burning oil, per litres".to_owned(),
        not_standing_in: None,
    };
    lacking.lacks = vec![unpriced, Lack::Generation];
    assert_eq!(
        kpi(7, &[lacking]),
        said(
            Verdict::NotEvidenced,
            "0.200 tCO2e per pupil against at most 0.210 for 2026/27; the figure is not complete: \
             burning oil is not priced: the factors of 2026 have no Fuels / Burning oil, per litres, and 1 more."
        )
    );
    let mut nothing = school(1, trailing());
    nothing.pupil_millionths = None;
    nothing.lacks = vec![Lack::Roll];
    assert_eq!(
        kpi(7, &[nothing]),
        said(
            Verdict::NotEvidenced,
            "There is no figure to hold against the target, at most 0.210 tCO2e per pupil for 2026/27; \
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
            Verdict::NotEvidenced,
            "0.200 tCO2e per pupil against at most 0.210 for 2026/27; 6.2% of the half-hours are missing, and with \
             what they may have held it would be 0.213 and miss the target."
        )
    );
    // An estimate of all of them says one tonne: 0.005 more.
    gappy.estimates = vec![GapEstimate {
        meter: "mprn:3938424403".parse().expect("a meter"),
        fuel: Fuel::Gas,
        method: "by the weeks around".to_owned(),
        half_hours: 1_095,
        left: 0,
        energy: 0,
        co2e: Some(MilligramsCo2e(1_000_000_000)),
    }];
    assert_eq!(
        kpi(7, &[gappy.clone()]),
        said(
            Verdict::Met,
            "0.200 tCO2e per pupil against at most 0.210 for 2026/27; 6.2% of the half-hours are missing, and with \
             what they may have held it would be 0.205 and still keep the target."
        )
    );
    // What is missed already is missed whatever the gaps held.
    gappy.gross = MilligramsCo2e(50_000_000_000);
    assert_eq!(kpi(7, &[gappy]).0, Verdict::NotMet);
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
            Verdict::NotEvidenced,
            &format!("Not enough data: {gas}; {partial}")
        )
    );
    let board = scored(&[school(1, trailing()), gasless(2)], &targets());
    assert_eq!(
        of(&board, 7),
        said(
            Verdict::NotEvidenced,
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
    // Far above the target it would miss it by what has come alone; still it is held against nothing.
    let mut heavy = gasless(1);
    heavy.gross = MilligramsCo2e(400_000_000_000);
    assert_eq!(kpi(7, &[heavy]).0, Verdict::NotEvidenced);
}

#[test]
fn seven_is_not_of_a_year_where_meters_or_membership_began_in_it() {
    let mut metered_late = school(1, trailing());
    metered_late.coverage.days_expected -= 60;
    assert_eq!(
        kpi(7, &[metered_late.clone(), school(2, trailing())]).1,
        "0.200 tCO2e per pupil against at most 0.210 for 2026/27; the figure is not of a whole year: \
         1 of 2 schools had no meter registered on some of the days."
    );
    assert_eq!(
        of_school(7, metered_late),
        said(
            Verdict::NotEvidenced,
            "0.200 tCO2e per pupil against at most 0.210 for 2026/27; the figure is not of a whole year: \
             no meter was registered on 60 days."
        )
    );
    // Joined on 1 September: 82 of the 365 days that have passed. The trust counts its pupils by days, so its own stands.
    let mut joined = school(2, trailing());
    joined.member.from = day(2026, 9, 1);
    joined.coverage.days_expected = 82;
    assert_eq!(
        kpi(7, &[school(1, trailing()), joined.clone()]).0,
        Verdict::Met
    );
    assert_eq!(
        of_school(7, joined).1,
        "0.200 tCO2e per pupil against at most 0.210 for 2026/27; the figure is not of a whole year: \
         the school was in the trust on 82 of 365 days only."
    );
}

#[test]
fn seven_is_decided_by_the_trust_and_shows_its_schools() {
    let mut heavy = school(1, trailing());
    heavy.gross = MilligramsCo2e(43_000_000_000);
    let mut light = school(2, trailing());
    light.gross = MilligramsCo2e(37_000_000_000);
    let board = scored(&[heavy, light], &targets());
    assert_eq!(of(&board, 7).0, Verdict::Met);
    let verdicts: Vec<Verdict> = board.kpis[6]
        .schools
        .iter()
        .map(|school| school.verdict)
        .collect();
    assert_eq!(verdicts, [Verdict::NotMet, Verdict::Met]);
}

#[test]
fn eight_is_met_by_a_statement_in_force_whichever_school_it_is_filed_under() {
    use EvidenceStatus::{Draft, InForce, Withdrawn};
    let statement = |title, status| filed(8, EvidenceKind::SupplierStatement, title, status);
    let (first, mut second) = (school(1, trailing()), school(2, trailing()));
    assert_eq!(
        kpi(8, &[first.clone(), second.clone()]),
        said(Verdict::NotEvidenced, "Nothing has been filed.")
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
            Verdict::NotMet,
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
            Verdict::Met,
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
        said(Verdict::Met, "1 of 1 filed is in force: It (School 1).")
    );
    assert_eq!(
        with(13, Award),
        said(
            Verdict::NotMet,
            "None of 1 filed is in force; It (School 1) is of another kind."
        )
    );
    for number in [1, 3, 4, 11, 12] {
        assert_eq!(with(number, Report).0, Verdict::Met, "{number}");
        assert_eq!(with(number, Award).0, Verdict::Met, "{number}");
    }
}
