//! Target 7 where figures are missing.

use events::{ActivityKind, Fuel, MilligramsCo2e};

use super::super::super::{
    Clause, IntensityReason, LackOf, Lacking, TargetVerdict, TooLittle, Uncovered,
};
use super::super::{kpi, school_verdict, verdict_on};
use super::{against_target, intensity, target};
use crate::completeness::Lack;
use crate::item::Item;
use crate::message::{Footprint, GapEstimate};
use crate::scoreboard::fixtures::{day, emits, school, scored, targets, trailing};
use crate::sufficiency::{FuelCoverage, FuelGap, Missing};
use crate::trust_sufficiency::TrustSufficiency;

#[test]
fn seven_is_not_evidenced_by_incomplete_figures() {
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
        school_verdict(7, lacking),
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
        school_verdict(7, nothing.clone()),
        intensity(
            TargetVerdict::NotEvidenced,
            [IntensityReason::NoIntensity(target()), lacks]
        )
    );
    assert_eq!(kpi(7, &[nothing]).0, TargetVerdict::NotEvidenced);
}

/// The verdict, and the intensity with the estimate of the 1,095 missing half-hours.
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
fn seven_is_met_only_if_it_is_met_with_the_gaps() {
    // 365 days of 48 half-hours: 17,520. Of them 16,425 came, and 1,095 / 16,425 = 1/15 of 0.2 are 0.013 more.
    let mut gappy = school(1, trailing());
    assert_eq!(gappy.coverage.expected, 17_520);
    gappy.coverage.present = 16_425;
    assert_eq!(
        with_gaps(&gappy),
        (TargetVerdict::NotEvidenced, "0.2133".to_owned())
    );
    // An estimate of all of them is one tonne: 0.005 more.
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
    // A target that is already missed stays missed, whatever the gaps are estimated at.
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
fn seven_compares_nothing_without_enough_data() {
    let not_enough = |too_little| {
        let reasons = [
            IntensityReason::NotEnoughData(too_little),
            IntensityReason::PartialIntensity(0.2),
        ];
        intensity(TargetVerdict::NotEvidenced, reasons)
    };
    assert_eq!(
        school_verdict(7, gasless(1)),
        not_enough(TooLittle::School(gasless(1).sufficiency.missing))
    );
    let schools = [school(1, trailing()), gasless(2)];
    let board = scored(&schools, &targets());
    let of_trust = TrustSufficiency::of(&schools);
    assert_eq!(
        verdict_on(&board, 7),
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
fn seven_is_not_evidenced_where_meters_or_membership_began_in_the_year() {
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
        school_verdict(7, metered_late),
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
        school_verdict(7, joined),
        part(Uncovered::PartMember { days: 82, of: 365 })
    );
}
