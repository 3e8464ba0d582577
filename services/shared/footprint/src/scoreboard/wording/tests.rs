#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use events::{AcademicYear, ActivityKind, StarsLevel};

use super::super::limit::Limit;
use super::super::reason::{IntensityReason, LackOf, Lacking, TooLittle, Uncovered, WithGaps};
use super::*;
use crate::baseline::AtBaseline;
use crate::completeness::Lack;
use crate::item::Item;
use crate::message::RecyclingLack;
use crate::period::Days;
use crate::sufficiency::Missing;

fn check(clauses: impl Into<Vec<Clause>>, sentence: &str) {
    assert_eq!(Reason(clauses.into()).to_string(), sentence);
}

fn intensity(clauses: impl IntoIterator<Item = IntensityReason>, sentence: &str) {
    let clauses: Vec<Clause> = clauses.into_iter().map(Clause::Intensity).collect();
    check(clauses, sentence);
}

fn on() -> NaiveDate {
    "2026-10-31".parse().unwrap()
}

fn year() -> AcademicYear {
    AcademicYear::beginning(2026)
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

fn title(title: &str, schools: &[&str], state: EvidenceState) -> Titled {
    Titled {
        title: title.to_owned(),
        schools: names(schools),
        state,
        expired: (state == EvidenceState::Expired).then(on),
    }
}

#[test]
fn sites_are_counted_and_up_to_three_are_named() {
    let meet = |met, of| Clause::SitesMeet { met, of };
    check([meet(2, 2)], "2 of 2 schools meet it.");
    let missed = Clause::SitesMiss(names(&["Oak"]));
    let open = Clause::SitesNotEvidenced(names(&["Elm", "Ash"]));
    let left = Clause::SitesLeft(names(&["Yew"]));
    check(
        [meet(1, 4), missed, open, left],
        "1 of 4 schools meets it; 1 does not (Oak); 2 are not evidenced (Elm and Ash); 1 has left the trust and is not asked \
         (Yew).",
    );
    check(
        [Clause::SitesMiss(names(&["A", "B", "C", "D", "E"]))],
        "5 do not (A, B, C and 2 more).",
    );
}

#[test]
fn phases_are_counted() {
    let registered = Clause::Registered {
        secondaries: 1,
        primaries: 11,
        on: on(),
    };
    check(
        [registered, Clause::AllThrough(1)],
        "1 secondary and 11 primaries are registered in the trust on 31 October 2026; 1 all-through school beside, counted as \
         neither.",
    );
}

#[test]
fn evidence_is_named_with_its_schools_and_its_days() {
    use EvidenceState::{Draft, Expired, InForce, OtherKind, Withdrawn};
    let in_force = |of, titles: Vec<Titled>, until| Clause::InForce {
        of,
        count: titles.len(),
        titles,
        until,
    };
    check([Clause::NothingFiled], "Nothing has been filed.");
    let others = vec![
        title("Caterer", &["Oak"], Expired),
        title("Coaches", &["Oak"], Draft),
        title("Stationer", &["Oak"], Withdrawn),
        title("A report", &["Oak"], OtherKind),
    ];
    check(
        [in_force(4, Vec::new(), None), Clause::NotInForce(others)],
        "None of 4 filed is in force; Caterer (Oak) expired on 31 October 2026, Coaches (Oak) is a draft, Stationer (Oak) was \
         withdrawn and 1 more.",
    );
    let award = title("RED Award", &["Oak"], InForce);
    check(
        [
            in_force(1, vec![award.clone()], Some(on())),
            Clause::KindNotInForce(EvidenceKind::Charter),
        ],
        "1 of 1 filed is in force: RED Award (Oak), until 31 October 2026; no Equality and Diversity Charter is in force.",
    );
    let titles = vec![
        award.clone(),
        title("Our charter", &["Oak", "Elm"], InForce),
    ];
    let first = Clause::FirstToExpire {
        title: award,
        on: on(),
    };
    check(
        [in_force(3, titles, None), first],
        "2 of 3 filed are in force: RED Award (Oak) and Our charter (Oak and Elm); the first to expire is RED Award (Oak), on \
         31 October 2026.",
    );
    let plan = |until| Clause::KindInForce {
        title: "Our plan".to_owned(),
        until,
    };
    check(
        [
            plan(Some(on())),
            Clause::KindNotFiled(EvidenceKind::Curriculum),
        ],
        "Our plan is in force until 31 October 2026; no curriculum content is filed.",
    );
    check(
        [
            plan(None),
            Clause::NotInForce(vec![title("Climate map", &[], Draft)]),
        ],
        "Our plan is in force; Climate map is a draft.",
    );
}

#[test]
fn waste_is_stated_with_its_shares_and_its_year() {
    let separation = |verdict, missing: &[RecyclingLack]| Clause::Separation {
        verdict,
        missing: missing.to_vec(),
    };
    let on = Days {
        from: on(),
        to: on(),
    };
    let lacking = [
        RecyclingLack::AnyCollection { judged: on },
        RecyclingLack::Residual { judged: on },
    ];
    let recycled = |ratio, so_far, least| Clause::Recycled {
        ratio,
        so_far,
        least,
        year: year(),
    };
    let no_waste = |least| Clause::NoWaste {
        least,
        year: year(),
    };
    check(
        [
            separation(Some(Verdict::Met), &[]),
            recycled(0.549_999, true, Some(0.55)),
            Clause::UnknownRoute(0.1),
        ],
        "Waste is separated as Simpler Recycling asks; 54.9999% was recycled so far against at least 55.0000% for 2026/27; \
         the route of 10.0% is unknown.",
    );
    check(
        [
            separation(Some(Verdict::NotMet), &lacking),
            recycled(0.01, false, None),
        ],
        "Waste is not separated as Simpler Recycling asks: no collection is known on 31 October 2026, no residual waste was \
         collected on 31 October 2026: who takes it has to be shown; 1.0% was recycled; no recycling target is set \
         for 2026/27.",
    );
    check(
        [
            separation(Some(Verdict::NotEvidenced), &[]),
            no_waste(Some(0.55)),
        ],
        "It is not shown that waste is separated as Simpler Recycling asks; no waste is reported to compare with the 55% asked \
         for 2026/27.",
    );
    check(
        [separation(None, &[]), no_waste(None)],
        "Simpler Recycling does not bind in this period; no waste is reported, and no recycling target is set for 2026/27.",
    );
}

#[test]
fn travel_is_stated_with_the_level_or_the_work() {
    let level = Clause::Level {
        level: StarsLevel::VeryGood,
        until: on(),
    };
    check([level], "The level Very Good holds until 31 October 2026.");
    let initiatives = |kind, count, delivered| TravelWork::Initiatives {
        kind,
        count,
        delivered,
    };
    check(
        [Clause::NoLevel(vec![
            initiatives(InitiativeKind::Travel, 3, true),
            initiatives(InitiativeKind::Consultation, 1, true),
            initiatives(InitiativeKind::Supporting, 1, false),
            TravelWork::Survey(Audience::Pupil),
        ])],
        "No level is held; known of this period: 3 travel initiatives delivered, 1 consultation delivered, 1 supporting \
         initiative planned, surveys of pupils.",
    );
    check(
        [Clause::NoLevel(Vec::new())],
        "No level, initiative or survey is known.",
    );
}

#[test]
fn an_intensity_is_stated_beside_its_limit_with_the_decimals_that_distinguish_them() {
    let against = |ratio, at_baseline, limit| IntensityReason::Against {
        ratio,
        at_baseline,
        limit,
    };
    let half_hours = |missing, ratio: Option<f64>| IntensityReason::HalfHours {
        expected: 17_520,
        missing,
        with_gaps: ratio.map(|ratio| WithGaps {
            ratio,
            limit: Limit::Below(0.21),
        }),
    };
    intensity(
        [
            against(
                0.210_001,
                Some((2026, 0.210_001)),
                Limit::AtMost(0.21, year()),
            ),
            half_hours(0, None),
        ],
        "0.210001 tCO2e per pupil (0.210001 at the 2026 factors of the baseline) against at most 0.210000 for 2026/27; no \
         half-hour is missing.",
    );
    intensity(
        [
            against(0.2, None, Limit::Below(0.24)),
            IntensityReason::MissesAtConstantFactors,
            half_hours(1_095, Some(0.205)),
        ],
        "0.200 tCO2e per pupil against the baseline of 0.240; met as reported, not at constant factors; 6.2% of the half-hours \
         are missing, and with the estimated missing use it would be 0.205 and still meet the target.",
    );
    intensity(
        [half_hours(1, Some(0.213))],
        "0.1% of the half-hours are missing, and with the estimated missing use it would be 0.213 and miss the target.",
    );
}

#[test]
fn the_reason_is_stated_for_an_intensity_that_is_not_compared() {
    let missing = vec![Missing::HeatingSource];
    intensity(
        [
            IntensityReason::NotEnoughData(TooLittle::School(missing)),
            IntensityReason::PartialIntensity(0.2),
        ],
        "Not enough data: nothing says what heats the school (no gas meter, no heating fuel, no electric heating); what has come \
         makes 0.200 tCO2e per pupil and is not compared.",
    );
    let lacking = |more| Lacking {
        first: LackOf::School(Lack::Roll),
        more,
    };
    intensity(
        [
            IntensityReason::NoIntensity(Limit::Below(0.24)),
            IntensityReason::Lacks(lacking(0)),
        ],
        "There is no figure to compare with the target, below the baseline of 0.240 tCO2e per pupil; no pupil count is \
         registered.",
    );
    intensity(
        [IntensityReason::Incomplete(lacking(1))],
        "The figure is not complete: no pupil count is registered, and 1 more.",
    );
    let part = IntensityReason::PartYear {
        passed: 82,
        of: 365,
    };
    intensity(
        [IntensityReason::SoFar(0.2), part],
        "0.200 tCO2e per pupil so far; 82 of 365 days have passed, and the target is for a whole year.",
    );
    for (uncovered, why) in [
        (
            Uncovered::SchoolsWithoutMeter { count: 1, of: 2 },
            "1 of 2 schools had no meter registered on some of the days",
        ),
        (
            Uncovered::PartMember { days: 82, of: 365 },
            "the school was in the trust on 82 of 365 days only",
        ),
        (
            Uncovered::NoMeter { days: 60 },
            "no meter was registered on 60 days",
        ),
    ] {
        intensity(
            [IntensityReason::NotWholeYear(uncovered)],
            &format!("The figure is not of a whole year: {why}."),
        );
    }
}

#[test]
fn an_intensity_at_other_factors_lists_what_it_lacks() {
    let with_gaps = WithGaps {
        ratio: 0.2667,
        limit: Limit::Below(0.26),
    };
    intensity(
        [IntensityReason::GapsMissAtConstantFactors(with_gaps)],
        "With the estimated missing use it would be 0.267 at the factors of the baseline and miss the target.",
    );
    intensity(
        [
            IntensityReason::NotComparable(AtBaseline::BasisNotStated),
            IntensityReason::FactorFellByMethod,
        ],
        "Not comparable at constant factors: the baseline does not say its factors; the electricity factor fell in 2026, partly \
         by a change of method: what that takes off is not a saving.",
    );
    let partial = AtBaseline::Partial {
        factor_year: 2025,
        tonnes_per_pupil: 0.25,
        unpriced: vec![Item::Activity(ActivityKind::BurningOil)],
    };
    intensity(
        [IntensityReason::NotComparable(partial)],
        "More than 0.250 tCO2e per pupil at the 2025 factors of the baseline, which have none for burning oil.",
    );
}
